"""What pods ask of a node, and what a node has to give: cores as fractions, memory in bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lab.cluster.store import Object
from lab.virtualization.anatomy import FINAL_PODS, phase_of
from lab.virtualization.quantities import exact


@dataclass(frozen=True, slots=True)
class Share:
    """An amount of both resources that placement looks at."""

    cpu: Decimal = Decimal(0)
    memory: Decimal = Decimal(0)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.cpu + other.cpu, self.memory + other.memory)

    def of(self, whole: "Share") -> Decimal:
        """The larger of the two parts of a whole."""
        return max(self.cpu / whole.cpu, self.memory / whole.memory)


def allocatable(node: Object) -> Share:
    shown = node["status"]["allocatable"]
    return Share(exact(shown["cpu"]), exact(shown["memory"]))


def requested(pod: Object) -> Share:
    """Sum over its containers; one that asks for nothing counts nothing."""
    asked = [(container.get("resources") or {}).get("requests") or {} for container in pod["spec"]["containers"]]
    return sum((Share(exact(item.get("cpu", 0)), exact(item.get("memory", 0))) for item in asked), Share())


def in_use(pods: Iterable[Object], node: str) -> Share:
    """What the pods that are still alive on a node have been promised."""
    mine = (pod for pod in pods if pod["spec"].get("nodeName") == node and phase_of(pod) not in FINAL_PODS)
    return sum((requested(pod) for pod in mine), Share())
