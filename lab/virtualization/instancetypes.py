"""Instance types and preferences: what a machine gets by name instead of writing it out (facts 3.1)."""

from collections.abc import Iterator
from copy import deepcopy

from lab.cluster.clients import Objects
from lab.cluster.refusals import Refused
from lab.cluster.store import Admitter, Object
from lab.virtualization.anatomy import namespace_of

_WEBHOOK = "virtualmachine-validator.kubevirt.io"
_CLUSTER_WIDE = {
    "instancetype": "VirtualMachineClusterInstancetype",
    "preference": "VirtualMachineClusterPreference",
}


def chosen(store: Objects, machine: Object, field: str) -> Object | None:
    """What `spec.instancetype` or `spec.preference` names; None without one, or when it does not exist."""
    matcher = machine["spec"].get(field)
    if matcher is None:
        return None
    kind = matcher.get("kind") or _CLUSTER_WIDE[field]
    return store.get(kind, namespace_of(machine), matcher["name"])


def expanded(store: Objects, machine: Object) -> Object:
    """The machine with instancetype and preference written out, as `expand-spec` answers."""
    whole = deepcopy(machine)
    type_, preference = (chosen(store, machine, field) for field in _CLUSTER_WIDE)
    for field in _CLUSTER_WIDE:
        whole["spec"].pop(field, None)
    domain = whole["spec"]["template"]["spec"]["domain"]
    if type_ is not None:
        domain["cpu"] = {"sockets": (type_["spec"].get("cpu") or {}).get("guest", 1), "cores": 1, "threads": 1}
        domain["memory"] = deepcopy(type_["spec"].get("memory") or {"guest": "1Gi"})
    if preference is not None:
        _prefer_devices(domain, preference["spec"].get("devices") or {})
        _prefer_firmware(domain, preference["spec"])
    domain.setdefault("cpu", {"sockets": 1, "cores": 1, "threads": 1})
    domain.setdefault("memory", {"guest": "1Gi"})
    domain.setdefault("devices", {})
    return whole


def _prefer_devices(domain: Object, preferred: Object) -> None:
    devices = domain.setdefault("devices", {})
    bus, model = preferred.get("preferredDiskBus"), preferred.get("preferredInterfaceModel")
    for disk in devices.get("disks") or []:
        if bus and "disk" in disk:
            disk["disk"].setdefault("bus", bus)
    for interface in devices.get("interfaces") or []:
        if model:
            interface.setdefault("model", model)
    if "preferredRng" in preferred:
        devices.setdefault("rng", {})


def _prefer_firmware(domain: Object, preferred: Object) -> None:
    """A machine that says how it boots is left alone."""
    efi = (preferred.get("firmware") or {}).get("preferredEfi")
    if efi is not None:
        domain.setdefault("firmware", {}).setdefault("bootloader", {"efi": deepcopy(efi)})
    if "preferredSmm" in (preferred.get("features") or {}):
        domain.setdefault("features", {}).setdefault("smm", {})


def admitter(store: Objects) -> Admitter:
    """The validating webhook: what is named exists, and nothing stands beside what an instancetype brings."""

    def admit(operation: str, new: Object | None, _old: Object | None) -> Object | None:
        if operation == "CREATE" and new is not None:
            for complaint in _complaints(store, new):
                message = f'admission webhook "{_WEBHOOK}" denied the request: {complaint}'
                raise Refused(422, "Invalid", message)
        return None

    return admit


def _complaints(store: Objects, machine: Object) -> Iterator[str]:
    for field, usual in _CLUSTER_WIDE.items():
        matcher = machine["spec"].get(field)
        if matcher is not None and chosen(store, machine, field) is None:
            plural = f"{(matcher.get('kind') or usual).lower()}s"
            name = f'{plural}.instancetype.kubevirt.io "{matcher["name"]}" not found'
            yield f"Failure to find {field}: {name}"
    domain = machine["spec"]["template"]["spec"]["domain"]
    if machine["spec"].get("instancetype") is not None:
        for part in _sizes(domain):
            yield f"VM field(s) spec.template.spec.domain.{part} conflicts with selected instance type"


def _sizes(domain: Object) -> Iterator[str]:
    yield from (f"cpu.{key}" for key in ("sockets", "cores", "threads") if key in (domain.get("cpu") or {}))
    if domain.get("memory"):
        yield "memory"
