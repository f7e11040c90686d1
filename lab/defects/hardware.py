"""A machine arrives with other power, processors, memory, firmware or serial."""

from collections.abc import Sequence
from uuid import UUID

from lab.cluster.store import Object
from lab.defects.model import Defect

_ANOTHER = "VMware-42 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00"


def _domain(machine: Object) -> Object:
    found: Object = machine["spec"]["template"]["spec"]["domain"]
    return found


def _stays_off(machine: Object, _claims: Sequence[str]) -> None:
    machine["spec"]["runStrategy"] = "Halted"


def _renamed(machine: Object, _claims: Sequence[str]) -> None:
    machine["metadata"]["name"] += "-1"


def _swap_cores(machine: Object, _claims: Sequence[str]) -> None:
    cpu = _domain(machine)["cpu"]
    cpu["sockets"], cpu["cores"] = cpu["cores"], cpu["sockets"]


def _halve_sockets(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["cpu"]["sockets"] //= 2


def _add_threads(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["cpu"]["threads"] = 2


def _memory(machine: Object) -> int:
    return int(_domain(machine)["memory"]["guest"].removesuffix("Mi"))


def _round_memory(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["memory"]["guest"] = f"{_memory(machine) - 1}Mi"


def _decimal_memory(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["memory"]["guest"] = f"{_memory(machine)}M"


def _lose_serial(machine: Object, _claims: Sequence[str]) -> None:
    del _domain(machine)["firmware"]["serial"]


def _plain_serial(machine: Object, _claims: Sequence[str]) -> None:
    firmware = _domain(machine)["firmware"]
    digits = firmware["serial"].removeprefix("VMware-").replace(" ", "").replace("-", "")
    firmware["serial"] = str(UUID(digits))


def _other_serial(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["firmware"]["serial"] = _ANOTHER


def _bios(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["firmware"]["bootloader"] = {"bios": {}}
    _domain(machine).pop("features", None)


def _efi(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["firmware"]["bootloader"] = {"efi": {"secureBoot": False}}


def _lose_secure_boot(machine: Object, _claims: Sequence[str]) -> None:
    _efi(machine, _claims)
    _domain(machine).pop("features", None)


ENTRIES = (
    Defect(name="machine-stays-off", tells="the machine is not started", machine=_stays_off),
    Defect(name="machine-renamed", tells="the machine arrives under another name", machine=_renamed),
    Defect(name="cores-for-sockets", tells="sockets and cores are swapped", machine=_swap_cores),
    Defect(name="sockets-halved", tells="half of the sockets are missing", machine=_halve_sockets),
    Defect(name="threads-doubled", tells="each core has two threads", machine=_add_threads),
    Defect(name="memory-rounded-down", tells="a MiB of memory is missing", machine=_round_memory),
    Defect(name="memory-in-megabytes", tells="MiB of memory are taken for MB", machine=_decimal_memory),
    Defect(name="serial-lost", tells="the BIOS serial is not carried over", machine=_lose_serial),
    Defect(name="serial-in-plain-form", tells="the serial is a uuid, not in VMware's form", machine=_plain_serial),
    Defect(name="serial-of-another", tells="the serial is another machine's", machine=_other_serial),
    Defect(name="bios-for-efi", tells="an EFI machine gets a BIOS", machine=_bios),
    Defect(name="efi-for-bios", tells="a BIOS machine gets EFI", machine=_efi),
    Defect(name="secure-boot-lost", tells="secure boot is switched off", machine=_lose_secure_boot),
)
