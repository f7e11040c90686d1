"""An OpenStack cloud beside the vSphere: servers on block volumes and ports, all of them its own.

A server's machine, disks and NICs are the world's; a volume's disk is the machine's while it is attached.
"""

from dataclasses import dataclass, field

from lab.world.model import Disk, Guest, Machine, Nic


@dataclass(slots=True, kw_only=True)
class Flavor:
    """Sizes: memory MiB, disk GiB."""

    id: str
    name: str
    vcpus: int
    ram: int
    disk: int
    extra_specs: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class VolumeType:
    """A volume type and the one backend behind it."""

    id: str
    name: str
    capacity: int
    """GiB of the backend."""


GLANCE = VolumeType(id="", name="glance", capacity=0)
"""What stands for the store of a disk that came from an image: it is on no volume."""


@dataclass(slots=True, kw_only=True)
class CloudNetwork:
    """A network with its one subnet."""

    id: str
    name: str
    subnet: str
    """Id of the subnet."""
    cidr: str
    dns: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Port:
    """Where a server's NIC meets a network."""

    id: str
    network: str
    """Id."""
    server: str
    address: str
    nic: Nic


@dataclass(slots=True, kw_only=True)
class BlockVolume:
    """A volume; `size` is GiB."""

    id: str
    name: str
    size: int
    type: str
    """Name of its volume type."""
    disk: Disk
    guest: Guest | None = None
    """What boots from it; a volume without one is not bootable."""
    status: str = "available"
    description: str = ""
    snapshot: str = ""
    """Id of the snapshot it was made of."""
    metadata: dict[str, str] = field(default_factory=dict)
    image_metadata: dict[str, str] = field(default_factory=dict)
    created: str = ""


@dataclass(slots=True, kw_only=True)
class VolumeSnapshot:
    """A volume as it was."""

    id: str
    name: str
    volume: str
    size: int
    type: str
    content: Disk
    guest: Guest | None = None
    status: str = "available"
    description: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    image_metadata: dict[str, str] = field(default_factory=dict)
    created: str = ""


@dataclass(slots=True, kw_only=True)
class Image:
    """An image; one of a server on volumes has no content, but names the snapshots."""

    id: str
    name: str
    size: int = 0
    """Bytes."""
    status: str = "active"
    disk_format: str = "qcow2"
    min_disk: int = 0
    """GiB."""
    properties: dict[str, str] = field(default_factory=dict)
    content: Disk | None = None
    guest: Guest | None = None
    visibility: str = "private"
    created: str = ""


@dataclass(slots=True, kw_only=True)
class Attachment:
    """A volume in a server."""

    id: str
    volume: str
    device: str
    delete_on_termination: bool = False


@dataclass(slots=True, kw_only=True)
class Server:
    """A machine as the cloud knows it."""

    machine: Machine
    flavor: str
    """Id."""
    image: str = ""
    """Id of the image it booted from; empty for a server on volumes."""
    attachments: list[Attachment] = field(default_factory=list)
    """The boot volume first."""
    metadata: dict[str, str] = field(default_factory=dict)
    unsettled: str = ""
    """building or error; empty: active or stopped, as its power is."""
    task: str = ""
    """What is being done to it, as `OS-EXT-STS:task_state` has it."""
    fault: str = ""
    created: str = ""
    updated: str = ""

    @property
    def state(self) -> str:
        """`OS-EXT-STS:vm_state`."""
        return self.unsettled or ("active" if self.machine.power == "on" else "stopped")


@dataclass(slots=True, kw_only=True)
class Quota:
    """What the project may have; memory is MiB."""

    instances: int = 40
    cores: int = 160
    ram: int = 327_680
    volumes: int = 100
    snapshots: int = 100
    gigabytes: int = 20_000


@dataclass(slots=True, kw_only=True)
class Cloud:
    """Everything of one project in one region; all mappings are by id, in the order of creation."""

    user: str = ""
    password: str = ""
    project: str = ""
    domain: str = "Default"
    region: str = "RegionOne"
    host_ram: int = 131_072
    """MiB of the largest hypervisor; nothing larger finds a host."""
    quota: Quota = field(default_factory=Quota)
    flavors: dict[str, Flavor] = field(default_factory=dict)
    volume_types: dict[str, VolumeType] = field(default_factory=dict)
    networks: dict[str, CloudNetwork] = field(default_factory=dict)
    ports: dict[str, Port] = field(default_factory=dict)
    volumes: dict[str, BlockVolume] = field(default_factory=dict)
    snapshots: dict[str, VolumeSnapshot] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)

    def ports_of(self, server: str) -> list[Port]:
        return [port for port in self.ports.values() if port.server == server]

    def holder_of(self, volume: str) -> tuple[Server, Attachment] | None:
        """The server that a volume is attached to."""
        for server in self.servers.values():
            for attachment in server.attachments:
                if attachment.volume == volume:
                    return server, attachment
        return None
