"""Datacentres, hosts, datastores, networks, machines and guests; plain data that services are views on.

Sizes are bytes. Ids are vSphere managed object ids where a vSphere exists, since MTV's inventory shows those.
Change anything through `World.touch`, so that the views (inventory lag, guest tools, watches) notice.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from lab.world.appliances import Export
from lab.world.cloud import Cloud

if TYPE_CHECKING:
    from lab.world.arrays import StorageArray
    from lab.world.consoles import Console

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class File:
    """What somebody wrote in a guest; `written` is no content."""

    content: bytes = b""
    written: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


Files = Mapping[str, File]
"""A filesystem: path below its root -> file; a directory's path ends in a slash. Never changed in place."""


@dataclass(slots=True, kw_only=True)
class Datastore:
    id: str
    name: str
    capacity: int
    type: str = "VMFS"
    backing: str = ""
    """naa id of the LUN."""
    hosts: tuple[str, ...] = ()
    """Ids of the hosts that mount it; all of them when empty."""
    files: dict[str, int] = field(default_factory=dict)
    """Paths below the datastore that are no machine's (folders, left-overs) -> bytes that they take."""


@dataclass(slots=True, kw_only=True)
class Lun:
    """A LUN that no datastore uses, free to be mapped raw."""

    name: str
    """Canonical name, `naa...`."""
    uuid: str
    size: int


@dataclass(slots=True, kw_only=True)
class Network:
    id: str
    name: str
    type: str = "standard"
    """`standard` or `dvs` (distributed port group)."""


@dataclass(slots=True, kw_only=True)
class Host:
    id: str
    name: str
    cluster: str


@dataclass(slots=True, kw_only=True)
class Disk:
    """`digest` stands for the content: copying a disk copies the digest, writing in the guest changes it.

    The few files that somebody wrote in the guest are kept as they are; `lab.world.media` reads and writes them.
    To those who look from outside it is the same disk, whatever is on it.
    """

    key: int
    label: str
    size: int
    datastore: str
    file: str
    """`[datastore] folder/name.vmdk`."""
    digest: str = field(compare=False)
    format: str = ""
    """raw or cow, on a platform that tells them apart."""
    provisioning: str = "thin"
    """thin, thick-lazy or thick-eager."""
    mode: str = "persistent"
    uuid: str = ""
    controller_key: int = 1000
    unit: int = 0
    lun: str = ""
    """Canonical name of the LUN that this disk maps; empty for a disk of its own."""
    lun_mode: str = ""
    """virtualMode or physicalMode."""
    parents: tuple[str, ...] = ()
    """Files of the layers that snapshots froze, base first; `file` is the one being written."""
    files: Files | None = field(default=None, compare=False)
    """None: no filesystem."""
    unsynced: Files | None = field(default=None, compare=False)
    """The filesystem as the running guest sees it, while that is not what is on the disk."""


@dataclass(slots=True, kw_only=True)
class Nic:
    key: int
    label: str
    mac: str
    network: str
    mac_type: str = "assigned"
    """manual, generated or assigned."""
    connected: bool = True


@dataclass(slots=True, kw_only=True)
class GuestAddress:
    """Network configuration inside the guest, by NIC MAC at the time it was configured."""

    mac: str
    address: str
    prefix: int
    gateway: str | None = None
    dns: tuple[str, ...] = ()
    static: bool = False


@dataclass(slots=True, kw_only=True)
class Guest:
    """The operating system on a machine's disks; it moves with them."""

    family: str
    """linux or windows."""
    guest_id: str
    """vSphere guest id, such as rhel8_64Guest."""
    os_name: str
    os_id: str
    """`ID` of os-release, such as rhel; `mswindows` for Windows."""
    version: str
    hostname: str
    machine_id: str
    users: dict[str, str] = field(default_factory=dict)
    """User name -> password."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """User name -> public keys that log in, as lines of authorized_keys."""
    cloud_init: str = ""
    """Id of the instance that cloud-init configured the guest as; empty where it never ran."""
    addresses: list[GuestAddress] = field(default_factory=list)
    agent_installed: bool = True
    boot_seconds: float = 20.0
    """Emulated seconds from power-on to guest tools / agent and sshd answering."""
    data_mounts: tuple[str, ...] = ()
    """Where it mounts its disks after the boot disk, in their order: `/data1` or `D:`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A disk as a snapshot froze it."""

    file: str
    parents: tuple[str, ...]
    digest: str
    files: Files | None = None


@dataclass(slots=True, kw_only=True)
class Snapshot:
    id: int
    moref: str
    name: str
    description: str = ""
    created: str = ""
    power: str = "off"
    parent: int | None = None
    layers: dict[int, Layer] = field(default_factory=dict)
    """Key of each disk it covers -> what was frozen."""


@dataclass(slots=True, kw_only=True)
class Machine:
    id: str
    name: str
    uuid: str
    instance_uuid: str
    guest: Guest
    template: bool = False
    power: str = "off"
    """on or off."""
    guest_up: bool = False
    """Tools run and report; becomes true `boot_seconds` after power-on, false at power-off."""
    cpus: int = 2
    cores_per_socket: int = 1
    memory: int = 4 * GIB
    firmware: str = "bios"
    """bios or efi."""
    secure_boot: bool = False
    host: str = ""
    home: str = ""
    """`[datastore] folder` of the machine's own files."""
    controllers: list[int] = field(default_factory=lambda: [1000])
    """Keys of its SCSI controllers, 1000 + bus."""
    controller_kinds: dict[int, str] = field(default_factory=dict)
    """Types of those that are not paravirtual, by key."""
    annotation: str = ""
    change_tracking: bool = False
    disks: list[Disk] = field(default_factory=list)
    nics: list[Nic] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    current_snapshot: int | None = None
    """Id of the snapshot that the running state descends from."""
    extra_config: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class StorageClass:
    """A storage class of the destination."""

    name: str
    provisioner: str = "lab.csi"
    reclaim: str = "Delete"
    binding: str = "Immediate"
    modes: tuple[tuple[str, str], ...] = (("ReadWriteMany", "Block"),)
    """(access mode, volume mode) sets of the StorageProfile, best first."""
    default_virt: bool = False
    array: str = ""
    """Hostname of the storage array that its volumes are on; empty for any other storage."""


