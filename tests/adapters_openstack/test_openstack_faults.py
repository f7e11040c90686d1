"""The SDK's errors in our words: which of our errors, about what, and never with a payload or a secret."""

import pytest
import requests
from keystoneauth1 import exceptions as auth
from openstack import exceptions as sdk

from support.adapters.openstack.faults import error_of
from support.adapters.openstack.states import must_live
from support.adapters.openstack.waiting import NotYet, until
from support.domain.errors import SourceError, SourceLoginError, SourceUnreachable, WaitTimeout


def _answered(code: int, details: str = "") -> sdk.HttpException:
    response = requests.Response()
    response.status_code = code
    return sdk.HttpException("Error", response=response, details=details)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (auth.Unauthorized("no"), SourceLoginError, "refused"),
        (_answered(401), SourceLoginError, "refused"),
        (auth.ConnectFailure("no route"), SourceUnreachable, "connection lost or refused"),
        (auth.SSLError("bad certificate"), SourceUnreachable, "bad certificate"),
        (requests.ConnectionError("reset"), SourceUnreachable, "reset"),
        (sdk.ServiceDisabledException("no nova"), SourceUnreachable, "catalog"),
        (_answered(409, "it is busy"), SourceError, r"does not allow this now \(OpenStack: it is busy\)"),
        (_answered(413, "Quota exceeded"), SourceError, "a quota is used up"),
        (_answered(500, "boom"), SourceError, "HTTP 500"),
    ],
)
def test_an_error_becomes_one_of_ours(error: Exception, kind: type[SourceError], words: str) -> None:
    made = error_of("server web1", error)
    assert type(made) is kind
    with pytest.raises(kind, match=f"server web1: .*{words}"):
        raise made


def test_a_server_in_error_is_told_with_novas_reason() -> None:
    class Failed:
        status = "ERROR"
        fault = {"code": 500, "message": "No valid host was found."}  # noqa: RUF012

    with pytest.raises(SourceError, match="ERROR: No valid host was found"):
        must_live(Failed(), "server web1")


def test_a_wait_ends_with_what_was_seen_last() -> None:
    def look() -> None:
        raise NotYet("build, spawning")

    with pytest.raises(
        WaitTimeout, match=r"server web1: not active within 0\.01 s \(setting wait_source_task\).*spawn"
    ):
        until(look, "server web1", "active", 0.01)


def test_what_is_no_matter_of_time_ends_a_wait_at_once() -> None:
    def look() -> None:
        raise SourceError("gone wrong")

    with pytest.raises(SourceError, match="gone wrong"):
        until(look, "server web1", "active", 60)
