"""Ages in the short words of k8s.io/apimachinery (`duration.HumanDuration`), which every printed table uses."""

from datetime import datetime, timedelta
from typing import Any

_DAY, _YEAR = 24, 24 * 365
"""In hours."""


def age(stamp: Any, now: datetime) -> str:
    """The time since an RFC 3339 stamp; `<unknown>` without one."""
    return human(now - datetime.fromisoformat(stamp)) if stamp else "<unknown>"


def human(span: timedelta) -> str:
    """Two units at most, while the smaller one still says something: `119s`, `9m59s`, `179m`, `7h5m`, `47h`."""
    seconds = int(span.total_seconds())
    if seconds < -1:
        return "<invalid>"
    if seconds < 120:
        return f"{max(0, seconds)}s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    return f"{hours}h" if hours < 2 * _DAY else _days(hours)


def _days(hours: int) -> str:
    if hours < 8 * _DAY:
        return _two(hours // _DAY, "d", hours % _DAY, "h")
    if hours < 2 * _YEAR:
        return f"{hours // _DAY}d"
    if hours < 8 * _YEAR:
        return _two(hours // _YEAR, "y", hours // _DAY % 365, "d")
    return f"{hours // _YEAR}y"


def _two(large: int, unit: str, small: int, smaller: str) -> str:
    return f"{large}{unit}{small}{smaller}" if small else f"{large}{unit}"
