"""The Secret's word on TLS, and two feeds that are waited for as one."""

import base64
import threading
from typing import Any

import pytest

from support.adapters.openshift.api import Api
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.joined import Joined
from support.adapters.openshift.providers import OpenShiftProviders
from support.domain.access import ClusterAccess, DestinationAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef, RunId
from support.domain.secret import Secret
from support.ports.cluster import Created

REF = ObjectRef("Secret", "s", "ns")


class OneSecret(Api):
    def __init__(self, found: dict[str, Any] | None) -> None:
        super().__init__(ClusterAccess(host="https://api.test:6443", token=Secret("t")))
        self.found = found

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        return self.found


def _skips(found: dict[str, Any] | None) -> bool | None:
    api = OneSecret(found)
    return OpenShiftProviders(api, Feeds(api), RunId("auto-ab12")).secret_skips_tls(REF)


def _data(text: str) -> dict[str, Any]:
    return {"data": {"insecureSkipVerify": base64.b64encode(text.encode()).decode()}}


@pytest.mark.parametrize(
    ("found", "skips"), [(_data("true"), True), (_data("false"), False), (_data("1"), True), ({"data": None}, None)]
)
def test_the_secret_tells_whether_tls_is_skipped(found: dict[str, Any], skips: bool | None) -> None:
    assert _skips(found) is skips


@pytest.mark.parametrize("found", [None, _data("yes"), {"data": {"insecureSkipVerify": "%"}}])
def test_a_secret_that_mtv_could_not_read_is_an_error(found: dict[str, Any] | None) -> None:
    with pytest.raises(ClusterError, match="Secret ns/s"):
        _skips(found)


class Handmade:
    def __init__(self) -> None:
        self.state: int | None = None
        self.changes = 0
        self._changed = threading.Condition()

    def put(self, state: int) -> None:
        with self._changed:
            self.state = state
            self.changes += 1
            self._changed.notify_all()

    def latest(self) -> int | None:
        return self.state

    def version(self) -> int:
        return self.changes

    def await_change(self, seen: int, seconds: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self.changes != seen, seconds)
        return self.changes


def test_two_feeds_say_nothing_before_both_were_listed() -> None:
    first, second = Handmade(), Handmade()
    joined = Joined(first, second, lambda one, two: (one, two))
    first.put(1)
    assert joined.latest() is None
    second.put(2)
    assert joined.latest() == (1, 2)


@pytest.mark.parametrize("which", [0, 1])
def test_a_change_of_either_feed_ends_the_wait(which: int) -> None:
    feeds = Handmade(), Handmade()
    joined = Joined(*feeds, lambda one, two: (one, two))
    seen = joined.version()
    later = threading.Timer(0.05, feeds[which].put, [1])
    later.start()
    assert joined.await_change(seen, 5) != seen
    later.join()


def test_a_wait_without_a_change_ends_with_its_seconds() -> None:
    joined = Joined(Handmade(), Handmade(), lambda one, two: (one, two))
    assert joined.await_change(0, 0.05) == 0


class Taking(Api):
    """Takes whatever is created, and remembers it."""

    def __init__(self) -> None:
        super().__init__(ClusterAccess(host="https://api.test:6443", token=Secret("t")))
        self.made: list[dict[str, Any]] = []

    def create(self, obj: dict[str, Any]) -> Created:
        self.made.append(obj)
        return Created(ref=REF, uid="u")


@pytest.mark.parametrize(
    ("verify", "trust"),
    [(True, {"insecureSkipVerify": "false", "cacert": "PEM"}), (False, {"insecureSkipVerify": "true"})],
)
def test_a_destination_s_token_is_told_to_the_redactor_before_it_is_sent(verify: bool, trust: dict[str, str]) -> None:
    api, learnt = Taking(), list[str]()
    access = DestinationAccess(url="https://api.east:6443", token=Secret("far"), ca_pem="PEM", verify=verify)
    OpenShiftProviders(api, Feeds(api), RunId("auto-ab12"), learnt.append).create_token_secret(REF, access)
    assert learnt == ["far"]
    (made,) = api.made
    assert made["stringData"] == {"token": "far", "url": "https://api.east:6443", **trust}
    assert made["metadata"]["labels"]["createdForProviderType"] == "openshift"
