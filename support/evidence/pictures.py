"""A machine's way through its pipeline as a picture: a bar per step, and one per round of a warm copy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from support.domain.migration import MachineProgress, StepPhase

_WIDTH, _NAMES, _ROW, _TOP = 760, 190, 26, 34
_SMALLEST = 3.0
"""Width of a bar whose step was over before MTV's clock moved on."""
_COLORS = {"done": "#2da44e", "failed": "#cf222e", "going on": "#bf8700", "round": "#0969da"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    name: str
    kind: str
    begun: datetime
    ended: datetime | None


def pipeline(machine: MachineProgress) -> str | None:
    """SVG of what MTV told; None when it told of no time at all. Its clock counts whole seconds."""
    bars = sorted(_bars(machine), key=lambda bar: bar.begun)
    if not bars:
        return None
    first = bars[0].begun
    last = max([bar.ended or bar.begun for bar in bars])
    span = max((last - first).total_seconds(), 1.0)
    height = _TOP + _ROW * len(bars) + 10
    title = f"{machine.name}: {first.strftime('%H:%M:%S')} to {last.strftime('%H:%M:%S')} UTC, {span:.0f} s"
    rows = [_row(bar, number, first, (span, last)) for number, bar in enumerate(bars)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="13">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            f'<text x="8" y="20" font-weight="600" fill="#1b1f24">{escape(title)}</text>',
            *rows,
            "</svg>",
        )
    )


def _row(bar: _Bar, number: int, first: datetime, scale: tuple[float, datetime]) -> str:
    span, last = scale
    told = bar.ended is not None or bar.kind != "round"  # MTV never tells the end of a cutover's own round
    ended = bar.ended or (last if told else bar.begun)
    seconds = (ended - bar.begun).total_seconds()
    room = _WIDTH - _NAMES - 70
    left = _NAMES + room * (bar.begun - first).total_seconds() / span
    width = max(_SMALLEST, room * seconds / span)
    y = _TOP + _ROW * number
    note = f"{seconds:.0f} s" if told else "no end told"
    note += "" if bar.kind in ("done", "round") else f", {bar.kind}"
    return (
        f'<text x="8" y="{y + 15}" fill="#57606a">{escape(bar.name)}</text>'
        f'<rect x="{left:.1f}" y="{y + 3}" width="{width:.1f}" height="16" rx="3" fill="{_COLORS[bar.kind]}"/>'
        f"{_note(note, left + width, y + 15)}"
    )


def _note(text: str, right: float, y: int) -> str:
    """Beside its bar, on the side that has room."""
    if right > _WIDTH - 90:
        return f'<text x="{_WIDTH - 4}" y="{y}" text-anchor="end" fill="#1b1f24">{escape(text)}</text>'
    return f'<text x="{right + 6:.1f}" y="{y}" fill="#1b1f24">{escape(text)}</text>'


def _bars(machine: MachineProgress) -> Iterator[_Bar]:
    for step in machine.steps:
        if step.started:
            kind = "failed" if step.error else "done" if step.phase is StepPhase.COMPLETED else "going on"
            yield _bar(step.name, kind, step.started, step.completed or (machine.completed if step.error else None))
    for number, precopy in enumerate(_rounds(machine), start=1):
        if precopy[0]:
            yield _bar(f"precopy {number}", "round", precopy[0], precopy[1])


def _rounds(machine: MachineProgress) -> Sequence[tuple[str | None, str | None]]:
    return [(each.start, each.end) for each in machine.warm.precopies] if machine.warm is not None else []


def _bar(name: str, kind: str, begun: str, ended: str | None) -> _Bar:
    return _Bar(name=name, kind=kind, begun=_time(begun), ended=_time(ended) if ended else None)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
