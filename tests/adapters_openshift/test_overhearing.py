"""The log of a populator is followed while it copies, so its last line is there when its pod is not."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from support.adapters.openshift.overhearing import Overhearing, Talkers, talkers
from support.domain.errors import ClusterError
from support.domain.populating import FailedPopulator

POD = "populate-0a1b2c3d"
TOLD = FailedPopulator(
    claim="pvc-ab1", disk="[ds] web/web_1.vmdk", pod=POD, last_words="F invalid credentials", machine="vm-7"
)


def pod(phase: str, uid: str = "u1", **labels: str) -> dict[str, Any]:
    args = ["--source-vm-id=vm-7", "--source-vmdk=[ds] web/web_1-000002.vmdk", "--target-namespace=ns"]
    meta = {"name": POD, "uid": uid, "labels": {"migration": "m", "pvcName": "pvc-ab1", **labels}}
    return {"metadata": meta, "spec": {"containers": [{"args": args}]}, "status": {"phase": phase}}


class Pods:
    """A Feed of whoever talks among the pods that are there."""

    def __init__(self, *there: dict[str, Any]) -> None:
        self._changed = threading.Condition()
        self._there, self._version = there, 1
        self.error: ClusterError | None = None

    def become(self, *there: dict[str, Any]) -> None:
        with self._changed:
            self._there, self._version = there, self._version + 1
            self._changed.notify_all()

    def latest(self) -> Talkers:
        if self.error is not None:
            raise self.error
        return talkers({each["metadata"]["name"]: each for each in self._there}, "m")

    def version(self) -> int:
        return self._version

    def await_change(self, seen: int, seconds: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, seconds)
            return self._version


def _api(*logs: bytes | Exception) -> Any:
    """Each log that is asked for arrives in pieces of seven bytes."""
    api = MagicMock()

    def stream(log: bytes | Exception) -> Any:
        if isinstance(log, Exception):
            return log
        pieces = [log[at : at + 7] for at in range(0, len(log), 7)]
        return MagicMock(stream=lambda decode_content: iter(pieces))

    api.stream.side_effect = [stream(log) for log in logs]
    return cast("Any", api)


@contextmanager
def _listening(pods: Pods, *logs: bytes | Exception) -> Iterator[tuple[Overhearing, Any]]:
    api = _api(*logs)
    with closing(Overhearing(api, "ns", pods)) as listening:
        yield listening, api


LOG = b"I copy started\nF invalid credentials\n\n"


@pytest.mark.parametrize("log", [LOG, LOG.rstrip()])
def test_a_pod_that_has_gone_is_told_with_its_last_line(log: bytes) -> None:
    pods = Pods(pod("Running"))
    with _listening(pods, log) as (listening, api):
        assert listening.failed() == [], "it is at work"
        pods.become()
        assert listening.failed() == [TOLD]
    assert api.stream.call_args.args[1] == {"container": "populate", "follow": "true", "tailLines": "20"}


def test_a_pod_that_failed_and_stays_is_told_and_one_that_succeeded_is_not() -> None:
    with _listening(Pods(pod("Failed")), LOG) as (listening, _):
        assert listening.failed() == [TOLD]
    pods = Pods(pod("Succeeded"))
    with _listening(pods, LOG) as (listening, _):
        listening.failed()
        pods.become()
        assert listening.failed() == []


def test_it_listens_by_itself_as_soon_as_a_pod_talks() -> None:
    pods, asked = Pods(pod("Pending")), threading.Event()
    with _listening(pods) as (listening, api):

        def stream(*_: object) -> MagicMock:
            asked.set()
            return MagicMock(stream=lambda decode_content: iter([LOG]))

        api.stream.side_effect = stream
        listening.start()
        assert not api.stream.called, "before it runs the API refuses its log"
        pods.become(pod("Running"))
        assert asked.wait(30)
        pods.become()
        assert listening.failed() == [TOLD]


def test_of_a_pod_that_was_made_anew_the_last_one_counts() -> None:
    pods = Pods(pod("Failed"))
    with _listening(pods, b"F first\n", LOG) as (listening, _):
        assert [each.last_words for each in listening.failed()] == ["F first"]
        pods.become(pod("Failed", uid="u2"))
        assert listening.failed() == [TOLD]


def test_a_label_names_the_machine_where_there_is_one() -> None:
    with _listening(Pods(pod("Failed", vmID="vm-8")), LOG) as (listening, _):
        assert [each.machine for each in listening.failed()] == ["vm-8"]


def test_pods_of_other_migrations_are_not_listened_to() -> None:
    with _listening(Pods(pod("Failed", migration="another"))) as (listening, api):
        assert listening.failed() == []
    api.stream.assert_not_called()


def test_a_log_or_a_watch_that_is_refused_ends_nothing() -> None:
    pods = Pods(pod("Failed"))
    with _listening(pods, ClusterError("HTTP 404")) as (listening, _):
        (told,) = listening.failed()
        assert (told.pod, told.last_words) == (POD, "")
        pods.error = ClusterError("HTTP 403")
        listening.start()
        assert listening.failed() == [told]
