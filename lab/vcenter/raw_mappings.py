"""Disks that map a LUN: what they may map, and where the mapping may lie (facts/sources.md 1.10)."""

from typing import Any

from lab.vcenter.calls import Call
from lab.vcenter.faults import invalid_backing, rdm_not_supported
from lab.world.model import Disk, Lun, Machine
from lab.world.mounts import named
from lab.world.world import World

_MODES = {"virtualMode", "physicalMode"}


def map_lun(call: Call, draft: Machine, disk: Disk, index: int, backing: Any) -> None:
    """Make a disk that was placed already the mapping of a LUN; it gets the LUN's size whatever was asked for.

    Raises Refused when the datastore takes no mappings, when there is no such LUN, or when a machine has it.
    """
    store = named(call.world, disk.datastore)
    if store.type != "VMFS":
        raise rdm_not_supported(store.id, store.name, disk.label)
    if backing.compatibilityMode not in _MODES:
        raise invalid_backing(index, "backing.compatibilityMode")
    lun = _lun(call.world, str(backing.deviceName or ""))
    if lun is None:
        raise invalid_backing(index, "backing.deviceName")
    if backing.lunUuid and str(backing.lunUuid).removeprefix("vml.") != lun.uuid:
        raise invalid_backing(index, "backing.lunUuid")
    if lun.name in _mapped(call, draft):
        raise invalid_backing(index, "backing.deviceName")
    disk.lun, disk.lun_mode, disk.size = lun.name, backing.compatibilityMode, lun.size
    if disk.lun_mode == "physicalMode":
        disk.mode = "independent_persistent"  # what is asked for does not count there


def _lun(world: World, device: str) -> Lun | None:
    """By path or name of the device, as `naa...` or as `vml...`."""
    name = device.rpartition("/")[2]
    return next((lun for lun in world.luns if name in {lun.name, f"vml.{lun.uuid}"}), None)


def _mapped(call: Call, draft: Machine) -> set[str]:
    """LUNs that machines have, those under way and the draft included."""
    others = [machine for machine in call.world.machines.values() if machine.id != draft.id]
    machines = (draft, *others, *call.vcenter.half_made.values())
    return {disk.lun for machine in machines for disk in machine.disks if disk.lun}
