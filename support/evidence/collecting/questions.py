"""Which questions a failure raises: objects, events and logs of its places, and of MTV itself."""

from collections.abc import Iterator, Mapping
from functools import partial

from support.domain.evidence import Container, Exhibit, Place
from support.evidence.collecting.case import Case
from support.evidence.collecting.gathering import Question
from support.ports.diagnosing import Diagnoses

_KINDS = (
    "Plan",
    "Migration",
    "Provider",
    "NetworkMap",
    "StorageMap",
    "Hook",
    "Host",
    "Conversion",
    "VirtualMachine",
    "VirtualMachineInstance",
    "DataVolume",
    "PersistentVolumeClaim",
    "VSphereXcopyVolumePopulator",
    "Pod",
    "Job",
    "Secret",
    "ConfigMap",
    "NetworkAttachmentDefinition",
)
_OF_MTV = ("ForkliftController", "ClusterServiceVersion", "Provider", "Host", "Pod", "Job")
_OF_CLUSTER = ("ClusterVersion", "StorageClass", "StorageProfile", "PersistentVolume", "Node")
_CONTROLLERS = ("forklift-controller", "forklift-volume-populator-controller")
"""Pods of MTV whose logs tell of a plan; without a plan all of MTV's are asked."""
_MTV_ELSEWHERE = ("populator", "populate", "importer")
"""Work that a migration has done in MTV's own namespace."""

Clusters = Mapping[str, Diagnoses]
"""By the name of ObjectRef.cluster."""


def questions(case: Case, clusters: Clusters) -> dict[str, Question]:
    """Each with a name by which people are told when it stays without an answer."""
    here = clusters[""]
    asked: dict[str, Question] = {}
    for place in case.places:
        if place.cluster in clusters:
            asked |= _of_place(place, clusters[place.cluster])
    asked |= {f"{kind} of {case.mtv_namespace}": _objects(here, kind, case.mtv_namespace) for kind in _OF_MTV}
    asked |= {f"{kind} of the cluster": _objects(here, kind, "") for kind in _OF_CLUSTER}
    asked[f"events of {case.mtv_namespace}"] = partial(_events, here, case.mtv_namespace)
    asked[f"logs of {case.mtv_namespace}"] = partial(_logs, here, Place(namespace=case.mtv_namespace), case)
    return asked


def _of_place(place: Place, cluster: Diagnoses) -> dict[str, Question]:
    prefix = f"{place.cluster}/" if place.cluster else ""
    asked: dict[str, Question] = {}
    for selector in place.selectors or (None,):
        note = f" ({selector})" if selector else ""
        for kind in _KINDS:
            question = partial(cluster.objects, kind, place.namespace, selector)
            asked[f"{kind} of {prefix}{place.namespace}{note}"] = partial(_placed, prefix, question)
    asked[f"events of {prefix}{place.namespace}"] = partial(_placed, prefix, partial(_events, cluster, place.namespace))
    asked[f"logs of {prefix}{place.namespace}"] = partial(_placed, prefix, partial(_logs, cluster, place, None))
    return asked


def _objects(cluster: Diagnoses, kind: str, namespace: str) -> Question:
    return partial(cluster.objects, kind, namespace)


def _placed(prefix: str, question: Question) -> Iterator[Exhibit]:
    for each in question():
        yield Exhibit(path=f"{prefix}{each.path}", text=each.text)


def _events(cluster: Diagnoses, namespace: str) -> Iterator[Exhibit]:
    lines = [f"{each.at.isoformat()}  {each.who}  {each.what}\n" for each in cluster.events(namespace)]
    yield Exhibit(path=f"namespaces/{namespace}/events.txt", text="".join(lines) or "no event\n")


def _logs(cluster: Diagnoses, place: Place, mtv: Case | None) -> Iterator[Exhibit]:
    """One after the other: each may be large, and the API serves a log at the speed of its node."""
    for container in _containers(cluster, place):
        if mtv is None or _tells(container, mtv):
            yield from _log(cluster, container)


def _containers(cluster: Diagnoses, place: Place) -> list[Container]:
    found = [each for labels in place.selectors or (None,) for each in cluster.containers(place.namespace, labels)]
    return list(dict.fromkeys(found))


def _tells(container: Container, case: Case) -> bool:
    if case.plan is None:
        return container.pod.startswith("forklift-")
    return container.pod.startswith(_CONTROLLERS) or any(word in container.pod for word in _MTV_ELSEWHERE)


def _log(cluster: Diagnoses, container: Container) -> Iterator[Exhibit]:
    place = f"namespaces/{container.namespace}/pods/{container.pod}/{container.name}/logs"
    yield Exhibit(path=f"{place}/current.log", text=cluster.log(container))
    if container.restarted:
        yield Exhibit(path=f"{place}/previous.log", text=cluster.log(container, previous=True))
