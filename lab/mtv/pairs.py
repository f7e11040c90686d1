"""Source and destination Provider, as maps and Plans look at them."""

from dataclasses import dataclass

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.mtv.conditions import CRITICAL, READY, Condition, has
from lab.mtv.references import is_set, resolve


@dataclass(frozen=True, slots=True)
class Pair:
    """What was found; conditions tell what was not."""

    source: Object | None
    destination: Object | None
    conditions: tuple[Condition, ...]


def pair_of(lab: Lab, spec: Object | None) -> Pair:
    """Look up `spec.provider` (facts/forklift.md 1.2)."""
    wanted = spec or {}
    source, destination = (resolve(lab, "Provider", wanted.get(side)) for side in ("source", "destination"))
    found = [
        *_conditions("Source", wanted.get("source"), source),
        *_conditions("Destination", wanted.get("destination"), destination),
    ]
    if destination is not None and destination["spec"]["type"] != "openshift":
        found.append(_not_valid("Destination", "TypeNotValid"))
    return Pair(source, destination, tuple(found))


def _conditions(side: str, reference: Object | None, provider: Object | None) -> list[Condition]:
    if not is_set(reference):
        return [_not_valid(side, "NotSet")]
    if provider is None:
        return [_not_valid(side, "NotFound")]
    if not has(provider, READY):
        message = f"The {side.lower()} provider does not have the Ready condition."
        return [Condition(type=f"{side}ProviderNotReady", category=CRITICAL, message=message)]
    return []


def _not_valid(side: str, reason: str) -> Condition:
    message = f"The {side.lower()} provider is not valid."
    return Condition(type=f"{side}ProviderNotValid", category=CRITICAL, message=message, reason=reason)
