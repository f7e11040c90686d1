"""Finds managed objects by id, and what is below what."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lab.vcenter import furniture
from lab.vcenter.datastore_view import datastore_view
from lab.vcenter.devices import SWITCH
from lab.vcenter.faults import not_found
from lab.vcenter.host_view import host_view
from lab.vcenter.machine_view import machine_view, snapshot_view
from lab.vcenter.network_view import network_view, switch_view
from lab.vcenter.objects import View
from lab.vcenter.sdk import moid, ref, vim
from lab.vcenter.storage_view import storage_object
from lab.world.model import Machine, Snapshot
from lab.world.world import World

Maker = Callable[[str], View | None]


@dataclass(slots=True)
class Inventory:
    """Views are made anew for each look, so nothing in them can be stale."""

    world: World
    certificate: str
    """PEM of what hosts show who are asked over TLS."""
    recent_tasks: Callable[[str], list[Any]]
    makers: list[Maker] = field(default_factory=list)
    """Makers of views on objects that live elsewhere: tasks, sessions, singletons."""

    def view(self, reference: Any) -> View:
        """The object behind a reference; raises ManagedObjectNotFound."""
        found = self.find(moid(reference))
        if found is None or not issubclass(found.kind, type(reference)):
            raise not_found(reference)
        return found

    def find(self, identity: str) -> View | None:
        machine = self.world.machines.get(identity)
        if machine is not None:
            return machine_view(self.world, machine, lambda: self.recent_tasks(identity))
        return self._furniture(identity) or self._elsewhere(identity) or self._snapshot(identity)

    def machine(self, reference: Any) -> Machine:
        """The machine behind a reference; raises ManagedObjectNotFound."""
        machine = self.world.machines.get(moid(reference))
        if machine is None:
            raise not_found(reference)
        return machine

    def snapshot(self, reference: Any) -> tuple[Machine, Snapshot]:
        """The snapshot behind a reference and its machine; raises ManagedObjectNotFound."""
        for machine in self.world.machines.values():
            for snapshot in machine.snapshots:
                if snapshot.moref == moid(reference):
                    return machine, snapshot
        raise not_found(reference)

    def _snapshot(self, identity: str) -> View | None:
        if not identity.startswith("snapshot-"):
            return None
        for machine in self.world.machines.values():
            for snapshot in machine.snapshots:
                if snapshot.moref == identity:
                    return snapshot_view(self.world, machine, snapshot)
        return None

    def _elsewhere(self, identity: str) -> View | None:
        return next((view for maker in self.makers if (view := maker(identity)) is not None), None)

    def _furniture(self, identity: str) -> View | None:
        world = self.world
        if identity in world.hosts:
            return host_view(world, world.hosts[identity], self.certificate)
        if identity in world.datastores:
            return datastore_view(world, world.datastores[identity])
        if identity in world.networks:
            return network_view(world, world.networks[identity])
        singles: dict[str, Callable[[], View]] = {
            furniture.DATACENTER: lambda: furniture.datacenter_view(world),
            furniture.CLUSTER: lambda: furniture.cluster_view(world),
            furniture.POOL: lambda: furniture.pool_view(world),
            SWITCH: lambda: switch_view(world),
            **{identity: self._folder_maker(identity) for identity in _FOLDERS},
        }
        maker = singles.get(identity)
        return maker() if maker else storage_object(world, identity)

    def _folder_maker(self, identity: str) -> Callable[[], View]:
        name, parent, kinds = _FOLDERS[identity]
        return lambda: furniture.folder_view(identity, name, parent(), kinds(), lambda: self._in_folder(identity))

    def _in_folder(self, identity: str) -> list[Any]:
        world = self.world
        return {
            furniture.ROOT: lambda: [ref(vim.Datacenter, furniture.DATACENTER)],
            furniture.VMS: lambda: furniture.machine_refs(list(world.machines.values())),
            furniture.HOSTS: lambda: [ref(vim.ClusterComputeResource, furniture.CLUSTER)],
            furniture.DATASTORES: lambda: furniture.datastore_refs(world.datastores.values()),
            furniture.NETWORKS: lambda: [
                *furniture.network_refs(world),
                ref(vim.dvs.VmwareDistributedVirtualSwitch, SWITCH),
            ],
        }[identity]()

    def children(self, reference: Any) -> list[Any]:
        """What a container view finds directly below an object."""
        view = self.view(reference)
        paths = {
            vim.Folder: ["childEntity"],
            vim.Datacenter: ["vmFolder", "hostFolder", "datastoreFolder", "networkFolder"],
            vim.ComputeResource: ["resourcePool", "host"],
            vim.ResourcePool: ["vm"],
            vim.HostSystem: ["vm"],
        }
        names = next((names for kind, names in paths.items() if issubclass(view.kind, kind)), [])
        found: list[Any] = []
        for name in names:
            value = view.root(name)
            found.extend(value if isinstance(value, list) else [value])
        return found

    def below(self, reference: Any, *, recursive: bool) -> Iterator[Any]:
        """Everything below an object, each once, in a stable order."""
        seen: set[str] = set()
        queue = list(self.children(reference))
        while queue:
            child = queue.pop(0)
            if moid(child) in seen:
                continue
            seen.add(moid(child))
            yield child
            if recursive:
                queue.extend(self.children(child))

    def at_path(self, path: str) -> Any | None:
        """The object at an inventory path such as `/DC0/vm/name`; slashes in names are `%2f`."""
        current = ref(vim.Folder, furniture.ROOT)
        for name in (unquote(part) for part in path.split("/") if part):
            current = self.child_named(current, name)
            if current is None:
                return None
        return current

    def child_named(self, parent: Any, name: str) -> Any | None:
        children = self.children(parent)
        return next((child for child in children if self.view(child).root("name") == name), None)


def _datacenter() -> Any:
    return ref(vim.Datacenter, furniture.DATACENTER)


_FOLDERS: dict[str, tuple[str, Callable[[], Any], Callable[[], list[Any]]]] = {
    furniture.ROOT: ("Datacenters", lambda: None, lambda: [vim.Folder, vim.Datacenter]),
    furniture.VMS: ("vm", _datacenter, lambda: [vim.Folder, vim.VirtualMachine, vim.VirtualApp]),
    furniture.HOSTS: ("host", _datacenter, lambda: [vim.Folder, vim.ComputeResource]),
    furniture.DATASTORES: ("datastore", _datacenter, lambda: [vim.Folder, vim.Datastore, vim.StoragePod]),
    furniture.NETWORKS: ("network", _datacenter, lambda: [vim.Folder, vim.Network, vim.DistributedVirtualSwitch]),
}
