"""A machine arrives with other NICs."""

from collections.abc import Sequence
from copy import deepcopy

from lab.cluster.store import Object
from lab.defects.model import Defect

_FOREIGN = "00:50:56:8a:fe:fe"


def _spec(machine: Object) -> Object:
    found: Object = machine["spec"]["template"]["spec"]
    return found


def _interfaces(machine: Object) -> list[Object]:
    found: list[Object] = _spec(machine)["domain"]["devices"]["interfaces"]
    return found


def _drop(machine: Object, _claims: Sequence[str]) -> None:
    _interfaces(machine).pop()
    _spec(machine)["networks"].pop()


def _change_mac(machine: Object, _claims: Sequence[str]) -> None:
    _interfaces(machine)[0]["macAddress"] = _FOREIGN


def _add(machine: Object, _claims: Sequence[str]) -> None:
    """On the network of the last NIC, which may hold several when it is not the pod network."""
    extra, network = deepcopy(_interfaces(machine)[-1]), deepcopy(_spec(machine)["networks"][-1])
    extra["name"] = network["name"] = "net-extra"
    extra["macAddress"] = _FOREIGN
    _interfaces(machine).append(extra)
    _spec(machine)["networks"].append(network)


def _swap_macs(machine: Object, _claims: Sequence[str]) -> None:
    """Each NIC stands on the other's network."""
    first, second = _interfaces(machine)
    first["macAddress"], second["macAddress"] = second["macAddress"], first["macAddress"]
    _reverse(machine, _claims)


def _reverse(machine: Object, _claims: Sequence[str]) -> None:
    _interfaces(machine).reverse()
    _spec(machine)["networks"].reverse()


ENTRIES = (
    Defect(name="nic-dropped", tells="the last NIC is missing", machine=_drop),
    Defect(name="nic-extra", tells="there is a NIC that no source NIC became", machine=_add),
    Defect(name="mac-changed", tells="the first NIC has a new MAC", machine=_change_mac),
    Defect(name="networks-swapped", tells="two NICs stand on each other's network", machine=_swap_macs),
    Defect(name="nics-reversed", tells="NICs are attached in the opposite order", machine=_reverse),
)
