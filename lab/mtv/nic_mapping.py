"""Which destination each NIC of a machine gets (facts/forklift.md 1.2, 3.7)."""

from collections.abc import Iterator

from lab.cluster.store import Object
from lab.mtv.plan_view import VmView
from lab.world.model import Nic


def destinations(vm: VmView) -> Iterator[tuple[Nic, Object | None]]:
    """Each NIC with its destination; None for one that gets none.

    Since attachments are pooled, several NADs of one source network go to one NIC each, and a NIC is left without
    when they are used up; before, all NICs of a network share its first destination.
    """
    used: set[tuple[str, str]] = set()
    for nic in _carried(vm):
        known = vm.view.network_destinations(nic.network)
        if vm.view.toolkit.release.pools_attachments:
            yield nic, _pooled(known, used)
        else:
            yield nic, next(iter(known), None)


def _carried(vm: VmView) -> list[Nic]:
    """Of a server only the first NIC on each network (facts/forklift.md 3.7)."""
    if vm.view.source_type != "openstack":
        return vm.machine.nics
    return list({nic.network: nic for nic in reversed(vm.machine.nics)}.values())[::-1]


def _pooled(known: list[Object], used: set[tuple[str, str]]) -> Object | None:
    for item in known:
        if item["type"] != "multus":
            return item
    for item in known:
        key = (str(item.get("namespace", "")), str(item.get("name", "")))
        if key not in used:
            used.add(key)
            return item
    return None


def several_on_pod(vm: VmView) -> bool:
    on_pod = [item for _, item in destinations(vm) if item is not None and item["type"] == "pod"]
    return len(on_pod) > 1


def attachment_shared(vm: VmView) -> bool:
    """More NICs on a source network than NADs that it is mapped to."""
    return any(item is None and vm.view.network_destinations(nic.network) for nic, item in destinations(vm))
