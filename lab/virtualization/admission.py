"""What KubeVirt's webhooks and its instance creation add to a machine."""

from copy import deepcopy
from hashlib import sha256
from uuid import uuid4

from lab.cluster.store import Object, Store
from lab.virtualization.anatomy import VM_FINALIZER, name_of, namespace_of, owner_reference, uid_of
from lab.virtualization.instancetypes import expanded

_MACHINE_TYPE = "pc-q35-rhel9.6.0"
INSTANCE_FINALIZERS = [VM_FINALIZER, "kubevirt.io/foregroundDeleteVirtualMachine"]


def gaps_of(machine: Object) -> Object:
    """Merge patch with what admission would have filled in; empty when nothing is missing (facts 3.1)."""
    spec = machine["spec"]["template"]["spec"]
    firmware = spec["domain"].get("firmware") or {}
    domain: Object = {}
    missing = {key: str(uuid4()) for key in ("uuid", "serial") if not firmware.get(key)}
    if missing:
        domain["firmware"] = missing
    if not (spec["domain"].get("machine") or {}).get("type"):
        domain["machine"] = {"type": _MACHINE_TYPE}
    patch: Object = {}
    inner = ({"domain": domain} if domain else {}) | ({} if "architecture" in spec else {"architecture": "amd64"})
    if inner:
        patch["spec"] = {"template": {"spec": inner}}
    finalizers = machine["metadata"].get("finalizers") or []
    if VM_FINALIZER not in finalizers:
        patch["metadata"] = {"finalizers": [*finalizers, VM_FINALIZER]}
    return patch


def instance_of(store: Store, machine: Object) -> Object:
    """The VirtualMachineInstance that a machine starts."""
    template = machine["spec"]["template"]
    metadata = deepcopy(template.get("metadata") or {})
    annotations = (metadata.get("annotations") or {}) | _chosen(machine)
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachineInstance",
        "metadata": {
            "name": name_of(machine),
            "namespace": namespace_of(machine),
            "labels": metadata.get("labels") or {},
            "annotations": annotations,
            "finalizers": list(INSTANCE_FINALIZERS),
            "ownerReferences": [owner_reference(machine)],
        },
        "spec": _with_macs(expanded(store, machine)["spec"]["template"]["spec"], uid_of(machine)),
    }


def _with_macs(spec: Object, uid: str) -> Object:
    """NICs that nobody gave a MAC get one from the hypervisor; here it is the same at each start."""
    for interface in (spec["domain"].get("devices") or {}).get("interfaces") or []:
        if not interface.get("macAddress"):
            mark = sha256(f"{uid} {interface['name']}".encode()).hexdigest()
            interface["macAddress"] = ":".join(("02", *(mark[index : index + 2] for index in range(0, 10, 2))))
    return spec


def _chosen(machine: Object) -> Object:
    chosen = {
        "instancetype": "kubevirt.io/cluster-instancetype-name",
        "preference": "kubevirt.io/cluster-preference-name",
    }
    return {key: machine["spec"][field]["name"] for field, key in chosen.items() if field in machine["spec"]}
