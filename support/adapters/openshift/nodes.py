"""Worker nodes: the ones that can be chosen, how much room they have, and labels put on and taken off."""

from collections.abc import Mapping, Sequence

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.changing import change
from support.adapters.openshift.monitoring import free_shares
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

_WORKER = "node-role.kubernetes.io/worker"
_SCHEDULABLE = "kubevirt.io/schedulable"
_KEEP_PODS_AWAY = frozenset({"NoSchedule", "NoExecute"})


class OpenShiftNodes:
    """Port `Nodes`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def workers(self) -> Sequence[str]:
        return sorted(_name(node) for node in self._api.list("Node") if _takes_machines(node))

    def headroom(self) -> Mapping[str, float]:
        return free_shares(self._api)

    def mark(self, node: str, key: str, value: str) -> None:
        def decide(found: Object) -> Object | None:
            if key in _labels(found):
                raise ClusterError(f"Node {node}: has a label {key} already, expected none of that name")
            return {"metadata": {"labels": {key: value}}}

        if not change(self._api, ObjectRef("Node", node), decide):
            raise ClusterError(f"Node {node}: not found, expected a node to label")

    def unmark(self, node: str, key: str, value: str) -> None:
        def decide(found: Object) -> Object | None:
            return {"metadata": {"labels": {key: None}}} if _labels(found).get(key) == value else None

        change(self._api, ObjectRef("Node", node), decide)

    def marked(self, beginning: str) -> Sequence[str]:
        found = self._api.list("Node")
        return sorted(_name(node) for node in found if any(key.startswith(beginning) for key in _labels(node)))


def _takes_machines(node: Object) -> bool:
    """What KubeVirt and the scheduler ask of a node (openshift.md 7.4)."""
    labels, spec = _labels(node), node.get("spec") or {}
    conditions = (node.get("status") or {}).get("conditions") or ()
    return (
        _WORKER in labels
        and labels.get(_SCHEDULABLE) == "true"
        and not spec.get("unschedulable")
        and not any(taint.get("effect") in _KEEP_PODS_AWAY for taint in spec.get("taints") or ())
        and any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)
    )


def _labels(node: Object) -> Mapping[str, str]:
    labels: Mapping[str, str] = node["metadata"].get("labels") or {}
    return labels


def _name(node: Object) -> str:
    return str(node["metadata"]["name"])
