"""Changed block tracking, without which MTV refuses a warm plan (forklift.md 3.7); set while a machine is off."""

from collections.abc import Iterator, Sequence
from typing import Any

from support.adapters.vsphere.disks import in_order
from support.adapters.vsphere.faults import translated
from support.adapters.vsphere.reading import read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_task
from support.domain.errors import SourceError

_TRACKING = "config.changeTrackingEnabled"
_DEVICES = "config.hardware.device"
_device = vim.vm.device
_BUSES = (
    (_device.VirtualSCSIController, "scsi"),
    (_device.VirtualSATAController, "sata"),
    (_device.VirtualNVMEController, "nvme"),
    (_device.VirtualIDEController, "ide"),
)


def enable(session: Session, machine: Any, seconds: float) -> None:
    """Track the machine and each of its disks; one that is tracked already is left alone.

    Raises SourceError when vCenter accepts the change and does not keep it.
    """
    subject = f"machine {machine._moId}: enable change tracking"
    with translated(subject):
        row = read_one(session, machine, (_TRACKING, _DEVICES))
        if row.get(_TRACKING):
            return
        keys = [vim.option.OptionValue(key=key, value="TRUE") for key in disk_keys(row.get(_DEVICES) or ())]
        spec = vim.vm.ConfigSpec(changeTrackingEnabled=True, extraConfig=keys)
        await_task(session, subject, machine.ReconfigVM_Task(spec=spec), seconds)
        if not read_one(session, machine, (_TRACKING,)).get(_TRACKING):
            raise SourceError(
                f"{subject}: vCenter accepted it, but the machine is not tracked (hardware version below 7?)"
            )


def disk_keys(devices: Sequence[Any]) -> Iterator[str]:
    """The advanced option of each disk, such as `scsi0:1.ctkEnabled` (facts, sources 1.7)."""
    controllers = {device.key: device for device in devices if isinstance(device, _device.VirtualController)}
    for disk in in_order(devices):
        controller = controllers.get(disk.controllerKey)
        bus = next((name for kind, name in _BUSES if isinstance(controller, kind)), None)
        if bus is not None and controller is not None:
            yield f"{bus}{controller.busNumber}:{disk.unitNumber}.ctkEnabled"
