"""From the engine's machines and templates to the domain's SourceMachine; pure, so that each oddity has a unit test."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from support.adapters.ovirt.disks import Stores, disks_of
from support.adapters.ovirt.nics import Profiles, nics_of
from support.adapters.ovirt.sdk import types
from support.domain.errors import SourceError
from support.domain.machine import Bytes, Cpu, Firmware, OsFamily, Power
from support.domain.source import ProviderKind, Snapshot, SourceGuest, SourceMachine

_Status, _Bios = types.VmStatus, types.BiosType
_POWERS = {_Status.UP: Power.ON, _Status.DOWN: Power.OFF, _Status.SUSPENDED: Power.SUSPENDED}
_FIRMWARES: Mapping[Any, Firmware] = {
    _Bios.I440FX_SEA_BIOS: Firmware.BIOS,
    _Bios.Q35_SEA_BIOS: Firmware.BIOS,
    _Bios.Q35_OVMF: Firmware.UEFI,
    _Bios.Q35_SECURE_BOOT: Firmware.UEFI,
}
_LINUX = ("rhel", "rhcos", "ubuntu", "debian", "sles", "opensuse", "centos", "fedora", "oracle", "other_linux")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a machine refers to by id, as far as the engine told; `bios` is its cluster's."""

    profiles: Profiles = field(default_factory=dict)
    stores: Stores = field(default_factory=dict)
    host: str | None = None
    bios: Any = None


def machine_from(machine: Any, around: Surroundings) -> SourceMachine:
    """A machine or template with its NICs, disks and snapshots followed.

    Raises SourceError for one whose hardware the engine does not tell.
    """
    is_template = isinstance(machine, types.Template)
    power = Power.OFF if is_template else _POWERS.get(machine.status, Power.OTHER)
    reported = () if is_template else machine.reported_devices or ()
    bios = bios_type(machine) or around.bios
    return SourceMachine(
        kind=ProviderKind.OVIRT,
        id=machine.id,
        name=machine.name,
        uuid=machine.id.lower(),
        power=power,
        cpu=_cpu(machine),
        memory=Bytes(int(_told(machine, "memory"))),
        firmware=_FIRMWARES.get(bios),
        secure_boot=None if bios is None else bios is _Bios.Q35_SECURE_BOOT,
        nics=nics_of(machine.nics or (), around.profiles, reported),
        disks=disks_of(machine.disk_attachments or (), around.stores),
        snapshots=() if is_template else tuple(_snapshots(machine.snapshots or ())),
        guest=_guest(machine, running=power is Power.ON),
        host=around.host,
        serial=machine.serial_number.value or None if machine.serial_number is not None else None,
        captured_at=datetime.now(UTC),
    )


def bios_type(machine: Any) -> Any:
    """The machine's own; None where its cluster decides."""
    own = machine.bios.type if machine.bios is not None else None
    return None if own is _Bios.CLUSTER_DEFAULT else own


def _told(machine: Any, what: str) -> Any:
    value = getattr(machine, what)
    if value is None:
        raise SourceError(
            f"machine {machine.name} ({machine.id}): expected a readable machine, but the engine tells no {what} of it"
        )
    return value


def _cpu(machine: Any) -> Cpu:
    topology = _told(machine, "cpu").topology
    if topology is None:
        raise SourceError(f"machine {machine.name} ({machine.id}): the engine tells no topology of its CPU")
    return Cpu(sockets=topology.sockets or 1, cores=topology.cores or 1, threads=topology.threads or 1)


def _guest(machine: Any, *, running: bool) -> SourceGuest:
    configured = (machine.os.type or "") if machine.os is not None else ""
    if not running:
        return SourceGuest(family=os_family(configured), os_name=configured or None)
    system = machine.guest_operating_system
    told = (system.family or "").lower() if system is not None else ""
    return SourceGuest(
        agent_running=bool(machine.reported_devices) or system is not None,
        hostname=machine.fqdn or None,
        family=os_family(told) if os_family(told) is not OsFamily.UNKNOWN else os_family(configured),
        os_name=(system.distribution if system is not None else None) or configured or None,
    )


def os_family(text: str) -> OsFamily:
    """From the configured type, such as `rhel_9x64` and `windows_2019x64`, or the family an agent tells."""
    if text.startswith("windows"):
        return OsFamily.WINDOWS
    if text.startswith((*_LINUX, "linux")):
        return OsFamily.LINUX
    return OsFamily.UNKNOWN


def _snapshots(snapshots: Iterable[Any]) -> Iterator[Snapshot]:
    """Without the pseudo-snapshot of what runs now, which every machine has."""
    for each in snapshots:
        if each.snapshot_type is types.SnapshotType.REGULAR:
            created = each.date.astimezone(UTC) if each.date is not None else None
            yield Snapshot(id=each.id, name=each.description or "", created=created)
