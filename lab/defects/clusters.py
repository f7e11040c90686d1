"""A machine arrives from an OpenShift cluster without what its template alone does not say."""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.defects.model import Defect, Fault
from lab.world.model import Volume


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


def _image_again(volumes: Sequence[Volume]) -> None:
    """What the source's disk was cloned from, booted by nobody yet."""
    for volume in volumes:
        volume.files, volume.digest = {}, "golden rhel9"
        if volume.guest is not None:
            volume.guest.machine_id, volume.guest.cloud_init = "", ""
            volume.guest.addresses, volume.guest.keys = [], {}


ENTRIES = (
    Defect(name="instance-type-lost", tells="the size that an instance type gave is lost", machine=_lose_size),
    Defect(name="preference-lost", tells="the firmware that a preference gave is lost", machine=_lose_preference),
    Defect(name="firmware-ids-lost", tells="uuid and serial are made up anew", machine=_lose_firmware),
    Defect(name="image-cloned-again", tells="the disk is the image's, not the source's", contents=_image_again),
    Defect(
        name="source-networks-kept",
        tells="NICs stay on the attachments of the source's namespace",
        faults=frozenset({Fault.SOURCE_NETWORKS_KEPT}),
    ),
    Defect(
        name="exports-left",
        tells="the export of the source machine outlives its move",
        faults=frozenset({Fault.EXPORTS_STAY}),
    ),
)
