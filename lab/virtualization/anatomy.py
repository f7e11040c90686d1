"""The parts of Kubernetes objects that every controller here reads or writes."""

from collections.abc import Iterable, Iterator

from lab.cluster.store import Object

VM_FINALIZER = "kubevirt.io/virtualMachineControllerFinalize"
FINAL_PODS = ("Succeeded", "Failed")


def name_of(obj: Object) -> str:
    return str(obj["metadata"]["name"])


def namespace_of(obj: Object) -> str:
    return str(obj["metadata"].get("namespace", ""))


def uid_of(obj: Object) -> str:
    return str(obj["metadata"]["uid"])


def deleting(obj: Object) -> bool:
    return "deletionTimestamp" in obj["metadata"]


def annotation(obj: Object, key: str) -> str:
    """Value of an annotation, empty when absent."""
    return str((obj["metadata"].get("annotations") or {}).get(key, ""))


def phase_of(obj: Object) -> str:
    """`status.phase`, empty when nobody has written one yet."""
    return str((obj.get("status") or {}).get("phase", ""))


def owner_reference(owner: Object, *, controller: bool = True) -> Object:
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": uid_of(owner),
        "blockOwnerDeletion": True,
    }
    return reference | {"controller": True} if controller else reference


def owner_named(obj: Object, kind: str) -> str:
    """Name of the owner of this kind, empty when there is none."""
    owners = obj["metadata"].get("ownerReferences") or []
    return next((str(owner["name"]) for owner in owners if owner["kind"] == kind), "")


def claims_of(spec: Object) -> Iterator[str]:
    """Names of the claims that a pod, a machine or its instance uses, in order of its volumes."""
    for volume in spec.get("volumes") or []:
        if "persistentVolumeClaim" in volume:
            yield str(volume["persistentVolumeClaim"]["claimName"])
        elif "dataVolume" in volume:
            yield str(volume["dataVolume"]["name"])


def condition(obj: Object, type_: str) -> Object | None:
    """The condition of this type, or None."""
    found: Iterable[Object] = (obj.get("status") or {}).get("conditions") or []
    return next((item for item in found if item["type"] == type_), None)


def is_true(obj: Object, type_: str) -> bool:
    found = condition(obj, type_)
    return found is not None and found["status"] == "True"
