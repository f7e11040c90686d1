"""Issues of a tracker that scenarios are gated by."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from support.domain.secret import Secret

IssueId = NewType("IssueId", str)
"""Such as MTV-2846."""


class Standing(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue as the tracker knows it.

    Attributes:
        told: the tracker's own word for its status, or why it could not be told.
    """

    id: IssueId
    standing: Standing
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerAccess:
    """Where the tracker is, and the token that reads it."""

    url: str
    token: Secret
