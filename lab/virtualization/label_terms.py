"""Selectors written as objects: requirements of node terms and of label selectors."""

from collections.abc import Mapping

from lab.cluster.store import Object

Labels = Mapping[str, str]


def labels_of(obj: Object) -> dict[str, str]:
    return dict(obj["metadata"].get("labels") or {})


def matches(labels: Labels, requirement: Object) -> bool:
    """One of `matchExpressions`."""
    value, wanted = labels.get(requirement["key"]), requirement.get("values") or []
    match requirement["operator"]:
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


def selects(selector: Object | None, labels: Labels) -> bool:
    """A label selector; an empty one selects everything, an absent one nothing."""
    if selector is None:
        return False
    plain = (selector.get("matchLabels") or {}).items()
    return plain <= dict(labels).items() and all(
        matches(labels, item) for item in selector.get("matchExpressions") or []
    )
