"""What can only go wrong with servers of an OpenStack cloud."""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.defects.model import Defect, Fault


def _other_class(claim: Object, boots: bool) -> None:
    """Whatever its type is mapped to."""
    if not boots:
        claim["spec"] |= {"storageClassName": "lab-file", "volumeMode": "Filesystem"}


def _boot_last(machine: Object, _claims: Sequence[str]) -> None:
    """Without a boot order the first disk is tried."""
    disks = machine["spec"]["template"]["spec"]["domain"]["devices"]["disks"]
    boot = next(disk for disk in disks if disk.pop("bootOrder", None))
    disks.remove(boot)
    disks.append(boot)


ENTRIES = (
    Defect(name="cloud-type-in-other-class", tells="a volume type is mapped wrongly", claim=_other_class),
    Defect(name="cloud-boot-order-lost", tells="the volume to boot from is attached last", machine=_boot_last),
    Defect(
        name="cloud-firmware-unread",
        tells="what a boot volume remembers of its firmware is not read",
        faults=frozenset({Fault.CLOUD_FIRMWARE_UNREAD}),
    ),
    Defect(
        name="cloud-volumes-left",
        tells="volumes that disks were copied through stay in the cloud",
        faults=frozenset({Fault.CLOUD_VOLUME_STAYS}),
    ),
    Defect(
        name="cloud-snapshots-left",
        tells="snapshots that disks were copied through stay in the cloud",
        faults=frozenset({Fault.CLOUD_SNAPSHOT_STAYS}),
    ),
    Defect(
        name="cloud-images-left",
        tells="images that disks were copied through stay in the cloud",
        faults=frozenset({Fault.CLOUD_IMAGES_STAY}),
    ),
)
