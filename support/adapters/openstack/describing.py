"""From what a cloud tells to the domain's SourceMachine; pure, so that every oddity has a unit test."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from support.adapters.openstack.reading import Sight
from support.domain.machine import GIB, MIB, Address, Bytes, Cpu, Firmware, OsFamily, Power, mac
from support.domain.source import Place, ProviderKind, Snapshot, SourceDisk, SourceGuest, SourceMachine, SourceNic

GLANCE = Place(id="", name="glance")
"""The store of a disk that comes from an image: MTV's maps know it by this name only (forklift.md 1.2)."""

_POWERS = {"ACTIVE": Power.ON, "SHUTOFF": Power.OFF, "SUSPENDED": Power.SUSPENDED, "PAUSED": Power.SUSPENDED}
_SECURE_BOOT = {"required": True, "disabled": False}
_LINUX = ("rhel", "centos", "fedora", "ubuntu", "debian", "sles", "opensuse", "rocky", "alma", "oracle", "arch")

Properties = Mapping[str, Any]


def machine_from(sight: Sight) -> SourceMachine:
    """The machine as its server, flavor, volumes and ports say."""
    server, properties = sight.server, properties_of(sight)
    firmware = _firmware(properties)
    return SourceMachine(
        kind=ProviderKind.OPENSTACK,
        id=server.id,
        name=server.name,
        uuid=str(server.id).lower(),
        power=power_of(server),
        cpu=_cpu(properties, sight.flavor),
        memory=Bytes(sight.flavor.ram * MIB),
        firmware=firmware,
        secure_boot=_secure_boot(properties, firmware),
        nics=tuple(_nic(port, sight.networks) for port in sight.ports),
        disks=tuple(_disks(sight)),
        snapshots=tuple(_snapshot(each) for each in sight.snapshots if each.status != "deleting"),
        guest=SourceGuest(family=_family(properties), os_name=_os_name(properties)),
        host=server.compute_host or server.hypervisor_hostname or None,
        captured_at=datetime.now(UTC),
    )


def power_of(server: Any) -> Power:
    return _POWERS.get(server.status, Power.OTHER)


def properties_of(sight: Sight) -> Properties:
    """Of the image, or those that the boot volume kept of its own; empty when there are none (facts, sources 4.5)."""
    if sight.image is not None:
        known = sight.image.to_dict(computed=False, original_names=True)
        return {**(known.pop("properties", None) or {}), **{key: value for key, value in known.items() if value}}
    return dict(sight.volumes[0].volume_image_metadata or {}) if sight.volumes else {}


def _cpu(properties: Properties, flavor: Any) -> Cpu:
    """As MTV counts: the image's word, then the flavor's, then one core in each socket (facts, sources 4.5)."""
    specs = flavor.extra_specs or {}

    def number(part: str, otherwise: int) -> int:
        return int(properties.get(f"hw_cpu_{part}") or specs.get(f"hw:cpu_{part}") or otherwise)

    return Cpu(sockets=number("sockets", flavor.vcpus), cores=number("cores", 1), threads=number("threads", 1))


def _firmware(properties: Properties) -> Firmware | None:
    """Nova boots with BIOS unless told otherwise; without any properties nobody can tell what it was told."""
    told = properties.get("hw_firmware_type")
    if told is None:
        return Firmware.BIOS if properties else None
    return {"uefi": Firmware.UEFI, "bios": Firmware.BIOS}.get(told)


def _secure_boot(properties: Properties, firmware: Firmware | None) -> bool | None:
    if firmware is not Firmware.UEFI:
        return None
    return _SECURE_BOOT.get(properties.get("os_secure_boot") or "disabled")


def _nic(port: Any, networks: Mapping[str, str]) -> SourceNic:
    return SourceNic(
        label=f"port {port.name or port.id}",
        mac=mac(port.mac_address),
        network=Place(id=port.network_id, name=networks.get(port.network_id, port.network_id)),
        connected=port.is_admin_state_up is not False,
        # The cloud knows what it gave out, and nothing of what the guest made of it.
        addresses=tuple(Address(address=each["ip_address"]) for each in port.fixed_ips or ()),
    )


def _disks(sight: Sight) -> Iterator[SourceDisk]:
    image = getattr(sight.server.image, "id", None)
    if image:
        size = sight.flavor.disk or getattr(sight.image, "min_disk", None) or 0
        yield SourceDisk(label="disk of the image", identity=image, size=Bytes(size * GIB), store=GLANCE, index=0)
    for index, volume in enumerate(sight.volumes, 1 if image else 0):
        kind = volume.volume_type or ""
        yield SourceDisk(
            label=f"volume {volume.name or volume.id}",
            identity=volume.id,
            size=Bytes(volume.size * GIB),
            store=Place(id=sight.types.get(kind, ""), name=kind),
            index=index,
        )


def _snapshot(snapshot: Any) -> Snapshot:
    return Snapshot(id=snapshot.id, name=snapshot.name or "", created=_time(snapshot.created_at))


def _time(text: str | None) -> datetime | None:
    """Cinder's times are UTC and do not say so."""
    found = datetime.fromisoformat(text) if text else None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _family(properties: Properties) -> OsFamily:
    kind, distribution = str(properties.get("os_type") or "").lower(), str(properties.get("os_distro") or "").lower()
    if "windows" in (kind, distribution):
        return OsFamily.WINDOWS
    if kind == "linux" or distribution.startswith(_LINUX):
        return OsFamily.LINUX
    return OsFamily.UNKNOWN


def _os_name(properties: Properties) -> str | None:
    told = (properties.get("os_distro"), properties.get("os_version"))
    return " ".join(str(each) for each in told if each) or None
