"""A machine as it was found on OpenShift Virtualization, read once after it settled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from support.domain.machine import Address, Bytes, Cpu, Firmware, Mac, OsFamily, Power


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetNetwork:
    """Where a NIC is attached: the pod network (`name` empty), or a NetworkAttachmentDefinition."""

    kind: str
    """`pod` or `multus`, as in a NetworkMap."""
    name: str = ""
    namespace: str = ""

    def __str__(self) -> str:
        return "pod network" if self.kind == "pod" else f"NetworkAttachmentDefinition {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetNic:
    """One NIC in the order of the machine's template; `addresses` come from the guest agent or pod."""

    name: str
    mac: Mac
    network: TargetNetwork
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDisk:
    """One disk in template order; `identity` is MTV's `disk-source` annotation, None when absent."""

    claim: str
    identity: str | None
    size: Bytes
    storage_class: str
    access_modes: tuple[str, ...]
    volume_mode: str
    index: int
    bootable: bool = False
    filled_by: str = ""
    """Kind of what its claim was filled from, such as VSphereXcopyVolumePopulator; empty where the claim names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGuest:
    """What the guest agent said through KubeVirt; `connected` False means no AgentConnected condition."""

    connected: bool
    hostname: str | None = None
    family: OsFamily = OsFamily.UNKNOWN
    os_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMachine:
    """Everything the checks compare with the source; sizes in bytes."""

    name: str
    namespace: str
    uid: str
    power: Power
    printable_status: str
    cpu: Cpu
    memory: Bytes
    firmware: Firmware
    secure_boot: bool
    serial: str | None
    nics: tuple[TargetNic, ...]
    disks: tuple[TargetDisk, ...]
    guest: TargetGuest
    node: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the machine's template, where MTV's targetLabels land."""
    affinity: Mapping[str, object] = field(default_factory=dict)
    node_selector: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestNic:
    """One NIC as the guest itself has it set up; the origin of an address is STATIC, DHCP or UNKNOWN."""

    mac: Mac
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestIdentity:
    """Who answered over SSH: host name and machine id of the guest that took the login."""

    hostname: str
    machine_id: str | None = None
