"""A machine arrives from an OpenShift cluster without what its template alone does not say."""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.defects.model import Defect, Fault


def _domain(machine: Object) -> Object:
    found: Object = machine["spec"]["template"]["spec"]["domain"]
    return found


def _lose_size(machine: Object, _claims: Sequence[str]) -> None:
    """As if the template had been taken before the instance type was written out."""
    for key in ("cpu", "memory"):
        _domain(machine).pop(key, None)


def _lose_preference(machine: Object, _claims: Sequence[str]) -> None:
    _domain(machine)["firmware"].pop("bootloader", None)
    _domain(machine).pop("features", None)


def _lose_firmware(machine: Object, _claims: Sequence[str]) -> None:
    """KubeVirt makes up another uuid and another serial."""
    for key in ("uuid", "serial"):
        _domain(machine)["firmware"].pop(key, None)


ENTRIES = (
    Defect(name="instance-type-lost", tells="the size that an instance type gave is lost", machine=_lose_size),
    Defect(name="preference-lost", tells="the firmware that a preference gave is lost", machine=_lose_preference),
    Defect(name="firmware-ids-lost", tells="uuid and serial are made up anew", machine=_lose_firmware),
    Defect(
        name="source-networks-kept",
        tells="NICs stay on the attachments of the source's namespace",
        faults=frozenset({Fault.SOURCE_NETWORKS_KEPT}),
    ),
)
