"""Which node a launcher pod may run on: selector, required node affinity, taints; then preference and name."""

from collections.abc import Iterable

from lab.cluster.store import Object
from lab.virtualization.anatomy import is_true, name_of


def choose_node(nodes: Iterable[Object], spec: Object) -> str | None:
    """Name of the best node for a pod spec, None when none fits; ties go to the first name."""
    fitting = [node for node in nodes if _schedulable(node, spec) and _selected(node, spec) and _required(node, spec)]
    if not fitting:
        return None
    return name_of(min(fitting, key=lambda node: (-_preference(node, spec), name_of(node))))


def _schedulable(node: Object, spec: Object) -> bool:
    taints = [taint for taint in node["spec"].get("taints") or [] if taint["effect"] in ("NoSchedule", "NoExecute")]
    tolerated = all(_tolerated(taint, spec.get("tolerations") or []) for taint in taints)
    kubevirt = _labels(node).get("kubevirt.io/schedulable") == "true"
    return is_true(node, "Ready") and kubevirt and tolerated and not node["spec"].get("unschedulable", False)


def _tolerated(taint: Object, tolerations: Iterable[Object]) -> bool:
    for item in tolerations:
        same_key = item.get("key", taint["key"]) == taint["key"]
        same_effect = item.get("effect", taint["effect"]) == taint["effect"]
        same_value = item.get("operator") == "Exists" or item.get("value", "") == taint.get("value", "")
        if same_key and same_effect and same_value:
            return True
    return False


def _selected(node: Object, spec: Object) -> bool:
    return all(_labels(node).get(key) == value for key, value in (spec.get("nodeSelector") or {}).items())


def _node_affinity(spec: Object) -> Object:
    return dict((spec.get("affinity") or {}).get("nodeAffinity") or {})


def _required(node: Object, spec: Object) -> bool:
    required = _node_affinity(spec).get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(_term(node, term) for term in required.get("nodeSelectorTerms") or [])


def _preference(node: Object, spec: Object) -> int:
    preferred = _node_affinity(spec).get("preferredDuringSchedulingIgnoredDuringExecution") or []
    return sum(int(item["weight"]) for item in preferred if _term(node, item["preference"]))


def _term(node: Object, term: Object) -> bool:
    labels, fields = _labels(node), {"metadata.name": name_of(node)}
    return all(_matches(labels, item) for item in term.get("matchExpressions") or []) and all(
        _matches(fields, item) for item in term.get("matchFields") or []
    )


def _matches(labels: dict[str, str], expression: Object) -> bool:
    value, wanted = labels.get(expression["key"]), expression.get("values") or []
    match expression["operator"]:
        case "In":
            return value in wanted
        case "NotIn":
            return value not in wanted
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return value is not None and int(value) > int(wanted[0])
        case "Lt":
            return value is not None and int(value) < int(wanted[0])
    return False


def _labels(node: Object) -> dict[str, str]:
    return dict(node["metadata"].get("labels") or {})
