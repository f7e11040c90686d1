"""Variations in which nothing is wrong: a suite that complains about one of them raises a false alarm."""

from collections.abc import Sequence

from lab.cluster.store import Object
from lab.defects.model import Defect, Fault


def _upper_macs(machine: Object, _claims: Sequence[str]) -> None:
    for interface in machine["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"]:
        interface["macAddress"] = interface["macAddress"].upper()


def _decorate(machine: Object, _claims: Sequence[str]) -> None:
    for metadata in (machine["metadata"], machine["spec"]["template"]["metadata"]):
        for field in ("labels", "annotations"):
            metadata[field] = {**metadata.get(field, {}), "site.lab.test/owner": "operations"}


def _decorate_disks(volumes: list[Object]) -> None:
    for volume in volumes:
        volume["metadata"]["annotations"]["site.lab.test/backup"] = "nightly"


def _upper_serial(machine: Object, _claims: Sequence[str]) -> None:
    firmware = machine["spec"]["template"]["spec"]["domain"]["firmware"]
    firmware["serial"] = f"VMware-{firmware['serial'].removeprefix('VMware-').upper()}"


def _grow(volumes: list[Object]) -> None:
    for volume in volumes:
        requests = volume["spec"]["storage"]["resources"]["requests"]
        requests["storage"] = str(int(requests["storage"]) + 1024**3)


def _noise(name: str, tells: str, jitter: str) -> Defect:
    return Defect(name=name, tells=tells, benign=True, jitter=jitter)


ENTRIES = (
    Defect(name="macs-in-capitals", tells="MACs are written in capitals", benign=True, machine=_upper_macs),
    Defect(
        name="extra-labels",
        tells="machine and disks carry labels and annotations of others",
        benign=True,
        machine=_decorate,
        disks=_decorate_disks,
    ),
    Defect(name="serial-in-capitals", tells="the serial is in capitals", benign=True, machine=_upper_serial),
    Defect(name="disks-rounded-up", tells="claims are larger than their disks", benign=True, disks=_grow),
    _noise("agent-late", "the guest agent takes a minute longer", "late=1"),
    Defect(
        name="clones-slow",
        tells="a clone on the source takes ten times as long",
        benign=True,
        faults=frozenset({Fault.CLONES_SLOW}),
    ),
    _noise("api-slow", "each answer of each service takes a while", "slow=1"),
    _noise("api-busy", "the cluster answers 429, 500 or 503 now and then", "errors=0.1"),
    _noise("lists-reversed", "lists of the cluster come in the opposite order", "reorder=1"),
    _noise("watches-dropped", "watches end after a moment", "drops=1"),
    _noise("watches-expired", "watches that go on are told that their version is too old", "expiries=0.5"),
    _noise("writes-conflict", "somebody else changes what is about to be changed", "conflicts=0.5"),
)
