"""What a run's own process and its workers say to each other; nothing of it is ever on a command line or disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.domain.issue import Issue, IssueId
from support.domain.names import RunId
from support.evidence.results import RunFacts, ScenarioResult
from support.run.profiles.profile import Profile
from support.run.settings import Settings
from support.workflow.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a worker's report is to be written for, since it is shown elsewhere.

    Attributes:
        color: as Behave's option.
        verbose: likewise.
    """

    terminal: bool
    encoding: str
    color: str
    verbose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Told to a worker first, and nothing after it: one scenario, and the session to run it in.

    Attributes:
        folder: of the run.
        settings: the run's own, pointed at its target; the token of its login among them.
    """

    run: RunId
    folder: Path
    target: str
    settings: Settings
    profile: Profile
    session: Session
    facts: RunFacts
    issues: Mapping[IssueId, Issue]
    file: str
    line: int
    paper: Paper

    @property
    def location(self) -> str:
        """Where Behave finds the scenario."""
        return f"{self.file}:{self.line}"

    @property
    def label(self) -> str:
        return label_of(self.file, self.line)


@dataclass(frozen=True, slots=True)
class Line:
    """Told by a worker while it is at work: something moved on."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTold:
    """What became of one sentence, in the terms of Behave's model. `status` is a name of its Status."""

    status: str
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Told by a worker at its end: all that its process knew of the scenario.

    Attributes:
        status: name of Behave's Status of the scenario.
        text: what the progress view would have shown.
    """

    result: ScenarioResult
    status: str
    steps: tuple[StepTold, ...] = ()
    error: str = ""
    text: str = ""


def label_of(file: str, line: int) -> str:
    """Short, and where an editor finds it: `hooks:16`."""
    return f"{Path(file).stem}:{line}"
