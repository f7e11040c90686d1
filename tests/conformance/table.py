"""The table that histories are held against, read from `table.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Said:
    """How a condition is told; empty words mean that they vary."""

    category: str
    durable: bool = False
    says: str = ""


@dataclass(frozen=True, slots=True)
class StepForm:
    says: str
    disks: bool = False
    """Counts in MB and has a task for each disk."""
    begins_without_phase: bool = False


@dataclass(frozen=True)
class Row:
    """One way to move: which phases in which order, and which steps are shown."""

    source: str
    mode: str
    destination: str
    phases: str
    steps: str
    disks: str
    """Pattern of what tasks of a transfer are called."""
    never: str = ""
    """A step that is shown, and stays as it began even when the machine arrives."""

    def whole_way(self, phases: Sequence[str], called: Set[str]) -> bool:
        """Whether the phases lead from the first to the last."""
        return re.fullmatch(_pattern(_decided(self.phases, called), "(?:{};)"), _joined(phases)) is not None

    def on_the_way(self, phases: Sequence[str], called: Set[str]) -> bool:
        """Whether the phases are a beginning of the way."""
        # Past the end of what happened, every further phase may be missing.
        return re.fullmatch(_pattern(_decided(self.phases, called), r"(?:{};|\Z)"), _joined(phases)) is not None

    def pipeline(self, called: Set[str]) -> list[str]:
        return _WORD.findall(_decided(self.steps, called))

    @cached_property
    def known_phases(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.phases))


class Table:
    """All of it; `conditions` by what carries them: plan, migration, machine."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.rows = [Row(**row) for row in content["row"]]
        self.steps = {name: StepForm(**form) for name, form in content["step"].items()}
        self.again = frozenset(content["again"]["steps"])
        self.conditions = {
            kind: {name: Said(**said) for name, said in content[kind].items()}
            for kind in ("plan", "migration", "machine")
        }

    def row(self, source: str, mode: str, destination: str) -> Row | None:
        """None for a way to move that nobody has transcribed yet."""
        fitting = (r for r in self.rows if (r.source, r.mode) == (source, mode))
        return next((row for row in fitting if row.destination in (destination, "any")), None)


def load() -> Table:
    return Table(tomllib.loads((Path(__file__).parent / "table.toml").read_text()))


def _decided(words: str, called: Set[str]) -> str:
    return re.sub(r"<(\w+)>", lambda found: found[1] if found[1] in called else "", words)


def _joined(phases: Sequence[str]) -> str:
    return "".join(f"{phase};" for phase in phases)


def _pattern(words: str, word: str) -> str:
    signs = {"[": "(?:", "]": ")?", "{": "(?:", "}": ")*"}
    pieces = re.findall(r"\w+|\S", words)
    return "".join(signs.get(piece, word.format(piece) if piece.isidentifier() else piece) for piece in pieces)
