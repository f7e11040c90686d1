"""All defects by name, and the one that a lab was started with; adding one is one entry of the module it fits in."""

from collections.abc import Mapping

from lab.defects import (
    addresses,
    appliances,
    arrays,
    benign,
    clouds,
    clusters,
    contents,
    disks,
    engines,
    guests,
    hardware,
    nics,
    options,
    outcomes,
    shapes,
)
from lab.defects.model import Defect, Fault
from lab.kernel.service import Lab

CATALOGUE: Mapping[str, Defect] = {
    entry.name: entry
    for module in (
        *(hardware, nics, disks, contents, guests, addresses, appliances, arrays, clouds, clusters, engines),
        *(shapes, options, outcomes, benign),
    )
    for entry in module.ENTRIES
}
_NONE = Defect(name="", tells="nothing is wrong")


def defect_of(lab: Lab) -> Defect:
    """The lab's defect; one without any effect when it has none."""
    return CATALOGUE.get(lab.options.defect, _NONE)


def jitter_of(defect: str) -> str:
    """What varies in a lab that was started with this defect, as `--jitter` has it."""
    return CATALOGUE.get(defect, _NONE).jitter


def chosen(lab: Lab, fault: Fault) -> bool:
    return fault in defect_of(lab).faults
