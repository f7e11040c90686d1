"""From property values to the domain's SourceMachine; pure, so that every oddity has a unit test."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from support.adapters.guest_ids import os_family
from support.adapters.vsphere.disks import disks_of
from support.adapters.vsphere.nics import GuestNetwork, Networks, nics_of
from support.domain.errors import SourceError
from support.domain.machine import MIB, Bytes, Cpu, Firmware, OsFamily, Power
from support.domain.source import ProviderKind, Snapshot, SourceGuest, SourceMachine

PATHS = (
    "name",
    "config.uuid",
    "config.guestId",
    "config.guestFullName",
    "config.firmware",
    "config.bootOptions",
    "config.changeTrackingEnabled",
    "config.hardware.numCPU",
    "config.hardware.numCoresPerSocket",
    "config.hardware.memoryMB",
    "config.hardware.device",
    "runtime.powerState",
    "runtime.connectionState",
    "runtime.host",
    "guest.toolsRunningStatus",
    "guest.net",
    "guest.ipStack",
    "guest.hostName",
    "guest.guestFamily",
    "guest.guestFullName",
    "snapshot",
    "datastore",
    "network",
)
"""Exact leaves only: roots are large, and all of `runtime` cannot even be read everywhere (facts, sources 1.5)."""

_POWERS = {"poweredOn": Power.ON, "poweredOff": Power.OFF, "suspended": Power.SUSPENDED}
_FIRMWARES = {"bios": Firmware.BIOS, "efi": Firmware.UEFI}
_FAMILIES = {"windowsGuest": OsFamily.WINDOWS, "linuxGuest": OsFamily.LINUX}
_NO_CONFIGURATION = frozenset({"inaccessible", "orphaned", "invalid", "disconnected"})

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Names of what a machine refers to by id."""

    networks: Networks = field(default_factory=Networks)
    stores: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)


def machine_from(moid: str, values: Values, around: Surroundings) -> SourceMachine:
    """The machine as its properties say; raises SourceError when vCenter has no configuration of it."""
    _require_configuration(moid, values)
    devices = values["config.hardware.device"]
    running = values.get("runtime.powerState") == "poweredOn"
    guest_network = GuestNetwork(values.get("guest.net") or (), values.get("guest.ipStack") or ())
    host = values.get("runtime.host")
    return SourceMachine(
        kind=ProviderKind.VSPHERE,
        id=moid,
        name=values["name"],
        uuid=(values.get("config.uuid") or "").lower() or None,
        power=_POWERS.get(str(values.get("runtime.powerState")), Power.OTHER),
        cpu=_cpu(values),
        memory=Bytes(values["config.hardware.memoryMB"] * MIB),
        firmware=_FIRMWARES.get(str(values.get("config.firmware"))),
        secure_boot=_secure_boot(values),
        nics=nics_of(devices, around.networks, guest_network if running else GuestNetwork()),
        disks=disks_of(devices, around.stores),
        snapshots=tuple(_snapshots(values.get("snapshot"))),
        guest=_guest(values, running),
        host=around.hosts.get(host._moId) if host is not None else None,
        change_tracking=values.get("config.changeTrackingEnabled"),
        captured_at=datetime.now(UTC),
    )


def _require_configuration(moid: str, values: Values) -> None:
    state = values.get("runtime.connectionState")
    if values.get("config.hardware.device") is not None and values.get("config.hardware.memoryMB") is not None:
        return
    reason = f"it is {state}" if state in _NO_CONFIGURATION else "vCenter reports no configuration of it"
    raise SourceError(
        f"machine {values.get('name', moid)} ({moid}): expected a readable machine, but {reason}; "
        "repair or unregister it on vCenter"
    )


def _cpu(values: Values) -> Cpu:
    total = values["config.hardware.numCPU"]
    cores = values.get("config.hardware.numCoresPerSocket") or 1
    return Cpu(sockets=max(1, total // cores), cores=cores)


def _secure_boot(values: Values) -> bool | None:
    options = values.get("config.bootOptions")
    return options.efiSecureBootEnabled if options is not None else None


def _guest(values: Values, running: bool) -> SourceGuest:
    family = _family(values)
    name = values.get("config.guestFullName") or None
    if not running:
        return SourceGuest(family=family, os_name=name)
    tools = values.get("guest.toolsRunningStatus")
    return SourceGuest(
        agent_running=None if tools is None else tools == "guestToolsRunning",
        hostname=values.get("guest.hostName") or None,
        family=family,
        os_name=values.get("guest.guestFullName") or name,
    )


def _family(values: Values) -> OsFamily:
    reported = _FAMILIES.get(str(values.get("guest.guestFamily")))
    return reported or os_family(values.get("config.guestId"), values.get("config.guestFullName"))


def _snapshots(info: Any) -> Iterator[Snapshot]:
    if info is not None:
        yield from _walk(info.rootSnapshotList or (), None)


def _walk(nodes: Iterable[Any], parent: str | None) -> Iterator[Snapshot]:
    """Depth first through every branch."""
    for node in nodes:
        identity = str(node.id)
        yield Snapshot(
            id=identity,
            name=node.name,
            created=node.createTime.astimezone(UTC) if node.createTime else None,
            power=_POWERS.get(node.state),
            parent=parent,
        )
        yield from _walk(node.childSnapshotList or (), identity)
