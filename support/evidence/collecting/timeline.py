"""What changed when: the suite's steps, what its watches saw, and the cluster's events, in one order."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from support.domain.evidence import Happening
from support.evidence.collecting.case import at
from support.evidence.results import StepResult, Verdict

_DEEPEST = 2


def timeline(since: datetime, steps: Iterable[StepResult], *others: Sequence[Happening]) -> str:
    """A line per happening since then, as text; the same event told twice stands once."""
    told = dict.fromkeys((*_of_steps(steps, 0), *(each for some in others for each in some)))
    lines = [_line(each) for each in sorted(told, key=lambda each: each.at) if each.at >= since]
    return "".join(lines) or "nothing was seen to change\n"


def _of_steps(steps: Iterable[StepResult], depth: int) -> Iterator[Happening]:
    for step in steps:
        if not step.start:
            continue
        yield Happening(at=at(step.start), who="suite", what=f"begins: {step.title}")
        if depth < _DEEPEST:
            yield from _of_steps(step.steps, depth + 1)
        if step.stop and step.verdict is not Verdict.PASSED:
            first = step.message.partition("\n")[0]
            yield Happening(at=at(step.stop), who="suite", what=f"{step.verdict.value}: {step.title}: {first}")


def _line(happening: Happening) -> str:
    when = happening.at.strftime("%H:%M:%S.%f")[:-3]
    return f"{when}  {happening.who}  {' '.join(happening.what.split())}\n"
