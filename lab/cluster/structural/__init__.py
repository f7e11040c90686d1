"""Structural validation, defaulting and pruning of the custom resources, as an API server does it by schema."""

from dataclasses import dataclass
from typing import Any

from lab.cluster.kinds import Kind
from lab.cluster.structural.checking import Cause, Checking
from lab.cluster.structural.tables import structure

_ALWAYS = frozenset(("apiVersion", "kind", "metadata"))


class Invalid(Exception):
    """An object breaks its structure; `causes` are (field, reason, message)."""

    def __init__(self, causes: list[Cause]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, _, message in causes))
        self.causes = causes


@dataclass(frozen=True, slots=True)
class Admitted:
    """What is stored, and the paths of the fields that were dropped, such as `spec.vms[0].foo`."""

    object: dict[str, Any]
    pruned: tuple[str, ...] = ()


def admit(kind: Kind, obj: dict[str, Any], *, mtv: str) -> Admitted:
    """Prune, default and validate; raises Invalid. Kinds without a table pass unchanged."""
    wanted = structure(kind.group, kind.kind, mtv)
    if wanted is None:
        return Admitted(obj)
    checking = Checking()
    made = checking.fields(wanted, obj, "", _ALWAYS)
    if checking.causes:
        raise Invalid(checking.causes)
    return Admitted(made, tuple(checking.pruned))


def complaints(kind: Kind, obj: dict[str, Any], mtv: str) -> list[str]:
    """Everything in an object that its table does not allow, unknown fields included; empty when it fits."""
    try:
        pruned = admit(kind, obj, mtv=mtv).pruned
    except Invalid as wrong:
        return [f"{field}: {message}" for field, _, message in wrong.causes]
    return [f"{path}: unknown field" for path in pruned]
