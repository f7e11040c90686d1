"""What a comparison says as steps: one for each check in reports, and few lines where people watch."""

from collections.abc import Iterable, Iterator

from support.domain.finding import CheckResult, Report
from support.evidence.results import StepResult, Verdict

_NOT_ASKED = "not asked for"


def in_full(report: Report) -> tuple[StepResult, ...]:
    """One step per check with expected and actual; one that did not run is skipped, with its reason."""
    if not report.results:
        title = f"{report.subject}: nothing was compared"
        return (StepResult(title=title, verdict=Verdict.FAILED, message="no check applied"),)
    return tuple(_outcome(report.subject, result) for result in report.results)


def folded(report: Report) -> tuple[StepResult, ...]:
    """What passed in one step with the names below it, then each failed check, then each reason for not looking.

    Checks of what the plan does not ask for are only named, unless nothing else is known.
    """
    if not report.compared:
        return in_full(report)
    idle = [each.check for each in report.results if each.not_run is not None and not each.promised]
    aside = _named(_NOT_ASKED, idle)
    steps = [*_passed(report, aside), *_failed(report), *_unseen(report)]
    if aside and not any(result.passed for result in report.results):
        steps.append(StepResult(title=f"{report.subject}: {aside}", verdict=Verdict.SKIPPED))
    return tuple(steps)


def _passed(report: Report, aside: str) -> Iterator[StepResult]:
    passed = [result.check for result in report.results if result.passed]
    if not passed:
        return
    one = len(passed) == 1
    what = passed[0] if one else f"{len(passed)} checks passed"
    below = "\n".join(line for line in ("" if one else ", ".join(passed), aside) if line)
    yield StepResult(title=f"{report.subject}: {what}", message=below)


def _failed(report: Report) -> Iterator[StepResult]:
    return (_outcome(report.subject, result) for result in report.results if result.findings)


def _unseen(report: Report) -> Iterator[StepResult]:
    """A promise that nobody could look at is a surprise; the same reason is told once."""
    those: dict[str, list[str]] = {}
    for result in report.results:
        if result.not_run is not None and result.promised:
            those.setdefault(result.not_run, []).append(result.check)
    for reason, checks in those.items():
        yield _not_run(f"{report.subject}: {', '.join(checks)}", reason)


def _outcome(subject: str, result: CheckResult) -> StepResult:
    title = f"{subject}: {result.check}"
    if result.not_run is not None:
        return _not_run(title, result.not_run)
    if result.findings:
        message = "\n".join(str(finding) for finding in result.findings)
        return StepResult(title=title, verdict=Verdict.FAILED, message=message)
    return StepResult(title=title, verdict=Verdict.PASSED, message=result.confirmed)


def _not_run(title: str, reason: str) -> StepResult:
    return StepResult(title=title, verdict=Verdict.SKIPPED, message=f"not run: {reason}")


def _named(what: str, checks: Iterable[str]) -> str:
    names = ", ".join(checks)
    return f"{what}: {names}" if names else ""
