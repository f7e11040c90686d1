"""KubeMacPool: machines get the MACs that they do not name, and none that another machine has (facts 7.5)."""

from collections.abc import Iterator

from lab.cluster.refusals import Refused
from lab.cluster.store import Admitter, Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of

_LABEL, _OUT = "mutatevirtualmachines.kubemacpool.io", "ignore"


def next_mac(lab: Lab) -> str:
    """A MAC of the lab's range that nobody had before."""
    serial = lab.world.next_serial()
    return f"02:4c:61:{serial >> 16 & 255:02x}:{serial >> 8 & 255:02x}:{serial & 255:02x}"


def admitter(lab: Lab) -> Admitter:
    """The webhook; it leaves namespaces alone that have opted out by label."""

    def admit(operation: str, new: Object | None, old: Object | None) -> Object | None:
        if operation == "DELETE" or new is None or not _managed(lab, namespace_of(new)):
            return None
        former = {item["name"]: item.get("macAddress") for item in interfaces(old)} if old is not None else {}
        for interface in interfaces(new):
            if not interface.get("macAddress"):
                interface["macAddress"] = former.get(interface["name"]) or next_mac(lab)
        _refuse_twins(lab, new)
        return new

    return admit


def interfaces(machine: Object) -> list[Object]:
    """Those of a machine's template."""
    devices = machine["spec"]["template"]["spec"]["domain"].get("devices") or {}
    return list(devices.get("interfaces") or [])


def _managed(lab: Lab, namespace: str) -> bool:
    found = lab.store.get("Namespace", "", namespace) or {"metadata": {}}
    return bool((found["metadata"].get("labels") or {}).get(_LABEL) != _OUT)


def _refuse_twins(lab: Lab, machine: Object) -> None:
    taken = set(_macs_of_others(lab, machine))
    for interface in interfaces(machine):
        if interface["macAddress"].lower() in taken:
            why = f"Failed to allocate mac to the vm object: mac {interface['macAddress']} already exists"
            message = f'admission webhook "mutatevirtualmachines.kubemacpool.io" denied the request: {why}'
            raise Refused(500, "InternalError", message)


def _macs_of_others(lab: Lab, machine: Object) -> Iterator[str]:
    own = (namespace_of(machine), name_of(machine))
    for other in lab.store.list("VirtualMachine"):
        if (namespace_of(other), name_of(other)) != own and _managed(lab, namespace_of(other)):
            yield from (str(item.get("macAddress", "")).lower() for item in interfaces(other))
