"""Datacentres, hosts, datastores, networks, machines and guests; plain data that services are views on.

Sizes are bytes. Ids are vSphere managed object ids where a vSphere exists, since MTV's inventory shows those.
Change anything through `World.touch`, so that the views (inventory lag, guest tools, watches) notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
