"""The SDK's errors in the suite's own words, and waits that say what they saw."""

from typing import Any

import pytest

pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")

from support.adapters.addresses import Address
from support.adapters.ovirt.faults import error_of, translated
from support.adapters.ovirt.pacing import NotYet, Wait
from support.adapters.ovirt.sdk import sdk
from support.adapters.ovirt.trust import server_of
from support.domain.errors import SourceError, SourceLoginError, SourceUnreachable, StartError, WaitTimeout


def fault(detail: str) -> Any:
    return sdk.types.Fault(reason="Operation Failed", detail=detail)


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (sdk.AuthError("Error during SSO"), SourceLoginError, "user name or password refused"),
        (sdk.AuthError("no", 401), SourceLoginError, "user name or password refused"),
        (sdk.AuthError("no", 403), SourceError, "the account may not do this"),
        (sdk.NotFoundError("HTTP response code is 404", 404), SourceError, "it is not there"),
        (sdk.ConnectionError("refused"), SourceUnreachable, "connection lost or refused"),
        (sdk.TimeoutError("late"), SourceUnreachable, "connection lost or refused"),
        (sdk.Error("not XML"), SourceUnreachable, "connection lost or refused (not XML)"),
        (
            sdk.Error("Failed: [(<Curl at 0x1>, 7, 'No (server)')]"),
            SourceUnreachable,
            "connection lost or refused (No (s",
        ),
        (
            sdk.Error("long text", 409, fault("[Cannot add VM. It is there.]")),
            SourceError,
            "Cannot add VM. It is there.",
        ),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_an_error_of_the_sdk_is_one_of_ours(raised: Any, kind: type[SourceError], words: str) -> None:
    made = error_of("machine x", raised)
    assert type(made) is kind
    assert str(made).startswith(f"machine x: {words}")


@pytest.mark.parametrize("raised", [sdk.pycurl.error(7, "refused"), OSError("gone"), ValueError("no JSON")])
def test_what_the_login_lets_through_is_unreachable_with_its_cause(raised: Exception) -> None:
    with pytest.raises(SourceUnreachable, match="engine: connection lost or refused") as caught, translated("engine"):
        raise raised
    assert caught.value.__cause__ is raised


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://engine.test/ovirt-engine/api", Address("engine.test", 443)),
        ("https://engine.test:8443/ovirt-engine/api", Address("engine.test", 8443)),
        ("https://[2001:db8::1]/ovirt-engine/api", Address("2001:db8::1", 443)),
    ],
)
def test_the_port_of_an_engine_is_that_of_its_url(url: str, server: Address) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize("url", ["http://engine.test/ovirt-engine/api", "engine.test", "https://engine.test:x/api"])
def test_a_url_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(StartError, match="oVirt api_url"):
        server_of(url)


def test_a_wait_ends_with_what_was_wanted_or_with_what_was_seen_last() -> None:
    states = iter(["image_locked", "down"])

    def look() -> str:
        state = next(states, "down")
        if state != "down":
            raise NotYet(state)
        return state

    wait = Wait(subject="clone x", wanted="down", seconds=5)
    assert wait.until(look) == "down"

    def never() -> None:
        raise NotYet("image_locked")

    with pytest.raises(
        WaitTimeout, match=r"clone x: not down within 0\.05 s \(setting wait_source_task\).*image_locked"
    ):
        Wait(subject="clone x", wanted="down", seconds=0.05).until(never)
