"""Structural rules of custom resources: none yet, every object passes."""

from dataclasses import dataclass
from typing import Any

from lab.cluster.kinds import Kind


class Invalid(Exception):
    """An object breaks its structure; `causes` are (field, reason, message)."""

    def __init__(self, causes: list[tuple[str, str, str]]) -> None:
        super().__init__(str(causes))
        self.causes = causes


@dataclass(frozen=True, slots=True)
class Admitted:
    object: dict[str, Any]
    pruned: tuple[str, ...] = ()


def admit(kind: Kind, obj: dict[str, Any], *, mtv: str) -> Admitted:  # noqa: ARG001 - no kind has a table yet
    """Every object passes unchanged."""
    return Admitted(obj)
