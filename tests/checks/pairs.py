"""A source machine and the target it should have become."""

from dataclasses import replace
from datetime import UTC, datetime

from support.checks.comparison import Comparison
from support.domain.contents import GuestDisk, GuestFile, Marker, SourceContents, TargetContents
from support.domain.disk_concerns import DiskWarnings
from support.domain.machine import GIB, Address, Bytes, Cpu, Firmware, IpOrigin, Power, mac
from support.domain.mapping import Maps, NetworkEntry, StorageEntry
from support.domain.offload import POPULATOR, CopiedBy
from support.domain.request import Mark, PlanOptions
from support.domain.source import Place, ProviderKind, Snapshot, SourceDisk, SourceGuest, SourceMachine, SourceNic
from support.domain.target import (
    GuestIdentity,
    GuestNic,
    TargetDisk,
    TargetGuest,
    TargetMachine,
    TargetNetwork,
    TargetNic,
)

UUID = "422c6a2a-5ea9-1083-babb-613e6947ee5c"
SERIAL = "VMware-42 2c 6a 2a 5e a9 10 83-ba bb 61 3e 69 47 ee 5c"
POD = TargetNetwork(kind="pod")
SIDE = TargetNetwork(kind="multus", namespace="ns", name="side")
FRONT, BACK = Place(id="network-1", name="front"), Place(id="network-2", name="back")
STORE = Place(id="datastore-1", name="fast")
FILES = ("[fast] web/web.vmdk", "[fast] web/web_1.vmdk")
STATIC = Address(
    address="192.0.2.41", prefix=24, origin=IpOrigin.STATIC, gateway="192.0.2.1", dns=("192.0.2.53", "192.0.2.54")
)
LEASED = Address(address="198.51.100.7", prefix=24, origin=IpOrigin.DHCP, gateway="198.51.100.1", dns=("192.0.2.53",))
MARK = Mark(node="worker-1", key="mtv-acceptance/auto-ab12-xk4f", value="auto-ab12")
AFFINITY: dict[str, object] = {
    "podAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 50, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", "namespaces": ["a", "b"]}},
            {"weight": 10, "podAffinityTerm": {"topologyKey": "topology.kubernetes.io/zone"}},
        ]
    }
}
OPTIONS = PlanOptions(
    preserve_static_ips=True,
    target_labels={"kind": "test", "owner": "auto-ab12"},
    target_node_selector={MARK.key: MARK.value},
    target_affinity=AFFINITY,
    pvc_name_template="{{.VmName}}-disk-{{.DiskIndex}}",
    pvc_name_generated_suffix=False,
)


def source() -> SourceMachine:
    return SourceMachine(
        kind=ProviderKind.VSPHERE,
        id="vm-1",
        name="web",
        uuid=UUID,
        power=Power.ON,
        cpu=Cpu(sockets=2, cores=2),
        memory=Bytes(4 * GIB),
        firmware=Firmware.UEFI,
        secure_boot=True,
        nics=(
            SourceNic(label="Network adapter 1", mac=mac("00:50:56:AA:00:01"), network=FRONT, addresses=(LEASED,)),
            SourceNic(label="Network adapter 2", mac=mac("00:50:56:AA:00:02"), network=BACK, addresses=(STATIC,)),
        ),
        disks=tuple(
            SourceDisk(label=f"Hard disk {n + 1}", identity=file, size=Bytes(10 * GIB), store=STORE, index=n)
            for n, file in enumerate(FILES)
        ),
        snapshots=(Snapshot(id="1", name="clean"), Snapshot(id="2", name="patched", parent="1")),
        guest=SourceGuest(agent_running=True, hostname="web.example.com"),
        captured_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def target() -> TargetMachine:
    return TargetMachine(
        name="web",
        namespace="ns",
        uid="u1",
        power=Power.ON,
        printable_status="Running",
        cpu=Cpu(sockets=2, cores=2),
        memory=Bytes(4 * GIB),
        firmware=Firmware.UEFI,
        secure_boot=True,
        serial=SERIAL,
        nics=(
            TargetNic(name="net-0", mac=mac("00:50:56:aa:00:01"), network=POD, addresses=("10.128.0.7",)),
            TargetNic(name="net-1", mac=mac("00:50:56:aa:00:02"), network=SIDE, addresses=("192.0.2.41",)),
        ),
        disks=tuple(
            TargetDisk(
                claim=f"web-disk-{n}",
                identity=file,
                size=Bytes(11 * GIB),
                storage_class="block",
                access_modes=("ReadWriteOnce",),
                volume_mode="Block",
                index=n,
                filled_by=POPULATOR,
            )
            for n, file in enumerate(FILES)
        ),
        guest=TargetGuest(connected=True, hostname="web.example.com"),
        node=MARK.node,
        labels={"app": "web", "owner": "auto-ab12", "kind": "test"},
        affinity=AFFINITY,
        node_selector={MARK.key: MARK.value},
    )


def inside() -> tuple[GuestNic, ...]:
    """The guest's own network settings after the move."""
    leased = Address(address="10.0.2.2", prefix=24, origin=IpOrigin.DHCP, gateway="10.0.2.1", dns=("172.30.0.10",))
    return (
        GuestNic(mac=mac("00:50:56:aa:00:01"), addresses=(leased,)),
        GuestNic(mac=mac("00:50:56:aa:00:02"), addresses=(STATIC,)),
    )


def contents() -> SourceContents:
    """Two disks, each with a filesystem, a marker and a last write."""
    homes = ("/", "/data1")
    seen = zip("ab", homes, strict=True)
    return SourceContents(
        disks=tuple(GuestDisk(name=f"/dev/sd{n}", size=Bytes(10 * GIB), filesystems=(home,)) for n, home in seen),
        markers=tuple(marker(number, home, "before") for number, home in enumerate(homes)),
        last_writes=tuple(marker(number, home, "last") for number, home in enumerate(homes)),
    )


def marker(disk: int, home: str, when: str) -> Marker:
    file = GuestFile(path=f"{home.rstrip('/')}/mtv-acceptance/{when}.txt", text=f"web disk {disk + 1} {when} 5eed\n")
    return Marker(disk=disk, filesystem=home, file=file)


def arrived(written: SourceContents) -> TargetContents:
    """The same, as a guest with other drivers sees it."""
    disks = tuple(replace(each, name=each.name.replace("sd", "vd")) for each in written.disks)
    return TargetContents(disks=disks, files=tuple(each.file for each in (*written.markers, *written.last_writes)))


def matching() -> Comparison:
    """Everything as promised; its disks were copied by the storage array."""
    return Comparison(
        source=source(),
        target=target(),
        maps=Maps(
            networks=(NetworkEntry(source=FRONT, target=POD), NetworkEntry(source=BACK, target=SIDE)),
            storage=(
                StorageEntry(source=STORE, storage_class="block", access_mode="ReadWriteOnce", volume_mode="Block"),
            ),
        ),
        wanted_power=Power.ON,
        openshift="4.20.3",
        guest=GuestIdentity(hostname="web.example.com", machine_id="m1"),
        contents=contents(),
        arrived=arrived(contents()),
        secret_skips_tls=False,
        options=OPTIONS,
        plan="auto-plan",
        mtv="2.12.5",
        array=frozenset({STORE.id}),
        copied_by=dict.fromkeys(FILES, CopiedBy.ARRAY),
        mark=MARK,
        warnings=DiskWarnings(),
        guest_nics=inside(),
        source_after=replace(source(), power=Power.OFF, nics=(), guest=SourceGuest()),
    )
