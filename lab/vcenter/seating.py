"""Which host a clone is on: one that mounts all that the clone lies on."""

from lab.vcenter.faults import config_out_of_sight, disk_out_of_sight
from lab.vcenter.machine_view import datastores_of, vmx
from lab.world.model import Machine
from lab.world.mounts import mounts, named
from lab.world.world import World


def seat(world: World, machine: Machine, *, given: bool) -> None:
    """Keep the host if it was given, else take the first that sees everything, if possible the source's.

    Raises CannotAccessVmConfig or CannotAccessVmDisk when the host does not see a datastore.
    """
    if not given:
        candidates = [machine.host, *world.hosts]
        machine.host = next((host for host in candidates if _sees_all(world, machine, host)), machine.host)
    require_sight(world, machine, machine.host)


def _sees(world: World, datastore: str, host: str) -> bool:
    return mounts(named(world, datastore), host)


def _sees_all(world: World, machine: Machine, host: str) -> bool:
    return all(_sees(world, name, host) for name in datastores_of(machine))


def require_sight(world: World, machine: Machine, host: str) -> None:
    """Raise CannotAccessVmConfig or CannotAccessVmDisk unless the host sees home and disks."""
    if not _sees(world, datastores_of(machine)[0], host):
        raise config_out_of_sight(vmx(machine))
    for disk in machine.disks:
        if not _sees(world, disk.datastore, host):
            raise disk_out_of_sight(disk.label, disk.file)
