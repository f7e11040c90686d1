"""What the SDK's errors mean, in the suite's own errors; bodies of answers stay in the chained cause."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from support.adapters.ovirt.sdk import sdk
from support.domain.errors import SourceError, SourceLoginError, SourceUnreachable

GONE = sdk.NotFoundError
CONFLICT = 409
"""Refused because of the state something is in."""
FORBIDDEN = 403

_OF_CURL = re.compile(r"""\(<[^>]*>, (?P<number>\d+), ['"](?P<words>.*)['"]\)""")
"""How the SDK tells a failure of a request that was begun."""
_TIMED_OUT = "28"
_TRANSPORT = (sdk.pycurl.error, OSError, ValueError)
"""What logging in and out lets through of curl; ValueError: an answer that is no JSON."""


def said(error: sdk.Error) -> str:
    """The engine's own words, else the SDK's."""
    fault = error.fault
    words = (fault.detail or fault.reason or "").strip("[]") if fault is not None else ""
    return words or str(error)


def is_lost(error: sdk.Error) -> bool:
    """Whether a connection failed, in a way that another try may get past; a time-out has cost a minute already."""
    told = _OF_CURL.search(str(error))
    return isinstance(error, sdk.ConnectionError) or (told is not None and told["number"] != _TIMED_OUT)


def error_of(subject: str, error: sdk.Error) -> SourceError:
    """The error of our tree that one of the SDK stands for; chain it as its cause."""
    if isinstance(error, sdk.AuthError):
        if error.code == FORBIDDEN:
            return SourceError(f"{subject}: the account may not do this (engine: {said(error)})")
        return SourceLoginError(f"{subject}: user name or password refused (engine: {said(error)})")
    if isinstance(error, GONE):
        return SourceError(f"{subject}: it is not there (engine: {said(error)})")
    if error.code is None:
        # Only an answer of the engine has a code: there was none, or none that the SDK could read.
        told = _OF_CURL.search(str(error))
        return SourceUnreachable(f"{subject}: connection lost or refused ({told['words'] if told else error})")
    return SourceError(f"{subject}: {said(error)}")


@contextmanager
def translated(subject: str) -> Iterator[None]:
    """Turn errors of SDK and transport inside the block into ours; `subject` says what was attempted on what."""
    try:
        yield
    except sdk.Error as error:
        raise error_of(subject, error) from error
    except _TRANSPORT as error:
        raise SourceUnreachable(f"{subject}: connection lost or refused ({type(error).__name__}: {error})") from error
