"""How long emulated work kept everybody waiting, so that the suite's own share can be told apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lab.kernel.clock import Span


@dataclass(slots=True, kw_only=True)
class Path:
    """Emulated work of one owner (a plan, a machine, a claim, a task)."""

    owner: str
    seconds: float
    """Time in which at least one piece of its work was going on."""
    start: float
    end: float
    """On the monotonic clock, which all processes of a machine share."""
    steps: dict[str, float] = field(default_factory=dict)
    """What -> seconds, repetitions added up."""


def busy(spans: Iterable[Span]) -> float:
    """Seconds in which at least one of these pieces of work was going on.

    Controllers react to events and never idle on their own, so over the spans of a migration's window this is the
    length of its critical path: what nobody can be faster than at this speed.
    """
    total, reached = 0.0, float("-inf")
    for span in sorted(spans, key=lambda span: span.start):
        total += max(0.0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return total


def within(spans: Iterable[Span], since: float, until: float) -> list[Span]:
    """What of these pieces of work lies in a window of the monotonic clock."""
    return [
        Span(owner=span.owner, what=span.what, start=max(span.start, since), end=min(span.end, until))
        for span in spans
        if span.end > since and span.start < until
    ]


def paths(spans: Sequence[Span]) -> list[Path]:
    """One path per owner, in the order in which they began."""
    owned: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: span.start):
        owned.setdefault(span.owner, []).append(span)
    return [_path(owner, own) for owner, own in owned.items()]


def _path(owner: str, spans: Sequence[Span]) -> Path:
    steps: dict[str, float] = {}
    for span in spans:
        steps[span.what] = steps.get(span.what, 0.0) + span.end - span.start
    end = max(span.end for span in spans)
    return Path(owner=owner, seconds=busy(spans), start=spans[0].start, end=end, steps=steps)
