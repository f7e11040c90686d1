"""References between Forklift's objects, and how conditions write them."""

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of


def is_set(reference: Object | None) -> bool:
    """A reference without namespace counts as not set (facts/forklift.md 0.3)."""
    return bool(reference and reference.get("name") and reference.get("namespace"))


def resolve(lab: Lab, kind: str, reference: Object | None) -> Object | None:
    if reference is None or not is_set(reference):
        return None
    return lab.store.get(kind, str(reference["namespace"]), str(reference["name"]))


def points_at(reference: Object | None, obj: Object) -> bool:
    wanted = (name_of(obj), namespace_of(obj))
    return reference is not None and (reference.get("name"), reference.get("namespace")) == wanted


def item(reference: Object) -> str:
    """How a condition's `items` name a machine or a network (facts/forklift.md 1.7)."""
    kind = f"({reference['type']})" if reference.get("type") else ""
    return f"{kind} id:{reference.get('id', '')} name:'{reference.get('name', '')}' "
