"""Plans that had to run at the same time did: they were seen copying at once, which no clock has to tell."""

from support.domain.finding import CheckResult, Finding, Report
from support.domain.together import Together

_CHECK = "at the same time"


def together(seen: Together) -> Report:
    """One state of all plans in which each copied disks."""
    if seen.sight:
        return Report(subject="the plans", results=(CheckResult(check=_CHECK, confirmed="; ".join(seen.sight)),))
    finding = Finding(
        what="plans that copy disks in one state of all of them",
        expected=len(seen.plans),
        actual=f"never all of them: {'; '.join(map(str, seen.plans))}",
        where="timeline of the scenario",
    )
    return Report(subject="the plans", results=(CheckResult(check=_CHECK, findings=(finding,)),))
