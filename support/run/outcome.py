"""What came of a run as a whole, beside the verdicts of its scenarios."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from behave.model import Scenario

from support.domain.leftover import Leftover
from support.evidence.causes import Cause
from support.evidence.recorder import new_result
from support.evidence.results import ScenarioResult, Verdict


@dataclass(slots=True)
class Outcome:
    """Results as scenarios end, and what is left over at the end of all.

    Attributes:
        idle: no scenario applied, so that the run made nothing.
    """

    results: list[ScenarioResult] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    idle: bool = False

    def complete(self, scenarios: Iterable[Scenario], why: str, cause: Cause | None = None) -> None:
        """Add a broken result for each scenario that never came to its turn; a report must not shrink with a run."""
        told = {(result.file, result.line) for result in self.results}
        for scenario in scenarios:
            missing = new_result(scenario)
            if (missing.file, missing.line) not in told:
                missing.message, missing.cause = why, cause
                self.results.append(missing)

    @property
    def executed(self) -> int:
        return sum(1 for result in self.results if result.verdict is not Verdict.SKIPPED)

    @property
    def complaints(self) -> list[str]:
        """Why a run fails although each of its scenarios passed or was skipped."""
        found = [f"left over: {leftover}" for leftover in self.leftovers]
        if not self.executed:
            reasons = sorted({result.skip_reason for result in self.results if result.skip_reason})
            what = "nothing was to be run, and nothing was created" if self.idle else "nothing was executed"
            found.append(f"{what}: {'; '.join(reasons) or 'no scenario came to its turn'}")
        return found
