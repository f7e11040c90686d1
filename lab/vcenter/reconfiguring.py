"""Applies a ConfigSpec to a draft of a machine; nothing is changed when any part is refused."""

from typing import Any

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.vcenter import controllers, disk_changes, nic_changes
from lab.vcenter.calls import Call
from lab.vcenter.faults import invalid_power_state, not_supported
from lab.vcenter.sdk import vim
from lab.world.model import Machine

_MIB = 1024**2
_FREE_WHILE_TEMPLATE = {"name", "annotation"}
_OFF_ONLY = {"numCPUs", "numCoresPerSocket", "memoryMB", "firmware", "bootOptions", "uuid", "instanceUuid"}
_KNOWN = (
    _FREE_WHILE_TEMPLATE
    | _OFF_ONLY
    | {"deviceChange", "extraConfig", "changeTrackingEnabled", "guestId", "changeVersion", "files"}
)


def _given(spec: Any) -> set[str]:
    values = {info.name: getattr(spec, info.name, None) for info in spec._GetPropertyList()}
    return {name for name, value in values.items() if value not in (None, [], "")}


def apply(call: Call, draft: Machine, spec: Any) -> None:
    """Change the draft as the spec says; raises Refused with the fault a vCenter would give."""
    given = _given(spec)
    for name in sorted(given - _KNOWN):
        call.vcenter.lab.requests.refused[f"vcenter ConfigSpec.{name}"] += 1
        raise not_supported(f"The embedded lab does not implement ConfigSpec.{name}.")
    if draft.template and given - _FREE_WHILE_TEMPLATE:
        raise not_supported("Only name and annotation of a template can be changed.")
    if draft.power == "on" and given & _OFF_ONLY:
        raise invalid_power_state("poweredOff", "poweredOn")
    _identity(draft, spec)
    _resources(draft, spec)
    _options(draft, spec)
    changes = list(spec.deviceChange or [])
    known = len(draft.disks)
    for index in range(len(changes)):
        _device(call, draft, index, changes)
    if len(draft.disks) > known and chosen(call.vcenter.lab, Fault.ADDED_DISK_LOST):
        draft.disks.pop()


def _identity(draft: Machine, spec: Any) -> None:
    draft.name = spec.name or draft.name
    draft.uuid = spec.uuid or draft.uuid
    draft.instance_uuid = spec.instanceUuid or draft.instance_uuid
    if spec.annotation is not None:
        draft.annotation = spec.annotation
    draft.guest.guest_id = spec.guestId or draft.guest.guest_id


def _resources(draft: Machine, spec: Any) -> None:
    draft.cpus = spec.numCPUs or draft.cpus
    draft.cores_per_socket = spec.numCoresPerSocket or draft.cores_per_socket
    draft.memory = spec.memoryMB * _MIB if spec.memoryMB else draft.memory
    draft.firmware = spec.firmware or draft.firmware
    if spec.bootOptions is not None and spec.bootOptions.efiSecureBootEnabled is not None:
        draft.secure_boot = spec.bootOptions.efiSecureBootEnabled


def _options(draft: Machine, spec: Any) -> None:
    """An empty value removes a key; `ctkEnabled` and changeTrackingEnabled are one switch."""
    for option in spec.extraConfig or []:
        value = str(option.value)
        if value:
            draft.extra_config[option.key] = value
        else:
            draft.extra_config.pop(option.key, None)
        if option.key == "ctkEnabled":
            draft.change_tracking = value.lower() == "true"
    if spec.changeTrackingEnabled is not None:
        draft.change_tracking = spec.changeTrackingEnabled


def _device(call: Call, draft: Machine, index: int, siblings: list[Any]) -> None:
    change = siblings[index]
    device = change.device
    if isinstance(device, vim.vm.device.VirtualDisk):
        disk_changes.apply(call, draft, index, change)
    elif isinstance(device, vim.vm.device.VirtualEthernetCard):
        nic_changes.apply(call, draft, index, change)
    elif isinstance(device, vim.vm.device.VirtualSCSIController) and change.operation == "add":
        controllers.add(draft, index, device, siblings)
    else:
        what = f"{change.operation} of a {type(device)._wsdlName}"
        call.vcenter.lab.requests.refused[f"vcenter {what}"] += 1
        raise not_supported(f"The embedded lab does not implement {what}.")
