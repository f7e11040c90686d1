"""The series that there are (facts/openshift.md 7.2): nodes, and what pods ask of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lab.cluster.store import Object, Store
from lab.virtualization.allocation import Share, allocatable, in_use
from lab.virtualization.anatomy import name_of, namespace_of, phase_of
from lab.virtualization.label_terms import labels_of
from lab.virtualization.quantities import exact

_PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
_ROLE = "node-role.kubernetes.io/"
_UNITS = {"cpu": "core", "memory": "byte", "pods": "integer"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One series at one moment; `labels` without the name of the metric."""

    value: float
    labels: dict[str, str] = field(default_factory=dict)
    metric: str = ""


Series = Callable[[Store], Iterator[Sample]]


def samples(store: Store, metric: str) -> list[Sample]:
    """All series of a metric; KeyError for one that the lab does not know."""
    known = _METRICS[metric](store)
    return [Sample(value=item.value, labels=item.labels, metric=metric) for item in known]


def _of_nodes(field_: str) -> Series:
    def found(store: Store) -> Iterator[Sample]:
        for node in store.list("Node"):
            for resource, amount in node["status"][field_].items():
                labels = {"node": name_of(node), "resource": resource, "unit": _UNITS.get(resource, "integer")}
                yield Sample(float(exact(amount)), labels)

    return found


def _requests(store: Store) -> Iterator[Sample]:
    for pod in store.list("Pod"):
        for container in pod["spec"]["containers"]:
            asked = (container.get("resources") or {}).get("requests") or {}
            labels = _pod(pod) | {"container": container["name"], "node": pod["spec"].get("nodeName", "")}
            for resource, amount in asked.items():
                yield Sample(float(exact(amount)), labels | {"resource": resource, "unit": _UNITS[resource]})


def _phases(store: Store) -> Iterator[Sample]:
    """One series per phase, 1 for the one that the pod is in."""
    for pod in store.list("Pod"):
        for phase in _PHASES:
            yield Sample(float(phase_of(pod) == phase), _pod(pod) | {"phase": phase})


def _roles(store: Store) -> Iterator[Sample]:
    for node in store.list("Node"):
        for label in labels_of(node):
            if label.startswith(_ROLE):
                yield Sample(1.0, {"node": name_of(node), "role": label.removeprefix(_ROLE)})


def _ready(store: Store) -> Iterator[Sample]:
    for node in store.list("Node"):
        for condition in node["status"].get("conditions") or []:
            for status in ("true", "false", "unknown"):
                labels = {"node": name_of(node), "condition": condition["type"], "status": status}
                yield Sample(float(condition["status"].lower() == status), labels)


def _use(of: Callable[[Share], float]) -> Series:
    """The share of a node in use; nothing is measured here, so it is the share that pods have been promised."""

    def found(store: Store) -> Iterator[Sample]:
        pods = store.list("Pod")
        for node in store.list("Node"):
            yield Sample(of(in_use(pods, name_of(node))) / of(allocatable(node)), {"instance": name_of(node)})

    return found


def _pod(pod: Object) -> dict[str, str]:
    return {"namespace": namespace_of(pod), "pod": name_of(pod)}


_METRICS: dict[str, Series] = {
    "kube_node_status_allocatable": _of_nodes("allocatable"),
    "kube_node_status_capacity": _of_nodes("capacity"),
    "kube_node_status_condition": _ready,
    "kube_node_role": _roles,
    "kube_pod_container_resource_requests": _requests,
    "kube_pod_status_phase": _phases,
    "instance:node_memory_utilisation:ratio": _use(lambda share: float(share.memory)),
    "instance:node_cpu_utilisation:rate1m": _use(lambda share: float(share.cpu)),
}
