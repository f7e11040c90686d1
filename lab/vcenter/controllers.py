"""SCSI controllers of a machine, and the slots that they have (facts/sources.md 1.7)."""

from typing import Any

from lab.vcenter.faults import invalid_controller, invalid_device, too_many_devices
from lab.vcenter.sdk import vim
from lab.world.model import Machine

PARAVIRTUAL = "ParaVirtualSCSIController"
KINDS: dict[str, Any] = {
    PARAVIRTUAL: vim.vm.device.ParaVirtualSCSIController,
    "VirtualLsiLogicController": vim.vm.device.VirtualLsiLogicController,
    "VirtualLsiLogicSASController": vim.vm.device.VirtualLsiLogicSASController,
    "VirtualBusLogicController": vim.vm.device.VirtualBusLogicController,
}
_FIRST = 1000
_BUSES = 4
_OWN_SLOT = 7
_SLOTS, _PARAVIRTUAL_SLOTS = 16, 65
"""Each counts the controller's own slot."""


def kind_of(machine: Machine, key: int) -> str:
    return machine.controller_kinds.get(key, PARAVIRTUAL)


def add(draft: Machine, index: int, device: Any, siblings: list[Any]) -> None:
    """One VirtualDeviceSpec; later devices of the same spec name the new controller by its negative key."""
    free = next((bus for bus in range(_BUSES) if _FIRST + bus not in draft.controllers), None)
    if free is None:
        raise invalid_device(index, "busNumber")
    wanted = device.busNumber if device.busNumber is not None else free
    key = _FIRST + (wanted if _FIRST + wanted not in draft.controllers else free)
    draft.controllers.append(key)
    kind = next((name for name, known in KINDS.items() if isinstance(device, known)), PARAVIRTUAL)
    if kind != PARAVIRTUAL:
        draft.controller_kinds[key] = kind
    for other in siblings:
        if other.device is not device and other.device.controllerKey == device.key:
            other.device.controllerKey = key


def slot(draft: Machine, index: int, device: Any) -> tuple[int, int]:
    """Key of the controller and number of the slot that a new disk gets; raises Refused when there is none."""
    key = device.controllerKey if device.controllerKey is not None else draft.controllers[0]
    if key not in draft.controllers:
        raise invalid_controller(index, key)
    taken, every = {disk.unit for disk in draft.disks if disk.controller_key == key}, slots(draft, key)
    if taken >= set(every):
        raise too_many_devices("controllerKey")
    unit = device.unitNumber
    if unit is None or unit < 0:
        unit = next(unit for unit in every if unit not in taken)
    if unit in taken or unit not in every:
        raise invalid_device(index, "unitNumber")
    return key, unit


def slots(machine: Machine, key: int) -> list[int]:
    """All slots for disks of one controller."""
    count = _PARAVIRTUAL_SLOTS if kind_of(machine, key) == PARAVIRTUAL else _SLOTS
    return [unit for unit in range(count) if unit != _OWN_SLOT]