@dataclass(slots=True, kw_only=True)
class Node:
    """A worker; three of them hold a plan of a hundred small machines."""

    name: str
    cpu: int = 64
    memory: int = 256 * GIB


@dataclass(slots=True, kw_only=True)
class Account:
    """A login of a source platform or the destination."""

    user: str
    password: str


@dataclass(slots=True, kw_only=True)
class Volume:
    """Content of one claim; `guest` is on the disk that the source machine booted from."""

    size: int
    digest: str
    guest: Guest | None = None
    source_machine: str = ""
    """Id of the machine it was copied from."""
    files: Files | None = None
    """As those of a `Disk`."""
    unsynced: Files | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A disk that somebody hands out over HTTPS to whoever shows the token."""

    token: str
    volume: Volume


@dataclass(slots=True, kw_only=True)
class RunningGuest:
    """A guest that has booted on the destination; exists only while it is up."""

    guest: Guest
    namespace: str
    machine: str
    """Name of its VirtualMachineInstance."""
    nics: tuple[tuple[str, str], ...] = ()
    """(MAC, binding) in the order of the machine's interfaces; binding is masquerade, bridge, sriov..."""
    volumes: tuple[Volume, ...] = ()
    """Its disks, in order."""
    boot: int = 0
    """Which of its disks it booted from."""
    ssh: str = ""
    """`127.0.0.1:PORT` of its SSH server, empty until that listens."""


@dataclass(slots=True, kw_only=True)
class Estate:
    """What another source platform than vSphere has: the same kinds of things, all of them its own."""

    account: Account = field(default_factory=lambda: Account(user="", password=""))
    datacenter: str = ""
    cluster: str = ""
    datastores: dict[str, Datastore] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    passing: dict[str, str] = field(default_factory=dict)
    """Machine id -> a status that its power does not tell, in the platform's word, for as long as a job lasts."""


Listener = Callable[[Machine | None], None]


@dataclass(slots=True, kw_only=True)
class World:
    """Everything that exists before and while a lab runs."""

    vcenter_account: Account
    cluster_account: Account
    vcenter_instance: str
    """Instance uuid of the vCenter."""
    datacenter: str = "DC0"
    source_cluster: str = "Cluster0"
    datastores: dict[str, Datastore] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    luns: list[Lun] = field(default_factory=list)
    consoles: "dict[str, Console]" = field(default_factory=dict)
    """What hosts show by SSH, by id of the host."""
    arrays: "dict[str, StorageArray]" = field(default_factory=dict)
    """Storage arrays, by hostname."""
    machines: dict[str, Machine] = field(default_factory=dict)
    ovirt: Estate = field(default_factory=Estate)
    """What the oVirt engine manages."""
    cloud: Cloud = field(default_factory=Cloud)
    """What OpenStack manages."""
    export: Export = field(default_factory=Export)
    """Appliances in OVA files."""
    storage_classes: list[StorageClass] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    volumes: dict[str, Volume] = field(default_factory=dict)
    """What is on the destination's claims, by uid of the PersistentVolumeClaim."""
    running: dict[str, RunningGuest] = field(default_factory=dict)
    """Guests that are up on the destination, by uid of the VirtualMachineInstance."""
    served: dict[str, Served] = field(default_factory=dict)
    """Disks that can be fetched now, by URL; all clusters of a lab reach each other."""
    _listeners: list[Listener] = field(default_factory=list)
    _boots: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Guests that are booting, by machine id."""
    _serials: Iterator[int] = field(default_factory=lambda: count(1001))

    def elsewhere(self, account: Account, classes: Sequence[StorageClass], nodes: Sequence[Node]) -> "World":
        """The same estate seen from another cluster, with an account, storage classes and nodes of its own."""
        return replace(
            self, cluster_account=account, storage_classes=list(classes), nodes=list(nodes), volumes={}, running={}
        )

    def next_serial(self) -> int:
        """A number that was never given out before, for ids and MACs."""
        return next(self._serials)

    def touch(self, machine: Machine | None = None) -> None:
        """Tell all views that a machine (or, with None, anything) changed, appeared or vanished."""
        for listener in tuple(self._listeners):
            listener(machine)

    def booting(self, machine: Machine) -> bool:
        """Whether a machine is on and its guest has not come up yet."""
        return machine.id in self._boots

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def machine_named(self, name: str) -> Machine | None:
        return next((machine for machine in self.machines.values() if machine.name == name), None)
