"""Which node a launcher pod may run on, and in the scheduler's words why none will do."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lab.cluster.store import Object, Store
from lab.virtualization.allocation import allocatable, in_use, requested
from lab.virtualization.anatomy import is_true, name_of
from lab.virtualization.label_terms import labels_of, matches
from lab.virtualization.pod_affinity import Neighbours

_NOT_READY = ({"key": "node.kubernetes.io/not-ready", "value": "", "effect": "NoSchedule"},)


@dataclass(frozen=True, slots=True)
class Placed:
    """Name of the chosen node; without one, why each node was left out."""

    node: str = ""
    message: str = ""


def place(store: Store, pod: Object) -> Placed:
    """Preferences decide among the nodes that fit, then how much of them is promised already, then the name."""
    nodes, pods, near = store.list("Node"), store.list("Pod"), Neighbours(store, pod)
    reasons: Counter[str] = Counter()
    fitting: list[tuple[int, Decimal, str]] = []
    for node in nodes:
        taken = in_use(pods, name_of(node)) + requested(pod)
        against = _against(node, pod, near) or _short(taken.cpu, taken.memory, node)
        reasons.update(against)
        if not against:
            wish = _preference(node, pod["spec"]) + near.preference(node)
            fitting.append((-wish, taken.of(allocatable(node)), name_of(node)))
    return Placed(node=min(fitting)[2]) if fitting else Placed(message=_message(len(nodes), reasons))


def _message(nodes: int, reasons: Counter[str]) -> str:
    shown = ", ".join(sorted(f"{count} {reason}" for reason, count in reasons.items()))
    none = f"0/{nodes} nodes are available"
    return f"{none}: {shown}. preemption: {none}: {nodes} Preemption is not helpful for scheduling."


def _against(node: Object, pod: Object, near: Neighbours) -> tuple[str, ...]:
    """The first filter that leaves a node out, in the scheduler's order."""
    spec = pod["spec"]
    if node["spec"].get("unschedulable", False):
        return ("node(s) were unschedulable",)
    for taint in _taints(node):
        if not _tolerated(taint, spec.get("tolerations") or []):
            return (f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}",)
    if not (_selected(node, spec) and _required(node, spec)):
        return ("node(s) didn't match Pod's node affinity/selector",)
    if not near.attract(node):
        return ("node(s) didn't match pod affinity rules",)
    return () if near.tolerate(node) else ("node(s) didn't match pod anti-affinity rules",)


def _short(cpu: Decimal, memory: Decimal, node: Object) -> tuple[str, ...]:
    room = allocatable(node)
    lacking = {"Insufficient cpu": cpu > room.cpu, "Insufficient memory": memory > room.memory}
    return tuple(reason for reason, short in lacking.items() if short)


def _taints(node: Object) -> Iterable[Object]:
    """A node that is not ready carries a taint that says so."""
    own = [taint for taint in node["spec"].get("taints") or [] if taint["effect"] in ("NoSchedule", "NoExecute")]
    return own if is_true(node, "Ready") else (*own, *_NOT_READY)


def _tolerated(taint: Object, tolerations: Iterable[Object]) -> bool:
    for item in tolerations:
        same_key = item.get("key", taint["key"]) == taint["key"]
        same_effect = item.get("effect", taint["effect"]) == taint["effect"]
        same_value = item.get("operator") == "Exists" or item.get("value", "") == taint.get("value", "")
        if same_key and same_effect and same_value:
            return True
    return False


def _selected(node: Object, spec: Object) -> bool:
    return (spec.get("nodeSelector") or {}).items() <= labels_of(node).items()


def _node_affinity(spec: Object) -> Object:
    return dict((spec.get("affinity") or {}).get("nodeAffinity") or {})


def _required(node: Object, spec: Object) -> bool:
    required = _node_affinity(spec).get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(_term(node, term) for term in required.get("nodeSelectorTerms") or [])


def _preference(node: Object, spec: Object) -> int:
    preferred = _node_affinity(spec).get("preferredDuringSchedulingIgnoredDuringExecution") or []
    return sum(int(item["weight"]) for item in preferred if _term(node, item["preference"]))


def _term(node: Object, term: Object) -> bool:
    labels, fields = labels_of(node), {"metadata.name": name_of(node)}
    return all(matches(labels, item) for item in term.get("matchExpressions") or []) and all(
        matches(fields, item) for item in term.get("matchFields") or []
    )
