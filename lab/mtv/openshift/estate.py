"""A cluster as a source platform: machines are its VirtualMachines, seen as they are this moment (facts 5.8, 5.9)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lab.cluster.clients import Objects
from lab.cluster.store import Object
from lab.inventory.providers import is_restricted_host
from lab.kernel.service import Lab
from lab.mtv.destinations import destination_of
from lab.virtualization.anatomy import claims_of, name_of, namespace_of, uid_of
from lab.virtualization.instancetypes import expanded
from lab.virtualization.quantities import parse
from lab.virtualization.strategies import strategy_of
from lab.world.model import Disk, Guest, GuestAddress, Machine, Nic
from lab.world.sources import Named, Reference, Source

MACHINE, CLAIM = "VirtualMachine", "PersistentVolumeClaim"
POD = "pod"


@dataclass(frozen=True, slots=True)
class Place:
    """A network or a storage class; the pod network has no id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a Provider's credentials show of its cluster; every question is asked anew, since nothing is collected."""

    client: Objects
    namespace: str = ""
    """The only one that is visible; empty for all."""

    def machines(self) -> dict[str, Machine]:
        """Machines by uid."""
        found = self.client.list(MACHINE, self.namespace or None)
        return {uid_of(it): machine_of(self.client, it) for it in found}

    def networks(self) -> Mapping[str, Named]:
        """Attachments by uid, and the pod network."""
        visible = (self.namespace, "default") if self.namespace else ()
        found = self.client.list("NetworkAttachmentDefinition")
        shown = (it for it in found if not visible or namespace_of(it) in visible)
        return {"": Place("", POD)} | {uid_of(it): Place(uid_of(it), _path(it)) for it in shown}

    def classes(self) -> Mapping[str, Named]:
        """Storage classes by name: the inventory never finds one by its id (facts 5.8)."""
        return {name_of(it): Place(uid_of(it), name_of(it)) for it in self.client.list("StorageClass")}

    def delete(self, uid: str) -> None:
        """Remove a machine with everything that belongs to it."""
        machine = found(self.client, uid)
        if machine is not None:
            self.client.delete(MACHINE, namespace_of(machine), name_of(machine), uid=uid)

    def start(self, uid: str) -> None:
        """As MTV does it: whichever of the two fields the machine uses."""
        switch(self.client, uid, on=True)


def found(client: Objects, uid: str) -> Object | None:
    return next((it for it in client.list(MACHINE) if uid_of(it) == uid), None)


def switch(client: Objects, uid: str, *, on: bool) -> None:
    """Always or Halted, or true or false where the machine still says `running` (facts/forklift.md 9.9.44)."""
    machine = found(client, uid)
    if machine is None:
        return
    change: Object = {"running": on} if "running" in machine["spec"] else {"runStrategy": "Always" if on else "Halted"}
    client.patch(MACHINE, namespace_of(machine), name_of(machine), {"spec": change})


def machine_of(client: Objects, obj: Object) -> Machine:
    """A VirtualMachine as Plans look at machines; what its guest is nobody at MTV knows."""
    spec = expanded(client, obj)["spec"]["template"]["spec"]
    domain = spec["domain"]
    firmware = domain.get("firmware") or {}
    efi = (firmware.get("bootloader") or {}).get("efi")
    cpu = domain["cpu"]
    return Machine(
        id=uid_of(obj),
        name=name_of(obj),
        uuid=str(firmware.get("uuid", "")),
        instance_uuid=uid_of(obj),
        guest=_unknown(name_of(obj)),
        power="on" if strategy_of(obj) == "Always" else "off",
        cpus=int(cpu.get("sockets", 1)) * int(cpu.get("cores", 1)) * int(cpu.get("threads", 1)),
        cores_per_socket=int(cpu.get("cores", 1)),
        memory=parse(domain["memory"].get("guest", "1Gi")),
        home=namespace_of(obj),
        firmware="bios" if efi is None else "efi",
        secure_boot=bool((efi or {}).get("secureBoot")),
        disks=list(_disks(client, obj, spec)),
        nics=list(_nics(obj, spec)),
    )


