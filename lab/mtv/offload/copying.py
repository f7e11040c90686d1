"""What a populator pod does: it talks to the array and to the host, and one of them copies (forklift.md 4.1, 4.3)."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.esxi.keys import is_ready
from lab.kernel.service import Lab
from lab.mtv.offload.entering import CannotPopulate, array_for
from lab.mtv.offload.vendors import VENDORS
from lab.virtualization.anatomy import namespace_of
from lab.world.arrays import StorageArray
from lab.world.contents import content_of
from lab.world.disk_order import first_file
from lab.world.files import NoSuchDatastore, store_of
from lab.world.model import GIB, Disk, Layer, Machine, Volume

_PREPARING = 30.0
"""Emulated seconds in which the target's LUN is shown to the host, and hidden again."""
_BY_ARRAY, _BY_HOST = 0.05, 1.0
"""Emulated seconds for a GiB."""
_VIB = "1.2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long the copy takes in emulated seconds, and what is told of it beside its progress."""

    seconds: float
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One disk to copy: where it is, and what the pod was given."""

    lab: Lab
    machine: Machine
    disk: Disk
    vendor: str
    given: Mapping[str, str]

    @property
    def ssh(self) -> bool:
        return self.given.get("ESXI_CLONE_METHOD") == "ssh"


def content(lab: Lab, populator: Object) -> Volume | None:
    """What is on the disk, as far as the file goes that is copied: a snapshot's layer, or all up to now."""
    found = _located(lab, populator)
    if found is None:
        return None
    machine, disk = found
    path = str(populator["spec"]["vmdkPath"])
    if chosen(lab, Fault.BASE_COPIED):
        path = first_file(disk)
    return content_of(machine, disk, _frozen(machine, disk, path))


def _located(lab: Lab, populator: Object) -> tuple[Machine, Disk] | None:
    spec = populator["spec"]
    machine, path = lab.world.machines.get(str(spec["vmId"])), spec["vmdkPath"]
    disks = machine.disks if machine is not None else ()
    found = next((disk for disk in disks if path == disk.file or path in disk.parents), None)
    return (machine, found) if machine is not None and found is not None else None


def _frozen(machine: Machine, disk: Disk, path: str) -> Layer | None:
    layers = (snapshot.layers.get(disk.key) for snapshot in machine.snapshots)
    return next((layer for layer in layers if layer is not None and layer.file == path != disk.file), None)


def terms(lab: Lab, claim: Object, populator: Object) -> Terms:
    """Raises CannotPopulate."""
    task = _task(lab, populator)
    array = array_for(lab.world, task.vendor, task.given, _host(task))
    _require_target(task, array, claim)
    method = _array_method(task, array)
    if method:
        return Terms(seconds=_lasts(task.disk, _BY_ARRAY), told={"xcopyUsed": "0"})
    if task.ssh:
        _require_key(task)
    by_array = array.serves(_backing(task, claim)) and not chosen(lab, Fault.HOST_COPIES)
    vib = {} if task.ssh else {"vibVersion": _VIB}
    seconds = _lasts(task.disk, _BY_ARRAY if by_array else _BY_HOST)
    return Terms(seconds=seconds, told={"xcopyUsed": str(int(by_array))} | vib)


def _task(lab: Lab, populator: Object) -> Task:
    spec, located = populator["spec"], _located(lab, populator)
    secret = lab.store.get("Secret", namespace_of(populator), str(spec["secretName"]))
    if secret is None:
        raise CannotPopulate(f'secret "{spec["secretName"]}" not found')
    if located is None:
        raise CannotPopulate(f"failed to find the disk {spec['vmdkPath']} of VM {spec['vmId']}")
    given = {key: b64decode(value).decode() for key, value in (secret.get("data") or {}).items()}
    machine, disk = located
    return Task(lab=lab, machine=machine, disk=disk, vendor=str(spec["storageVendorProduct"]), given=given)


def _require_target(task: Task, array: StorageArray, claim: Object) -> None:
    """The claim's volume must be the array's own, whoever copies."""
    name = claim["spec"]["storageClassName"]
    klass = next((item for item in task.lab.world.storage_classes if item.name == name), None)
    if klass is None or klass.array != array.hostname:
        raise CannotPopulate(f"failed to resolve the volume of storage class {name} to a LUN on {array.hostname}")


def _array_method(task: Task, array: StorageArray) -> str:
    """rdm or vvol where the array copies without any host; such a copy is never told as XCOPY."""
    vendor = VENDORS[task.vendor]
    if task.disk.lun and _has_come(task, vendor.raw_since):
        if not array.serves(task.disk.lun):
            raise CannotPopulate(f"could not find volume matching RDM device {task.disk.lun}")
        return "rdm"
    return "vvol" if _has_come(task, vendor.virtual_since) and _type(task) == "VVOL" else ""


def _has_come(task: Task, since: str) -> bool:
    return bool(since) and task.lab.options.since(since)


def _type(task: Task) -> str:
    return next(store.type for store in task.lab.world.datastores.values() if store.name == task.disk.datastore)


def _backing(task: Task, claim: Object) -> str:
    """NAA id of what the copied file lies on."""
    if chosen(task.lab, Fault.OTHER_PLUGIN):
        return str(claim["metadata"]["labels"].get("volume.csi.k8s.io/affinity-source-naa", ""))
    try:
        return task.disk.lun or store_of(task.lab.world, task.disk.file)[0].backing
    except NoSuchDatastore as gone:
        raise CannotPopulate(f"failed to get active adapters for datastore {task.disk.datastore}") from gone


def _require_key(task: Task) -> None:
    """The host of the machine must take MTV's key, and run what the key is bound to."""
    console = task.lab.world.consoles.get(task.machine.host)
    words = b64decode(task.given.get("SSH_PUBLIC_KEY", "")).decode().split()
    if console is None or len(words) < 2 or not is_ready(console.keys, words[1]):
        raise CannotPopulate(f"failed to enable SSH access: manual SSH key configuration required on {_host(task)}")


def _host(task: Task) -> str:
    """The name of the machine's ESXi host."""
    host = task.lab.world.hosts.get(task.machine.host)
    return host.name if host is not None else task.machine.host


def _lasts(disk: Disk, per_gib: float) -> float:
    return _PREPARING + disk.size / GIB * per_gib
