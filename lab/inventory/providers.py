"""Providers as the inventory sees them: objects of the store whose collector runs (facts/forklift.md 5.2, 5.3)."""

import asyncio
from typing import Any

from lab.cluster.store import Object
from lab.inventory.vsphere import collections as vsphere
from lab.kernel.service import Lab

OPERATOR_NAMESPACE = "openshift-mtv"

_PARITY_SECONDS = 10.0
"""Wall time: how long a request waits for the first load before it is answered 206 (5.1)."""
_COLLECTING = ("LoadInventory", "InventoryCreated")


def conditions(provider: Object) -> set[str]:
    """Types of the conditions that hold; one that does not is absent (0.3)."""
    found = (provider.get("status") or {}).get("conditions") or []
    return {condition["type"] for condition in found if condition["status"] == "True"}


def collected(lab: Lab) -> list[Object]:
    """Providers with a collector, Ready or not."""
    return [provider for provider in lab.store.list("Provider") if not conditions(provider).isdisjoint(_COLLECTING)]


def find(lab: Lab, uid: str) -> Object | None:
    """The provider of this uid."""
    return next((provider for provider in collected(lab) if provider["metadata"]["uid"] == uid), None)


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


def shown(lab: Lab, provider: Object, detail: int) -> dict[str, Any]:
    """The Provider object; `id` is its uid."""
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
    return {**common, "type": type_of(provider), "object": provider, **_facts(lab, provider)}


def _facts(lab: Lab, provider: Object) -> dict[str, Any]:
    if type_of(provider) == "vsphere":
        found = vsphere.counts(lab) if loaded(provider) else dict.fromkeys(vsphere.COUNTS, 0)
        return {**vsphere.about(lab), **found}
    kinds = {"vmCount": "VirtualMachine", "networkCount": "NetworkAttachmentDefinition"}
    kinds["storageClassCount"] = "StorageClass"
    return {key: len(lab.store.list(kind)) for key, kind in kinds.items()}
