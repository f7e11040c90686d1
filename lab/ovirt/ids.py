"""Ids that the engine gives to what the estate knows by other names; the same each time."""

from lab.world.disk_order import disk_uuid
from lab.world.ids import stable_uuid
from lab.world.model import Datastore, Disk, Estate, Machine, Network, Nic, Snapshot


def datacenter_id(estate: Estate) -> str:
    return stable_uuid(f"ovirt datacenter {estate.datacenter}")


def cluster_id(estate: Estate) -> str:
    return stable_uuid(f"ovirt cluster {estate.cluster}")


def profile_id(network: Network) -> str:
    """Each network has one profile, of its own name."""
    return stable_uuid(f"ovirt profile {network.id}")


def disk_profile_id(store: Datastore) -> str:
    """Each storage domain has one, of its own name, too."""
    return stable_uuid(f"ovirt disk profile {store.id}")


def disk_id(disk: Disk) -> str:
    return disk_uuid(disk)


def nic_id(machine: Machine, nic: Nic) -> str:
    return stable_uuid(f"ovirt nic {machine.id} {nic.key}")


def snapshot_id(machine: Machine, snapshot: Snapshot) -> str:
    return stable_uuid(f"ovirt snapshot {machine.id} {snapshot.moref}")


def active_snapshot_id(machine: Machine) -> str:
    """Of the snapshot that stands for what a machine is now."""
    return stable_uuid(f"ovirt active {machine.id}")


def disk_snapshot_id(snapshot: Snapshot, disk: Disk) -> str:
    """Of a disk as a snapshot froze it, which is what a copy of its changes begins and ends with."""
    return stable_uuid(f"ovirt disk snapshot {snapshot.moref} {disk.uuid}")
