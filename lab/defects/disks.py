"""A machine arrives with other disks, or with disks that cannot be told apart."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

from lab.cluster.store import Object
from lab.defects.model import Defect

_SOURCE = "forklift.konveyor.io/disk-source"
_MIB = 1024**2


def _devices(machine: Object) -> list[Object]:
    found: list[Object] = machine["spec"]["template"]["spec"]["domain"]["devices"]["disks"]
    return found


def _volumes(machine: Object) -> list[Object]:
    found: list[Object] = machine["spec"]["template"]["spec"]["volumes"]
    return found


def _drop(machine: Object, _claims: Sequence[str]) -> None:
    _devices(machine).pop()
    _volumes(machine).pop()


def _reverse(machine: Object, _claims: Sequence[str]) -> None:
    _devices(machine).reverse()
    _volumes(machine).reverse()


def _truncate(volumes: list[Object]) -> None:
    requests = volumes[-1]["spec"]["storage"]["resources"]["requests"]
    requests["storage"] = str(int(requests["storage"]) - _MIB)


def _copy_another(volumes: list[Object]) -> None:
    extra = deepcopy(volumes[-1])
    extra["metadata"]["annotations"][_SOURCE] = "[lab-vmfs-1] another/another.vmdk"
    volumes.append(extra)


def _attach_unused(machine: Object, claims: Sequence[str]) -> None:
    used = {volume["persistentVolumeClaim"]["claimName"] for volume in _volumes(machine)}
    for claim in claims:
        if claim not in used:
            _volumes(machine).append({"name": "vol-extra", "persistentVolumeClaim": {"claimName": claim}})
            _devices(machine).append({"name": "vol-extra", "disk": {"bus": "virtio"}})


def _other_class(volumes: list[Object]) -> None:
    volumes[-1]["spec"]["storage"]["storageClassName"] = "lab-file"


def _swap_sources(claims: Sequence[Object]) -> Mapping[str, Object]:
    sources = [claim["metadata"]["annotations"][_SOURCE] for claim in claims]
    swapped = zip(claims, reversed(sources), strict=True)
    return {claim["metadata"]["name"]: {_SOURCE: source} for claim, source in swapped}


def _lose_source(claims: Sequence[Object]) -> Mapping[str, Object]:
    return {claims[0]["metadata"]["name"]: {_SOURCE: None}}


ENTRIES = (
    Defect(name="disk-dropped", tells="the last disk is not attached", machine=_drop),
    Defect(name="disk-extra", tells="another machine's disk is attached", disks=_copy_another, machine=_attach_unused),
    Defect(name="disks-reversed", tells="disks are attached in the opposite order", machine=_reverse),
    Defect(name="disk-truncated", tells="the last disk is a MiB too small", disks=_truncate),
    Defect(name="disk-in-other-class", tells="a disk is not in the mapped storage class", disks=_other_class),
    Defect(name="disk-sources-swapped", tells="claims are recorded as each other's disk", claims=_swap_sources),
    Defect(name="disk-source-lost", tells="a claim does not say which disk it was", claims=_lose_source),
)