def _unknown(name: str) -> Guest:
    return Guest(family="", guest_id="", os_name="", os_id="", version="", hostname=name, machine_id="")


def _disks(client: Objects, obj: Object, spec: Object) -> Iterator[Disk]:
    """One per claim, in the order of the volumes; each is called `namespace/claim`."""
    for index, name in enumerate(claims_of(spec)):
        claim = client.get(CLAIM, namespace_of(obj), name) or {"spec": {}}
        wanted = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage", 0)
        yield Disk(
            key=index,
            label=name,
            size=parse(wanted),
            datastore=str(claim["spec"].get("storageClassName") or ""),
            file=f"{namespace_of(obj)}/{name}",
            digest="",
            unit=index,
        )


def _nics(obj: Object, spec: Object) -> Iterator[Nic]:
    macs = {it["name"]: str(it.get("macAddress", "")) for it in spec["domain"]["devices"].get("interfaces") or []}
    for index, network in enumerate(spec.get("networks") or []):
        name = network["name"]
        yield Nic(key=index, label=name, mac=macs.get(name, ""), network=network_of(network, namespace_of(obj)))


def network_of(network: Object, home: str) -> str:
    """`pod`, or the attachment with its namespace."""
    if "multus" not in network:
        return POD
    name = str(network["multus"]["networkName"])
    return name if "/" in name else f"{home}/{name}"


def _path(obj: Object) -> str:
    return f"{namespace_of(obj)}/{name_of(obj)}"


def key_of(reference: Reference) -> str:
    """How a map names a network or a class: by type, by namespace and name, or by `namespace/name`."""
    if reference.get("type") == POD:
        return POD
    name = str(reference.get("name") or "")
    return f"{reference['namespace']}/{name}" if reference.get("namespace") else name


def resolved(reference: Reference, known: Named) -> Object:
    """The entry of a map's `status.references`; a namespace stands only where the map had one."""
    if reference.get("type") == POD:
        return {"type": POD}
    shown = {"id": known.id, "name": known.name.rpartition("/")[2]}
    return shown | ({"namespace": reference["namespace"]} if reference.get("namespace") else {})


@dataclass(frozen=True, slots=True)
class LiveSight:
    """What the inventory knows of a cluster, which is what is there (facts/forklift.md 5.9)."""

    source: Source

    def machine(self, ref: str) -> Machine | None:
        """By `namespace/name`; MTV looks machines up with both, a uid alone is not enough (facts 5.8)."""
        return next((it for it in self.source.machines().values() if f"{it.home}/{it.name}" == ref), None)

    def machines_named(self, name: str) -> list[Machine]:
        return [it for it in self.source.machines().values() if it.name == name]

    def told(self, _id: str) -> tuple[GuestAddress, ...]:
        """MTV asks no guest of a cluster for its addresses."""
        return ()

    def network(self, ref: str) -> Named | None:
        return _named(self.source.networks(), ref)

    def store(self, ref: str) -> Named | None:
        return _named(self.source.stores(), ref)


def _named(things: Mapping[str, Named], ref: str) -> Named | None:
    return next((thing for thing in things.values() if thing.name == ref), None)


def cluster_of(lab: Lab, provider: Object) -> Cluster:
    """What a Provider shows of its cluster; raises Refused when its token is no longer good."""
    home = str(provider["metadata"]["namespace"]) if is_restricted_host(provider) else ""
    return Cluster(destination_of(lab, provider).client, home)


def source_of(cluster: Cluster) -> Source:
    return Source(
        machines=cluster.machines,
        networks=cluster.networks,
        stores=cluster.classes,
        delete=cluster.delete,
        start=cluster.start,
        disk_order=list,
        key=key_of,
        resolved=resolved,
    )
