"""What a migration that failed before it moved anything must have left as it was."""

from collections.abc import Iterator

from support.domain.finding import CheckResult, Finding, Report
from support.domain.staying import Stay


def stayed(stay: Stay) -> Report:
    """Nothing of the machine on the target, and its source in the power state it had (forklift.md 2.7)."""
    results = (
        CheckResult(check="nothing on the target", findings=tuple(_arrived(stay))),
        CheckResult(check="source power", findings=tuple(_switched(stay)), confirmed=f"still {stay.power_now.value}"),
    )
    return Report(subject=stay.machine, results=results)


def _arrived(stay: Stay) -> Iterator[Finding]:
    for ref in stay.on_target:
        yield Finding(what="on the target", expected="nothing", actual=str(ref), where=stay.where)


def _switched(stay: Stay) -> Iterator[Finding]:
    if stay.power_now is not stay.power_before:
        yield Finding(
            what="power of the source",
            expected=stay.power_before.value,
            actual=stay.power_now.value,
            where=f"{stay.machine} on the source platform",
        )
