"""Who owns whom, by uid: what the garbage collector goes by (facts/openshift.md 1.7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.cluster.history import Object

Key = tuple[str, str, str]
"""Kind, namespace, name."""
FOREGROUND = "foregroundDeletion"


def owner_uids(obj: Object) -> set[str]:
    return {str(owner["uid"]) for owner in obj["metadata"].get("ownerReferences") or []}


def blocks(obj: Object, owner: str) -> bool:
    """Whether the object keeps its owner (a uid) from going in a foreground deletion."""
    owners = obj["metadata"].get("ownerReferences") or []
    return any(item["uid"] == owner and item.get("blockOwnerDeletion") for item in owners)


def without_owner(obj: Object, owner: str) -> list[Object]:
    """The ownerReferences that are left when one owner (a uid) gives the object up."""
    return [item for item in obj["metadata"].get("ownerReferences") or [] if item["uid"] != owner]


@dataclass(slots=True)
class Ownership:
    """Index of living uids and of the dependents of each."""

    _living: set[str] = field(default_factory=set)
    _dependents: dict[str, set[Key]] = field(default_factory=dict)

    def written(self, key: Key, before: Object | None, after: Object) -> None:
        self._living.add(after["metadata"]["uid"])
        old, new = owner_uids(before) if before else set(), owner_uids(after)
        for uid in old - new:
            self._forget(uid, key)
        for uid in new - old:
            self._dependents.setdefault(uid, set()).add(key)

    def removed(self, key: Key, obj: Object) -> None:
        self._living.discard(obj["metadata"]["uid"])
        for uid in owner_uids(obj):
            self._forget(uid, key)

    def orphaned(self, obj: Object) -> bool:
        """It has owners, and none of them exists any more."""
        owners = owner_uids(obj)
        return bool(owners) and owners.isdisjoint(self._living)

    def dependents(self, uid: str) -> Iterator[Key]:
        yield from sorted(self._dependents.get(uid, ()))

    def _forget(self, uid: str, key: Key) -> None:
        keys = self._dependents.get(uid, set())
        keys.discard(key)
        if not keys:
            self._dependents.pop(uid, None)
