"""The OpenShift half of the inventory: objects of a Provider's cluster, live, found by uid (facts/forklift.md 5.8)."""

from lab.cluster.store import Object
from lab.inventory.providers import is_restricted_host
from lab.inventory.record import Record
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


def records(lab: Lab, provider: Object, collection: str, namespace: str) -> list[Record]:
    """All objects of a collection that this provider may see; raises Refused when its token is not good for that."""
    visible = _namespaces(provider, collection)
    destination = destination_of(lab, provider)
    found = destination.client.list(KINDS[collection])
    if visible is not None:
        found = [obj for obj in found if obj["metadata"].get("namespace", "") in visible]
    if namespace:
        found = [obj for obj in found if obj["metadata"].get("namespace", "") == namespace]
    return [_record(destination.cluster, collection, obj) for obj in found]


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
    if collection == "vms" and lab.options.mtv != "2.10":
        instance = lab.store.get("VirtualMachineInstance", namespace, name)
        if instance is not None:
            body["instance"] = instance
    return Record(kind=collection, id=metadata["uid"], name=name, path=path, resource=resource, body=body)


def find(lab: Lab, provider: Object, collection: str, uid: str) -> Record | None:
    """By uid; a storage class is never found, since the service compares the wrong parameter (5.8)."""
    if collection == "storageclasses":
        return None
    return next((record for record in records(lab, provider, collection, "") if record.id == uid), None)


def link(root: str, record: Record) -> str:
    return f"{root}/{record.kind}/{record.id}"
