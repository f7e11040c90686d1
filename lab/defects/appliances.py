"""MTV reads something else out of an appliance's descriptor than is in it."""

from lab.defects.model import Defect
from lab.world.model import Machine

_MIB, _MB = 1024**2, 1000**2


def _firmware(machine: Machine) -> None:
    machine.firmware, machine.secure_boot = "bios", False


def _cores(machine: Machine) -> None:
    machine.cores_per_socket = 1


def _units(machine: Machine) -> None:
    machine.memory = machine.memory // _MIB * _MB


def _nics(machine: Machine) -> None:
    del machine.nics[1:]


def _disks(machine: Machine) -> None:
    machine.disks.pop()


ENTRIES = (
    Defect(name="ovf-firmware-unread", tells="an appliance with EFI gets a BIOS", descriptor=_firmware),
    Defect(name="ovf-cores-unread", tells="each core of an appliance gets a socket of its own", descriptor=_cores),
    Defect(name="ovf-units-decimal", tells="an appliance's `byte * 2^20` is taken for MB", descriptor=_units),
    Defect(name="ovf-later-nics-unread", tells="only the first NIC of an appliance is attached", descriptor=_nics),
    Defect(name="ovf-last-disk-unread", tells="the last disk of an appliance is not attached", descriptor=_disks),
)
