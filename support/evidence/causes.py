"""Whose fault a failure is, or who ended it, so that reports can sort by who has to do something about it."""

from collections.abc import Mapping
from enum import StrEnum

from support.domain.errors import (
    CleanupError,
    ClusterError,
    GuestLoginRefused,
    GuestUnreachable,
    ProductFailure,
    ProviderNotReady,
    SourceError,
    StartError,
    WaitTimeout,
)


class Cause(StrEnum):
    """Values are the headings of reports."""

    PRODUCT = "The product broke a promise"
    ENVIRONMENT = "The environment was not usable"
    SUITE = "The suite itself failed"
    CLEANUP = "Something is left over"
    INTERRUPTED = "Interrupted"


_OF_ENVIRONMENT = (
    SourceError,
    ClusterError,
    ProviderNotReady,
    GuestUnreachable,
    GuestLoginRefused,
    StartError,
    WaitTimeout,
)


def cause_of(error: BaseException | None) -> Cause:
    """By the two roots of the suite's errors; what is neither is a fault of the suite, unless somebody ended it."""
    if isinstance(error, KeyboardInterrupt):
        return Cause.INTERRUPTED
    if isinstance(error, ProductFailure):
        return Cause.PRODUCT
    if isinstance(error, CleanupError):
        return Cause.CLEANUP
    return Cause.ENVIRONMENT if isinstance(error, _OF_ENVIRONMENT) else Cause.SUITE


_ANYTHING = r"[\s\S]*"
"""As both Allures understand it: one matches whole texts in Java, the other searches them in JavaScript."""
_STILL_OPEN = "issue [A-Z]+-[0-9]+ is still open"

CATEGORIES: tuple[Mapping[str, object], ...] = (
    *(
        {"name": cause.value, "matchedStatuses": ["failed", "broken"], "traceRegex": f"^{cause.value}{_ANYTHING}"}
        for cause in Cause
    ),
    {"name": "Known issue", "matchedStatuses": ["skipped"], "messageRegex": f"{_ANYTHING}{_STILL_OPEN}{_ANYTHING}"},
    {
        "name": "Not applicable here",
        "matchedStatuses": ["skipped"],
        "messageRegex": f"^(?!{_ANYTHING}{_STILL_OPEN}){_ANYTHING}",
    },
)
"""For Allure, which looks at the first line of a trace for the cause; each result is in exactly one."""
