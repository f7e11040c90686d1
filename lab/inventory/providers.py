"""Providers as the inventory sees them: objects of the store whose collector runs (facts/forklift.md 5.2, 5.3)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab.cluster.store import Object
from lab.kernel.service import Lab

OPERATOR_NAMESPACE = "openshift-mtv"

_PARITY_SECONDS = 10.0
"""Wall time: how long a request waits for the first load before it is answered 206 (5.1)."""
_COLLECTING = ("LoadInventory", "InventoryCreated")


def conditions(provider: Object) -> set[str]:
    """Types of the conditions that hold; one that does not is absent (0.3)."""
    found = (provider.get("status") or {}).get("conditions") or []
    return {condition["type"] for condition in found if condition["status"] == "True"}


@dataclass(slots=True)
class Collectors:
    """Which providers have a collector; one that was made stays until its provider goes.

    So an inventory that has lost its source is loading again (206), not unknown (404).
    """

    lab: Lab
    _made: set[str] = field(default_factory=set)

    async def follow(self) -> None:
        """Note every collector that is made."""
        async for event in self.lab.store.subscribe("Provider"):
            if event.type == "DELETED":
                self._made.discard(event.object["metadata"]["uid"])
            elif _collecting(event.object):
                self._made.add(event.object["metadata"]["uid"])

    def providers(self) -> list[Object]:
        """Providers with a collector, Ready or not."""
        found = self.lab.store.list("Provider")
        return [provider for provider in found if provider["metadata"]["uid"] in self._made or _collecting(provider)]

    def find(self, uid: str) -> Object | None:
        """The provider of this uid, if it has a collector."""
        return next((provider for provider in self.providers() if provider["metadata"]["uid"] == uid), None)


def _collecting(provider: Object) -> bool:
    return not conditions(provider).isdisjoint(_COLLECTING)


async def has_parity(lab: Lab, uid: str) -> bool:
    """Wait until the first load of a provider's inventory is done, as long as the service does."""
    try:
        async with asyncio.timeout(_PARITY_SECONDS):
            async for event in lab.store.subscribe("Provider"):
                if event.object["metadata"]["uid"] == uid and "InventoryCreated" in conditions(event.object):
                    return True
    except TimeoutError:
        return False
    return False


def loaded(provider: Object) -> bool:
    return "InventoryCreated" in conditions(provider)


def type_of(provider: Object) -> str:
    return str(provider["spec"].get("type", ""))


def root_of(provider: Object) -> str:
    return f"providers/{type_of(provider)}/{provider['metadata']['uid']}"


def is_restricted_host(provider: Object) -> bool:
    """A local cluster's provider outside the operator's namespace sees only its own namespace (5.8)."""
    local = type_of(provider) == "openshift" and not provider["spec"].get("url")
    return local and provider["metadata"]["namespace"] != OPERATOR_NAMESPACE


def shown(provider: Object, detail: int, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The Provider object; `id` is its uid, `facts` are what its type tells of it."""
    metadata = provider["metadata"]
    common = {
        "uid": metadata["uid"],
        "version": metadata["resourceVersion"],
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "selfLink": root_of(provider),
        "id": metadata["uid"],
    }
    if detail == 0:
        return common
    return {**common, "type": type_of(provider), "object": provider, **facts}
