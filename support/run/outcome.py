"""What came of a run as a whole, beside the verdicts of its scenarios."""

from dataclasses import dataclass, field

from support.domain.leftover import Leftover
from support.evidence.results import ScenarioResult, Verdict


@dataclass(slots=True)
class Outcome:
    """Results as scenarios end, and what is left over at the end of all."""

    results: list[ScenarioResult] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)

    @property
    def executed(self) -> int:
        return sum(1 for result in self.results if result.verdict is not Verdict.SKIPPED)

    @property
    def complaints(self) -> list[str]:
        """Why a run fails although each of its scenarios passed or was skipped."""
        found = [f"left over: {leftover}" for leftover in self.leftovers]
        if not self.executed:
            reasons = sorted({result.skip_reason for result in self.results if result.skip_reason})
            found.append(f"nothing was executed: {'; '.join(reasons) or 'no scenario came to its turn'}")
        return found
