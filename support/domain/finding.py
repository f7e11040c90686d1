"""What a check says: differences, or why it could not look. Comparing nothing is never a pass."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference between what was promised and what was found."""

    what: str
    expected: object
    actual: object
    where: str = ""

    def __str__(self) -> str:
        place = f" (see {self.where})" if self.where else ""
        return f"{self.what}: expected {self.expected}, got {self.actual}{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of a check that could not look, while the rest of it did."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """Outcome of one check of one machine: findings, or the reason it did not run, or what it confirmed.

    Attributes:
        promised: False where it did not run because the plan asks for nothing of the kind.
        told: False where it did not run because this release of the product says nothing of it.
    """

    check: str
    findings: tuple[Finding, ...] = ()
    not_run: str | None = None
    confirmed: str = ""
    promised: bool = True
    told: bool = True

    @property
    def passed(self) -> bool:
        return self.not_run is None and not self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All checks of one machine."""

    subject: str
    results: tuple[CheckResult, ...]

    @property
    def compared(self) -> int:
        return sum(1 for result in self.results if result.not_run is None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for result in self.results for finding in result.findings)

    @property
    def clean(self) -> bool:
        """Something was compared, or the product says nothing that could be, and nothing differs."""
        return (self.compared > 0 or self.untold) and not self.findings

    @property
    def untold(self) -> bool:
        """Nobody could look at anything of it in this release of the product."""
        return bool(self.results) and not any(result.told for result in self.results)

    def lines(self) -> Iterator[str]:
        """Differences first, each on a line of its own, then what was right and what nobody could look at.

        What the plan does not ask for is no gap, unless nothing else is known.
        """
        for result in self.results:
            for finding in result.findings:
                yield f"  - {result.check}: {finding}"
        passed = [result.check for result in self.results if result.passed]
        if passed:
            yield f"  passed: {', '.join(passed)}"
        unseen = [each for each in self.results if each.not_run is not None and (each.promised or not self.compared)]
        if unseen:
            yield f"  not run: {', '.join(f'{each.check} ({each.not_run})' for each in unseen)}"

    def __str__(self) -> str:
        if self.compared == 0:
            return "\n".join((f"{self.subject}: nothing was compared", *self.lines()))
        return "\n".join((f"{self.subject} differs from what was promised:", *self.lines()))
