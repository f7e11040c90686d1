"""What happened in one scenario, free of any report format; all reports are written from these."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from support.domain.finding import Report
from support.domain.migration import MachineProgress
from support.domain.source import spoken_source
from support.evidence.causes import Cause

_SIMULATED = "embedded lab"
REHEARSAL = "Rehearsal"
"""What reports call the defect of a run that had one on purpose."""
UNKNOWN = "unknown"
"""What nobody was asked."""


class Verdict(StrEnum):
    """`FAILED`: the product broke a promise. `BROKEN`: anything else that kept the scenario from passing."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """`body` may be anything, so a file of results keeps it encoded."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    title: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A duration worth keeping; `simulated` where it is that of the embedded lab."""

    title: str
    seconds: float
    simulated: bool = False


@dataclass(slots=True, kw_only=True)
class StepResult:
    """One sentence or sub-step; times are seconds since the epoch."""

    title: str
    sentence: bool = False
    """It is a step of the feature, not one below it or of a hook."""
    verdict: Verdict = Verdict.PASSED
    start: float = 0.0
    stop: float = 0.0
    message: str = ""
    trace: str = ""
    cause: Cause | None = None
    steps: list["StepResult"] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ScenarioResult:
    """One scenario, or one row of an outline."""

    title: str
    template_title: str
    """Title with placeholders: equal for all rows of an outline, so that history survives new rows."""
    feature: str
    rule: str
    file: str
    """Path relative to the project, with forward slashes."""
    line: int
    tags: tuple[str, ...]
    cells: dict[str, str] = field(default_factory=dict)
    verdict: Verdict = Verdict.BROKEN
    start: float = 0.0
    stop: float = 0.0
    message: str = ""
    trace: str = ""
    cause: Cause | None = None
    """Whose fault it is; None for what passed or was not run."""
    skip_reason: str = ""
    log: str = ""
    evidence: str = ""
    """First page of what was collected about a failure, as people at the run's terminal find it."""
    steps: list[StepResult] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    machines: list[MachineProgress] = field(default_factory=list)
    """As MTV last told of them."""
    compared: list[Report] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return max(0.0, self.stop - self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What every report says about the run; shown names, never secrets."""

    run_id: str
    target: str
    cluster: str = UNKNOWN
    source_profile: str = ""
    source_type: str = ""
    source_version: str = ""
    storage_class: str = ""
    mtv: str = UNKNOWN
    openshift: str = UNKNOWN
    rehearses: str = ""
    """Defect that was put into the embedded lab on purpose: verdicts say how it is told, and nothing of the product."""
    tracker: str = ""
    """Address of the issue tracker; empty where the run had none."""

    @property
    def simulated(self) -> bool:
        """Whether product and times are those of the embedded lab, whose cluster calls itself so, with a dash."""
        return _SIMULATED in (self.target, self.cluster.replace("-", " "))

    @property
    def source(self) -> str:
        """What machines come from, for people; empty where nobody said."""
        return spoken_source(self.source_type, self.source_version)

    def shown(self) -> dict[str, str]:
        rehearsal = {REHEARSAL: f"of the defect {self.rehearses}"} if self.rehearses else {}
        return {
            "Run": self.run_id,
            **rehearsal,
            "Target": self.target,
            "Cluster": self.cluster,
            "Source profile": self.source_profile,
            "Source": self.source,
            "Storage class": self.storage_class,
            "MTV": self.mtv,
            "OpenShift": self.openshift,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """All that reports are written from: one run, or one shard of several."""

    facts: RunFacts
    results: tuple[ScenarioResult, ...]
    leftovers: tuple[str, ...] = ()
    """What was left over on cluster and source at its end, in words."""
