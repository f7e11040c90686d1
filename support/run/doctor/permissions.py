"""The one list of what a run asks of its clusters (permissions.yaml), as questions for access reviews."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from support.domain.permission import Permission

ALWAYS, WARM, REMOTE, PLACEMENT, NFS, VIRTCTL = "always", "warm", "remote", "placement", "nfs", "virtctl"
SOURCE, OFFLOAD = "source", "offload"
OCCASIONS = frozenset({ALWAYS, WARM, REMOTE, PLACEMENT, NFS, VIRTCTL, SOURCE, OFFLOAD})
"""When a rule is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a ClusterRole with what it is for.

    Attributes:
        mtv_only: asked of the cluster MTV runs on, and not of a remote destination.
        needed: a run does not start without it.
    """

    when: str
    permissions: tuple[Permission, ...]
    mtv_only: bool = False
    needed: bool = True


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, as the file has them."""
    text = files(__package__).joinpath("permissions.yaml").read_text()
    return tuple(_rule(entry) for entry in yaml.safe_load(text))


def asked_for(occasions: Collection[str], *, needed: bool, destination: bool = False) -> list[Permission]:
    """Permissions for these occasions, each once.

    Args:
        needed: those without which no run starts, or those that it can do without.
        destination: those that are asked of a remote destination.
    """
    wanted = {
        permission
        for rule in rules()
        if rule.when in {ALWAYS, *occasions} and rule.needed is needed and not (destination and rule.mtv_only)
        for permission in rule.permissions
    }
    return sorted(wanted)


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        when=entry["when"],
        permissions=permissions_of(entry, entry.get("namespace", "")),
        mtv_only=entry.get("cluster") == "mtv",
        needed=entry.get("missing") != "warning",
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
