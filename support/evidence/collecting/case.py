"""What failed, and where to look because of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from support.domain.evidence import Place
from support.domain.names import ObjectRef
from support.evidence.results import StepResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One failure.

    Attributes:
        step: the sentence, or the part of the run, that failed.
        message: what it said.
        since: when it all began; earlier events are of no interest.
        places: namespaces to look into.
        plan: None where the failure came before there was one.
        before: the source's machines as they were recorded, by name.
        steps: what the suite did, for the timeline.
        about: what every report says of the run.
    """

    title: str
    step: str
    message: str
    since: datetime
    mtv_namespace: str
    places: tuple[Place, ...] = ()
    plan: ObjectRef | None = None
    before: Mapping[str, object] = field(default_factory=dict)
    steps: tuple[StepResult, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came of it: files below the folder, and what could not be had, with the reason."""

    folder: Path
    files: tuple[str, ...]
    missing: Mapping[str, str]
    seconds: float


def at(seconds: float) -> datetime:
    """Seconds since the epoch as a time that can be compared with the cluster's."""
    return datetime.fromtimestamp(seconds, UTC)
