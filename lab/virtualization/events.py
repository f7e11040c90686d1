"""Core events of what controllers do, by which people find out why something hangs."""

from hashlib import sha256

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of, uid_of

_SOURCES = {
    "VirtualMachine": "virtualmachine-controller",
    "VirtualMachineInstance": "virt-handler",
    "DataVolume": "datavolume-import-controller",
    "PersistentVolumeClaim": "persistentvolume-controller",
    "Pod": "default-scheduler",
}


def emit(lab: Lab, subject: Object, reason: str, message: str, *, warning: bool = False) -> None:
    """Write an event, or count one more of the same subject and reason."""
    kind, source = "Warning" if warning else "Normal", {"component": _SOURCES[subject["kind"]]}
    record(lab, subject, {"type": kind, "reason": reason, "message": message, "source": source})


def record(lab: Lab, subject: Object, told: Object, *, retold: bool = False) -> None:
    """The same for type, reason, message and source of an event; `retold` gives one that is there the new message.

    Nobody owns it, so it outlives its subject: on a cluster by an hour, here until its namespace goes.
    """
    mark = sha256(f"{uid_of(subject)} {told['reason']}".encode()).hexdigest()[:16]
    namespace, name, now = namespace_of(subject), f"{name_of(subject)}.{mark}", lab.clock.stamp()
    known = lab.store.get("Event", namespace, name)
    if known is not None:
        change = {"count": known["count"] + 1, "lastTimestamp": now}
        lab.store.patch("Event", namespace, name, change | ({"message": told["message"]} if retold else {}))
        return
    involved = {"apiVersion": subject["apiVersion"], "kind": subject["kind"], "namespace": namespace}
    event: Object = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": namespace},
        **told,
        "count": 1,
        "involvedObject": involved | {"name": name_of(subject), "uid": uid_of(subject)},
        "firstTimestamp": now,
        "lastTimestamp": now,
    }
    lab.store.create(event)
