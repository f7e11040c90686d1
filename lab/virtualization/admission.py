"""What KubeVirt's webhooks and its instance creation add to a machine."""

from copy import deepcopy
from uuid import uuid4

from lab.cluster.store import Object, Store
from lab.virtualization.anatomy import VM_FINALIZER, name_of, namespace_of, owner_reference

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
        "spec": expanded(store, machine)["spec"]["template"]["spec"],
    }


def _chosen(machine: Object) -> Object:
    chosen = {
        "instancetype": "kubevirt.io/cluster-instancetype-name",
        "preference": "kubevirt.io/cluster-preference-name",
    }
    return {key: machine["spec"][field]["name"] for field, key in chosen.items() if field in machine["spec"]}


def expanded(store: Store, machine: Object) -> Object:
    """The machine with instancetype and preference written out, as `expand-spec` answers."""
    whole = deepcopy(machine)
    spec = whole["spec"]
    type_, preference = spec.pop("instancetype", None), spec.pop("preference", None)
    domain = spec["template"]["spec"]["domain"]
    if type_ is not None:
        found = store.get("VirtualMachineClusterInstancetype", "", type_["name"]) or {"spec": {}}
        sockets = (found["spec"].get("cpu") or {}).get("guest", 1)
        domain["cpu"] = {"sockets": sockets, "cores": 1, "threads": 1}
        domain["memory"] = deepcopy(found["spec"].get("memory") or {"guest": "1Gi"})
    if preference is not None:
        found = store.get("VirtualMachineClusterPreference", "", preference["name"]) or {"spec": {}}
        _prefer(domain, found["spec"].get("devices") or {})
    domain.setdefault("cpu", {"sockets": 1, "cores": 1, "threads": 1})
    domain.setdefault("memory", {"guest": "1Gi"})
    domain.setdefault("devices", {})
    return whole


def _prefer(domain: Object, preferred: Object) -> None:
    devices = domain.setdefault("devices", {})
    bus, model = preferred.get("preferredDiskBus"), preferred.get("preferredInterfaceModel")
    for disk in devices.get("disks") or []:
        if bus and "disk" in disk:
            disk["disk"].setdefault("bus", bus)
    for interface in devices.get("interfaces") or []:
        if model:
            interface.setdefault("model", model)
