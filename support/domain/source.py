"""A source machine as it was when it was recorded, the same shape for every platform."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from support.domain.machine import Address, Bytes, Cpu, Firmware, IpOrigin, Mac, OsFamily, Power


class ProviderKind(StrEnum):
    """Source platforms; values are MTV's `Provider.spec.type`."""

    VSPHERE = "vsphere"
    OVIRT = "ovirt"
    OPENSTACK = "openstack"
    OPENSHIFT = "openshift"
    OVA = "ova"

    @property
    def spoken(self) -> str:
        """As its makers write it."""
        return _SPOKEN[self]


_SPOKEN: Mapping[str, str] = {
    ProviderKind.VSPHERE: "vSphere",
    ProviderKind.OVIRT: "RHV/oVirt",
    ProviderKind.OPENSTACK: "OpenStack",
    ProviderKind.OPENSHIFT: "OpenShift",
    ProviderKind.OVA: "OVA",
}


def spoken_source(kind: str, version: str = "") -> str:
    """A type of source for people; one that has no name of its own is shown as it is.

    An OVA is a file and has no version: profiles say there what it lies on, `nfs`.
    """
    name = _SPOKEN.get(kind, kind)
    return name if kind == ProviderKind.OVA else f"{name} {version}".strip()


class Provisioning(StrEnum):
    THIN = "thin"
    THICK_LAZY = "thick-lazy"
    THICK_EAGER = "thick-eager"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A network or a store on the source; `id` is what MTV's maps are keyed by, empty where they know a name only."""

    id: str
    name: str

    @property
    def key(self) -> str:
        """What joins a map's entry and the NICs or disks that it is for."""
        return self.id or self.name


POD_NETWORK = Place(id="", name="pod")
"""The network of every pod on OpenShift; no object stands for it, and maps know it by its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNic:
    """One NIC in device order."""

    label: str
    mac: Mac
    network: Place
    connected: bool = True
    addresses: tuple[Address, ...] = ()

    @property
    def static_addresses(self) -> tuple[Address, ...]:
        """Those that were set by hand, as far as the guest told."""
        return tuple(each for each in self.addresses if each.origin is IpOrigin.STATIC)


_LAYER = re.compile(r"-\d{6}(?=\.vmdk$)")


def below_layers(source: str) -> str:
    """The identity of a disk that MTV names by the layer of a snapshot, as a cold plan does (forklift.md 2.4)."""
    return _LAYER.sub("", source)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDisk:
    """One disk; `identity` is what MTV notes in `forklift.konveyor.io/disk-source`, below any snapshots."""

    label: str
    identity: str
    size: Bytes
    store: Place
    index: int
    provisioning: Provisioning = Provisioning.UNKNOWN
    mode: str | None = None
    serial: str | None = None
    lun: str | None = None
    """What a raw disk maps; None for one that is a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    id: str
    name: str
    created: datetime | None = None
    power: Power | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGuest:
    """What the guest tools said; empty while the machine is off."""

    agent_running: bool | None = None
    hostname: str | None = None
    family: OsFamily = OsFamily.UNKNOWN
    os_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMachine:
    """Everything the checks compare with the target; sizes in bytes, times aware UTC."""

    kind: ProviderKind
    id: str
    name: str
    uuid: str | None
    power: Power
    cpu: Cpu
    memory: Bytes
    firmware: Firmware | None
    secure_boot: bool | None
    nics: tuple[SourceNic, ...]
    disks: tuple[SourceDisk, ...]
    snapshots: tuple[Snapshot, ...] = ()
    guest: SourceGuest = SourceGuest()
    host: str | None = None
    change_tracking: bool | None = None
    serial: str | None = None
    """BIOS serial that the platform itself sets; None where it is derived from the uuid."""
    captured_at: datetime
