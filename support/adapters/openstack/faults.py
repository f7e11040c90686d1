"""What the SDK's errors mean, in the suite's own; payloads stay in the chained cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from support.adapters.openstack.sdk import auth_errors, errors
from support.domain.errors import SourceError, SourceLoginError, SourceUnreachable

GONE = errors.NotFoundException
CONFLICT = (errors.ConflictException, errors.BadRequestException)
"""Another task holds it: nova answers 409, cinder 400 (facts, sources 4.3)."""

_LOST = (requests.RequestException, auth_errors.ConnectionError, auth_errors.DiscoveryFailure, OSError)
_MEANINGS = {
    403: "the account may not do this, or a quota is used up",
    404: "it is no longer there",
    409: "its state does not allow this now",
    413: "a quota is used up",
}


def meaning(error: Any) -> str:
    """One line for people: our words for known codes, and the service's own where it sent some."""
    code = _code(error)
    known = _MEANINGS.get(code or 0, f"HTTP {code}" if code else type(error).__name__)
    said = " ".join(str(getattr(error, "details", None) or getattr(error, "message", None) or error).split())
    return f"{known} (OpenStack: {said})" if said and said not in known else known


def error_of(subject: str, error: Any) -> SourceError:
    """The error of our tree that one of the SDK's stands for; chain it as the cause."""
    if isinstance(error, _LOST) and not isinstance(error, errors.SDKException):  # the SDK's are requests' own, too
        return SourceUnreachable(f"{subject}: connection lost or refused ({type(error).__name__}: {error})")
    if _code(error) == 401:
        return SourceLoginError(f"{subject}: user name, password, domain or project refused")
    if isinstance(error, auth_errors.EndpointNotFound | errors.EndpointNotFound | errors.ConfigException):
        return SourceUnreachable(f"{subject}: the cloud's catalog has no such service in this region ({error})")
    return SourceError(f"{subject}: {meaning(error)}")


@contextmanager
def translated(subject: str) -> Iterator[None]:
    """Turn SDK and transport errors inside the block into ours; `subject` says what was attempted on what."""
    try:
        yield
    except (errors.SDKException, auth_errors.ClientException, requests.RequestException, OSError) as error:
        raise error_of(subject, error) from error


def _code(error: Any) -> int | None:
    found = getattr(error, "status_code", None) or getattr(error, "http_status", None)
    return found if isinstance(found, int) else None
