"""The one list of what a run asks of its clusters (permissions.yaml), as questions for access reviews."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from support.domain.permission import Permission

ALWAYS, WARM, PLACEMENT, NFS, VIRTCTL = "always", "warm", "placement", "nfs", "virtctl"
SOURCE, OFFLOAD = "source", "offload"
LENT, LENT_SOURCE, LENT_DESTINATION, ACCOUNT = "lent", "lent-source", "lent-destination", "account"
REMOTE = "remote"
"""What scenarios wish for, of which no rule speaks: it depends on the login there what MTV works with."""


class Part(StrEnum):
    """What a cluster is to a run; `MTV` may be any of the others besides."""

    MTV = "mtv"
    REMOTE = "remote"
    SOURCE = "source"


_EVERYWHERE = frozenset({ALWAYS, VIRTCTL, LENT, ACCOUNT})
_OCCASIONS: Mapping[Part, frozenset[str]] = {
    Part.MTV: _EVERYWHERE | {WARM, PLACEMENT, NFS, OFFLOAD, SOURCE, LENT_SOURCE, LENT_DESTINATION},
    Part.REMOTE: _EVERYWHERE | {LENT_DESTINATION},
    Part.SOURCE: _EVERYWHERE | {SOURCE, LENT_SOURCE},
}
OCCASIONS = _OCCASIONS[Part.MTV]
"""When a rule is asked for."""
_PARTS = {
    "mtv": frozenset({Part.MTV}),
    "destination": frozenset({Part.MTV, Part.REMOTE}),
    "": frozenset(Part),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a ClusterRole with what it is for.

    Attributes:
        parts: what a cluster must be to be asked.
        needed: a run does not start without it.
        text: as the file has it, in the words of a ClusterRole.
    """

    when: str
    permissions: tuple[Permission, ...]
    parts: frozenset[Part]
    needed: bool
    text: Mapping[str, Sequence[str]]


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, as the file has them."""
    text = files(__package__).joinpath("permissions.yaml").read_text()
    return tuple(_rule(entry) for entry in yaml.safe_load(text))


def rules_of(part: Part) -> list[Rule]:
    """Those that a cluster may be asked for in that part, whatever the occasion."""
    return [rule for rule in rules() if part in rule.parts and rule.when in _OCCASIONS[part]]


def asked_for(occasions: Collection[str], *, needed: bool, part: Part = Part.MTV) -> list[Permission]:
    """Permissions for these occasions, each once; occasions that the part does not have do not count.

    Args:
        needed: those without which no run starts, or those that it can do without.
    """
    chosen = [rule for rule in rules_of(part) if rule.when in {ALWAYS, *occasions} and rule.needed is needed]
    return sorted({permission for rule in chosen for permission in rule.permissions})


def _rule(entry: Mapping[str, Any]) -> Rule:
    words = ("apiGroups", "resources", "resourceNames", "verbs")
    return Rule(
        when=entry["when"],
        permissions=permissions_of(entry, entry.get("namespace", "")),
        parts=_PARTS[entry.get("cluster", "")],
        needed=entry.get("missing") != "warning",
        text={word: entry[word] for word in words if word in entry},
    )


def permissions_of(rule: Mapping[str, Sequence[str]], namespace: str = "") -> tuple[Permission, ...]:
    """Each question a rule of a ClusterRole answers with yes."""
    return tuple(
        Permission(group=group, resource=resource, verb=verb, namespace=namespace, name=name)
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames") or ("",)
    )
