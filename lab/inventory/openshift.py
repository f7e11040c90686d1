"""The OpenShift half of the inventory: objects of a Provider's cluster, live, found by uid (facts/forklift.md 5.8)."""

import json
from typing import Any

from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.inventory.providers import is_restricted_host, root_of
from lab.inventory.questions import ALL, Question
from lab.inventory.record import Record
from lab.inventory.views import NotServed, View, found
from lab.kernel.service import Lab
from lab.mtv.destinations import destination_of

KINDS = {
    "vms": "VirtualMachine",
    "namespaces": "Namespace",
    "storageclasses": "StorageClass",
    "networkattachmentdefinitions": "NetworkAttachmentDefinition",
    "instancetypes": "VirtualMachineInstancetype",
    "clusterinstancetypes": "VirtualMachineClusterInstancetype",
    "datavolumes": "DataVolume",
    "persistentvolumeclaims": "PersistentVolumeClaim",
    "kubevirts": "KubeVirt",
}


def _records(lab: Lab, provider: Object, collection: str, namespace: str) -> list[Record]:
    """All objects of a collection that this provider may see; raises Refused when its token is not good for that."""
    visible = _namespaces(provider, collection)
    destination = destination_of(lab, provider)
    found = destination.client.list(KINDS[collection])
    if visible is not None:
        found = [obj for obj in found if obj["metadata"].get("namespace", "") in visible]
    if namespace:
        found = [obj for obj in found if obj["metadata"].get("namespace", "") == namespace]
    if collection == "networkattachmentdefinitions":
        found = [obj for obj in found if not _unsupported(obj)]
    return [_record(destination.cluster, collection, obj) for obj in found]


def _unsupported(definition: Object) -> bool:
    """A user-defined network that machines cannot be attached to; what cannot be read is none."""
    try:
        config = json.loads((definition.get("spec") or {}).get("config") or "{}")
    except ValueError:
        return False
    primary = config.get("role") == "primary" or config.get("topology") == "layer3"
    return bool(config.get("type") == "ovn-k8s-cni-overlay" and primary)


def _namespaces(provider: Object, collection: str) -> set[str] | None:
    """What a restricted host provider is limited to; cluster-wide kinds have no namespace. None: everything."""
    if not is_restricted_host(provider):
        return None
    own = {str(provider["metadata"]["namespace"]), ""}
    return own | {"default"} if collection == "networkattachmentdefinitions" else own


def _record(lab: Lab, collection: str, obj: Object) -> Record:
    metadata = obj["metadata"]
    name, namespace = metadata["name"], metadata.get("namespace", "")
    path = f"{namespace}/{name}" if namespace else name
    resource = {
        "uid": metadata["uid"],
        "version": metadata["resourceVersion"],
        "namespace": namespace,
        "name": name,
        "path": path,
        "id": metadata["uid"],
    }
    body: dict[str, object] = {"object": obj}
    if collection == "vms" and lab.options.since("2.12"):
        instance = lab.store.get("VirtualMachineInstance", namespace, name)
        if instance is not None:
            body["instance"] = instance
    return Record(kind=collection, id=metadata["uid"], name=name, path=path, resource=resource, body=body)


def _find(lab: Lab, provider: Object, collection: str, uid: str) -> Record | None:
    """By uid; a storage class is never found, since the service compares the wrong parameter (5.8)."""
    if collection == "storageclasses":
        return None
    return next((record for record in _records(lab, provider, collection, "") if record.id == uid), None)


def _answer(lab: Lab, asked: Question, provider: Object) -> Any:
    root = root_of(provider)
    collection, *rest = asked.parts[2:]
    if [collection, *rest] == ["tree", "namespace"]:
        return _tree(lab, asked, provider)
    if collection not in KINDS or len(rest) > 1:
        raise NotServed
    if rest:
        record = found(_find(lab, provider, collection, rest[0]))
        return record.shown(ALL, _link(root, record))
    records = asked.page(_records(lab, provider, collection, asked.namespace))
    return [record.shown(asked.detail, _link(root, record)) for record in records]


def _tree(lab: Lab, asked: Question, provider: Object) -> Any:
    """Namespaces that have machines, with these below them; there is no kind and no object at the root."""
    root = root_of(provider)
    machines = _records(lab, provider, "vms", "")
    homes = {record.resource["namespace"] for record in machines}
    branches = []
    for namespace in _records(lab, provider, "namespaces", ""):
        if namespace.name in homes:
            leaves = [
                {"kind": "VM", "object": record.shown(asked.detail, _link(root, record)), "children": None}
                for record in machines
                if record.resource["namespace"] == namespace.name
            ]
            shown = namespace.shown(0, _link(root, namespace))
            branches.append({"kind": "Namespace", "object": shown, "children": leaves})
    return {"kind": "", "object": None, "children": branches or None}


def _link(root: str, record: Record) -> str:
    return f"{root}/{record.kind}/{record.id}"


_COUNTED = {
    "vmCount": "VirtualMachine",
    "networkCount": "NetworkAttachmentDefinition",
    "storageClassCount": "StorageClass",
}


def _facts(lab: Lab, provider: Object) -> dict[str, Any]:
    try:
        client = destination_of(lab, provider).client
        return {key: len(client.list(kind)) for key, kind in _COUNTED.items()}
    except Refused:  # by the provider's cluster
        return dict.fromkeys(_COUNTED, 0)


OPENSHIFT = View(answer=_answer, facts=_facts)
