"""What a namespace says of itself while it goes away (facts/openshift.md 1.7)."""

from collections import Counter
from collections.abc import Sequence

from lab.cluster.history import Object
from lab.cluster.kinds import KINDS
from lab.cluster.metadata import now


def remaining(namespace: Object, contents: Sequence[Object]) -> Object:
    """Status of a terminating namespace that still has contents: which resources, and which finalizers hold them."""
    resources = Counter(KINDS[obj["kind"]].resource for obj in contents)
    holders = Counter(name for obj in contents for name in obj["metadata"].get("finalizers") or [])
    some = ", ".join(f"{name} has {number} resource instances" for name, number in sorted(resources.items()))
    held = ", ".join(f"{name} in {number} resource instances" for name, number in sorted(holders.items()))
    wanted = [
        ("NamespaceContentRemaining", "SomeResourcesRemain", f"Some resources are remaining: {some}"),
        (
            "NamespaceFinalizersRemaining",
            "SomeFinalizersRemain",
            f"Some content in the namespace has finalizers remaining: {held}",
        ),
    ]
    before = {item["type"]: item for item in namespace["status"].get("conditions", ())}
    conditions = [
        {
            "type": type_,
            "status": "True",
            "reason": reason,
            "message": message,
            "lastTransitionTime": before.get(type_, {}).get("lastTransitionTime", now()),
        }
        for type_, reason, message in (wanted if holders else wanted[:1])
    ]
    return {"phase": "Terminating", "conditions": conditions}
