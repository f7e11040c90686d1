"""Which requests grow faster than the number of machines: what one more of many costs beside one more of few."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[int, Counter[str]]
"""How many machines there were, and what was asked for them."""

REPEATED = frozenset(
    {
        "vcenter: WaitForUpdatesEx PropertyCollector",
        "vcenter: ListProcessesInGuest GuestProcessManager",
        "inventory: GET vsphere vms",
    }
)
"""Asked again until something is there, so that time decides how often."""
_RISE = 1.2
_LEAST = 0.2
"""Requests per machine; less is a watch that was begun again, since a plan of many takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """What each further machine costs of one request."""

    what: str
    few: float
    many: float


def further(fewer: Row, more: Row) -> Counter[str]:
    """What the machines beyond the fewer were asked for."""
    return Counter({what: number - fewer[1][what] for what, number in more[1].items()})


def per_machine(fewer: Row, more: Row, service: str = "") -> float:
    """Requests for each further machine, of one service or of all."""
    asked = sum(number for what, number in further(fewer, more).items() if what.startswith(service))
    return asked / (more[0] - fewer[0])


def rising(rows: Sequence[Row]) -> list[Slope]:
    """Requests of which each of the last machines cost more than each of the first, the steepest first."""
    first, second, before, last = rows[0], rows[1], rows[-2], rows[-1]
    early, late = further(first, second), further(before, last)
    slopes = [
        Slope(what=what, few=early[what] / (second[0] - first[0]), many=late[what] / (last[0] - before[0]))
        for what in last[1]
    ]
    steep = [each for each in slopes if each.many > each.few * _RISE and each.many - each.few > _LEAST]
    return sorted(steep, key=lambda each: each.few - each.many)
