"""The one store of all objects; it knows versions, owners, finalizers and namespaces, but not the wire."""

import builtins
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy

from lab.cluster import namespaces, refusals
from lab.cluster.history import Event, History, Object, Subscription
from lab.cluster.kinds import KINDS, Kind
from lab.cluster.merging import merge
from lab.cluster.metadata import finalizers_without, newborn, now, successor, with_metadata
from lab.cluster.ownership import FOREGROUND, Key, Ownership, blocks, without_owner

__all__ = ["Admitter", "Event", "Object", "Store", "Subscription"]

Admitter = Callable[[str, Object | None, Object | None], Object | None]
"""`admit(operation, new, old)` with operation CREATE, UPDATE or DELETE: what a webhook does.

It returns the object to go on with (None: unchanged) and raises `lab.cluster.refusals.Refused` to deny. `new` is a
copy, which it may change in place. Only requests on the wire are admitted; controllers write directly.
"""


class Store:
    """Synchronous, for one asyncio loop. Objects handed out are shared: read them, never change them.

    Writes that change nothing make no new version. Reads and writes of what does not exist answer None.
    """

    def __init__(self, *, history: int = 20_000) -> None:
        self.admitters: defaultdict[str, list[Admitter]] = defaultdict(list)
        """Kind -> its webhooks, in order: `store.admitters["Plan"].append(admit)`."""
        self.after_create: list[Callable[[Object], None]] = []
        """Called with each new object before `create` returns: for what must exist together with it."""
        self._objects: defaultdict[str, dict[tuple[str, str], Object]] = defaultdict(dict)
        self._owners = Ownership()
        self._history = History(history)
        self._version = 0

    @property
    def version(self) -> int:
        """resourceVersion of the whole store: the one of its newest object."""
        return self._version

    @property
    def forgotten(self) -> int:
        """Watches and pages that began before this version have missed something."""
        return self._history.forgotten

    # reading

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        return self._objects[kind].get(_place(_known(kind), namespace, name))

    def list(
        self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None
    ) -> builtins.list[Object]:
        """Objects in order of namespace and name; `namespace` None means all of them."""
        wanted, everywhere = (labels or {}).items(), namespace is None or not _known(kind).namespaced
        return [
            obj
            for (where, _), obj in sorted(self._objects[kind].items(), key=lambda item: item[0])
            if (everywhere or where == namespace)
            and (not wanted or wanted <= (obj["metadata"].get("labels") or {}).items())
        ]

    def everything(self) -> Iterator[Object]:
        for objects in list(self._objects.values()):
            yield from objects.values()

    def subscribe(self, *kinds: str) -> Subscription:
        """ADDED for all that exists now, then every change from now on."""
        existing = [
            Event("ADDED", obj, None, int(obj["metadata"]["resourceVersion"]))
            for kind in kinds
            for obj in self.list(kind)
        ]
        return self._history.subscribe(frozenset(kinds), existing)

    def resume(self, kind: str, version: int) -> Subscription:
        """Every change after a version; raises Refused (410 Expired) when that is too long ago."""
        kinds = frozenset({kind})
        return self._history.subscribe(kinds, self._history.since(version, kinds))

    def compact(self) -> None:
        """Forget all history; whoever watches from an older version must list again."""
        self._history.forget()

    # writing

    def create(self, obj: Object) -> Object:
        """Store a new object and return it; raises Refused (AlreadyExists, NamespaceTerminating)."""
        kind = _known(obj["kind"])
        made = newborn(kind, obj)
        key = _key(kind, made)
        if key[1:] in self._objects[kind.kind]:
            raise refusals.already_exists(kind, key[2])
        home = self.get("Namespace", "", key[1]) if key[1] else None
        if home is not None and "deletionTimestamp" in home["metadata"]:
            raise refusals.terminating(kind, key[2], key[1])
        stored = self._record(key, None, made)
        for hook in self.after_create:
            hook(stored)
        if self._owners.orphaned(stored):
            self.delete(*key)
        return stored

    def replace(self, obj: Object) -> Object | None:
        """Write a whole object, metadata that the server owns excepted."""
        kind = _known(obj["kind"])
        key = _key(kind, obj)
        before = self.get(*key)
        return None if before is None else self._write(key, before, deepcopy(obj))

    def patch(self, kind: str, namespace: str, name: str, change: Object) -> Object | None:
        """Apply a merge patch (RFC 7386), status included."""
        key = (kind, *_place(_known(kind), namespace, name))
        before = self.get(*key)
        return None if before is None else self._write(key, before, merge(before, change))

    def set_status(self, kind: str, namespace: str, name: str, status: Object) -> Object | None:
        """Replace the whole status."""
        key = (kind, *_place(_known(kind), namespace, name))
        before = self.get(*key)
        return None if before is None else self._write(key, before, before | {"status": deepcopy(status)})

    def delete(
        self, kind: str, namespace: str, name: str, *, uid: str = "", policy: str = "Background"
    ) -> Object | None:
        """Remove, or mark for deletion while finalizers hold it; `policy` is Background, Foreground or Orphan.

        Returns the last state; None when there is no such object, or with `uid` only another one of that name.
        """
        key = (kind, *_place(_known(kind), namespace, name))
        found = self.get(*key)
        if found is None or (uid and found["metadata"]["uid"] != uid):
            return None
        if policy == "Orphan":
            self._release_dependents(found)
        if kind == "Namespace":
            return self._delete_namespace(key, found)
        blocked = policy == "Foreground" and any(True for _ in self._owners.dependents(found["metadata"]["uid"]))
        held = [*finalizers_without(found, FOREGROUND), *([FOREGROUND] if blocked else [])]
        if not held:
            return self._remove(key)
        if "deletionTimestamp" not in found["metadata"] or held != found["metadata"].get("finalizers"):
            since = found["metadata"].get("deletionTimestamp", now())
            marked = with_metadata(found, deletionTimestamp=since, deletionGracePeriodSeconds=0, finalizers=held)
            found = self._record(key, found, marked)
        if blocked:
            self._delete_dependents(found["metadata"]["uid"])
            self._unblock(found["metadata"]["uid"], key)
        return found

    def _write(self, key: Key, before: Object, wanted: Object) -> Object:
        after = successor(_known(key[0]), before, wanted)
        if after == before:
            return before
        stored = self._record(key, before, after)
        if "deletionTimestamp" in stored["metadata"] and not stored["metadata"].get("finalizers"):
            if key[0] != "Namespace":
                return self._remove(key)
        elif self._owners.orphaned(stored):
            self.delete(*key)
        return stored

    def _record(self, key: Key, before: Object | None, after: Object) -> Object:
        self._version += 1
        stored = with_metadata(after, resourceVersion=str(self._version))
        self._objects[key[0]][key[1:]] = stored
        self._owners.written(key, before, stored)
        self._history.add(Event("ADDED" if before is None else "MODIFIED", stored, before, self._version))
        return stored

    def _remove(self, key: Key) -> Object:
        found = self._objects[key[0]].pop(key[1:])
        self._version += 1
        last = with_metadata(found, resourceVersion=str(self._version))
        self._owners.removed(key, found)
        self._history.add(Event("DELETED", last, found, self._version))
        self._collect(found["metadata"]["uid"])
        for owner in found["metadata"].get("ownerReferences") or []:
            self._unblock(owner["uid"], (owner["kind"], key[1], owner["name"]))
        if key[1]:
            self._finish_namespace(key[1])
        return last

    # garbage collection

    def _collect(self, owner: str) -> None:
        for key in self._owners.dependents(owner):
            child = self.get(*key)
            if child is not None and self._owners.orphaned(child):
                self.delete(*key)

    def _release_dependents(self, owner: Object) -> None:
        uid = owner["metadata"]["uid"]
        for key in list(self._owners.dependents(uid)):
            child = self.get(*key)
            if child is not None:
                self._write(key, child, with_metadata(child, ownerReferences=without_owner(child, uid)))

    def _delete_dependents(self, owner: str) -> None:
        for key in list(self._owners.dependents(owner)):
            self.delete(*key, policy="Foreground")

    def _unblock(self, owner: str, key: Key) -> None:
        """A foreground deletion goes on once nothing that blocks it is left."""
        if key[0] not in KINDS:
            return
        found = self.get(*key)
        if found is None or found["metadata"]["uid"] != owner or FOREGROUND not in _finalizers(found):
            return
        children = (self.get(*child) for child in self._owners.dependents(owner))
        if not any(child is not None and blocks(child, owner) for child in children):
            self._write(key, found, with_metadata(found, finalizers=finalizers_without(found, FOREGROUND)))

    # namespaces

    def _delete_namespace(self, key: Key, found: Object) -> Object:
        if "deletionTimestamp" not in found["metadata"]:
            marked = with_metadata(found, deletionTimestamp=now()) | {"status": {"phase": "Terminating"}}
            found = self._record(key, found, marked)
        for obj in self._contents(key[2]):
            self.delete(obj["kind"], key[2], obj["metadata"]["name"])
        self._finish_namespace(key[2])
        return found

    def _finish_namespace(self, name: str) -> None:
        found = self.get("Namespace", "", name)
        if found is None or "deletionTimestamp" not in found["metadata"]:
            return
        left = self._contents(name)
        if left:
            self.set_status("Namespace", "", name, namespaces.remaining(found, left))
        elif not _finalizers(found):
            self._remove(("Namespace", "", name))

    def _contents(self, namespace: str) -> builtins.list[Object]:
        return [obj for obj in self.everything() if obj["metadata"].get("namespace") == namespace]


def _known(kind: str) -> Kind:
    found = KINDS.get(kind)
    if found is None:
        raise refusals.no_such_resource()
    return found


def _place(kind: Kind, namespace: str, name: str) -> tuple[str, str]:
    return (namespace if kind.namespaced else "", name)


def _key(kind: Kind, obj: Object) -> Key:
    metadata = obj["metadata"]
    return (kind.kind, *_place(kind, str(metadata.get("namespace", "")), str(metadata.get("name", ""))))


def _finalizers(obj: Object) -> builtins.list[str]:
    return builtins.list(obj["metadata"].get("finalizers") or [])
