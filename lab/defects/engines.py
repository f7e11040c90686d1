"""MTV goes wrong where an oVirt engine is another source than a vSphere: profiles, domains, thin disks, jobs."""

from lab.cluster.store import Object
from lab.defects.model import Defect, Fault
from lab.virtualization.quantities import parse

_THIN_SHARE = 4
"""A thin disk takes a quarter of its size at the lab's engine."""


def _other_domain(claim: Object, _boots: bool) -> None:
    """With the modes of that class, so that it binds."""
    claim["spec"] |= {"storageClassName": "lab-file", "accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem"}


def _occupied(claim: Object, _boots: bool) -> None:
    requests = claim["spec"]["resources"]["requests"]
    requests["storage"] = str(parse(requests["storage"]) // _THIN_SHARE)


ENTRIES = (
    Defect(
        name="engine-template-nics-lost",
        tells="of the NICs that a machine has of its template only the first arrives",
        faults=frozenset({Fault.ENGINE_NICS_LOST}),
    ),
    Defect(name="engine-domain-mixed-up", tells="disks go where another storage domain is mapped", claim=_other_domain),
    Defect(name="engine-disk-as-occupied", tells="a claim is as large as what its thin disk takes", claim=_occupied),
    Defect(
        name="engine-memory-rounded",
        tells="memory that the engine tells in bytes becomes whole GB",
        faults=frozenset({Fault.ENGINE_MEMORY_ROUNDED}),
    ),
    Defect(
        name="engine-source-left-on",
        tells="the engine is never asked to end the machine that was moved",
        faults=frozenset({Fault.ENGINE_SOURCE_RUNS}),
    ),
    Defect(
        name="engine-snapshot-left",
        tells="the engine keeps the first snapshot of a warm copy",
        faults=frozenset({Fault.ENGINE_SNAPSHOT_STAYS}),
    ),
)
