"""`--jitter`: how much of which variation, as text and as numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from math import isfinite

PRESET = "on"


class BadJitter(Exception):
    """A specification that says nothing the lab can do; the message says what it can."""


def _share(tells: str, preset: float) -> float:
    """Between 0 (never) and 1 (always)."""
    return field(default=0.0, metadata={"tells": tells, "preset": preset, "most": 1.0})


def _seconds(tells: str, preset: float) -> float:
    return field(default=0.0, metadata={"tells": tells, "preset": preset, "most": float("inf")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter:
    """How often each variation happens; the n-th request of a sort meets the same with the same seed."""

    seed: float = field(
        default=1, metadata={"tells": "which of all possible days it is", "preset": 1, "most": float("inf")}
    )
    slow: float = _share("answers of all services that take up to half a second longer", 0.1)
    errors: float = _share("requests to cluster and inventory that begin a burst of 429, 500 or 503", 0.03)
    drops: float = _share("watches that end early and without a bookmark", 0.3)
    expiries: float = _share("watches that go on from a version and are told that it is too old (410)", 0.2)
    conflicts: float = _share("updates and patches that somebody else was faster than (409)", 0.1)
    reorder: float = _share("lists that come in the opposite order", 0.5)
    late: float = _share("guests whose agent takes a minute longer", 0.3)
    tokens: float = _seconds("seconds that the token of a login lives", 20)


KEYS = {each.name: each for each in fields(Jitter)}


def parse(text: str) -> Jitter:
    """`on`, `on,seed=7` or `slow=0.2,errors=0.05`; nothing varies in an empty one. Raises BadJitter."""
    parts = [part.strip() for part in text.split(",")] if text else []
    preset = {name: key.metadata["preset"] for name, key in KEYS.items()} if PRESET in parts[:1] else {}
    return Jitter(**preset | dict(_pairs(parts[1:] if preset else parts)))


def _pairs(parts: list[str]) -> Iterator[tuple[str, float]]:
    for part in parts:
        name, equals, value = part.partition("=")
        if name not in KEYS or not equals:
            known = ", ".join(f"{key}=..." for key in KEYS)
            raise BadJitter(f"--jitter: cannot read {part!r}, expected {PRESET} or some of {known}")
        yield name, _number(name, value)


def _number(name: str, text: str) -> float:
    most = KEYS[name].metadata["most"]
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (0 <= number <= most and isfinite(number)):
        wanted = "a number between 0 and 1" if most == 1 else "a number that is not negative"
        raise BadJitter(f"--jitter: {name} must be {wanted}, got {text!r}")
    return number
