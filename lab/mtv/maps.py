"""NetworkMaps and StorageMaps: sources resolved to id and name, destinations looked up."""

from collections.abc import Callable, Iterable

from lab.cluster.clients import Objects
from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.conditions import CRITICAL, READY, REQUIRED, WARN, Condition, blockers
from lab.mtv.destinations import destination_of
from lab.mtv.pairs import pair_of
from lab.mtv.platforms import Knows, knowledge_of, platform_of
from lab.mtv.references import item, points_at
from lab.mtv.statuses import report
from lab.mtv.toolkit import LONG_SECONDS, Toolkit
from lab.virtualization.anatomy import deleting, name_of, namespace_of
from lab.world.sources import Named

Find = Callable[[Knows, str], Named | None]


class Maps:
    """One kind of map; what is mapped differs, how it is judged does not (facts/forklift.md 1.2)."""

    def __init__(self, toolkit: Toolkit, subject: str, destinations: str, find: Find) -> None:
        """`subject` is Network or Storage, `destinations` the kind that its destinations are."""
        self._toolkit, self._lab = toolkit, toolkit.lab
        self._subject, self._find, self._kind = subject, find, f"{subject}Map"
        self.watches: tuple[str, ...] = (self._kind, "Provider", destinations)

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == self._kind:
            return (Ref(self._kind, namespace_of(obj), name_of(obj)),)
        maps = self._lab.store.list(self._kind)
        if obj["kind"] == "Provider":
            maps = [map_ for map_ in maps if _uses(map_, obj)]
        return [Ref(self._kind, namespace_of(map_), name_of(map_)) for map_ in maps]

    async def reconcile(self, ref: Ref) -> float | None:
        map_ = self._lab.store.get(self._kind, ref.namespace, ref.name)
        if map_ is None or deleting(map_):
            return None
        pair = pair_of(self._lab, map_["spec"].get("provider"))
        conditions = list(pair.conditions)
        references: list[Object] | None = None
        if pair.source is not None and not conditions:
            references = self._sources(map_, pair.source, conditions)
            conditions += self._destinations(map_, destination_of(self._lab, pair.destination).client)
        if not blockers(conditions):
            message = f"The {self._subject.lower()} map is ready."
            conditions.append(Condition(type=READY, category=REQUIRED, message=message))
        report(self._lab, map_, conditions, {"references": references})
        return self._lab.clock.scaled(LONG_SECONDS) if not blockers(conditions) else self._toolkit.poll()

    def _sources(self, map_: Object, provider: Object, conditions: list[Condition]) -> list[Object]:
        """Resolved sources; an unknown one only warns, and the Plan complains later."""
        type_, what = f"Source{self._subject}NotValid", self._subject.lower()
        platform, sight = platform_of(self._lab, provider), knowledge_of(self._lab, provider)
        found: list[Object] = []
        unknown: list[str] = []
        for entry in map_["spec"].get("map") or []:
            source = entry.get("source") or {}
            if not any(source.get(key) for key in ("id", "name", "type")):
                message = f"Source {what}: either `ID` or `Name` required."
                conditions.append(Condition(type=type_, category=CRITICAL, reason="NotSet", message=message))
                continue
            known = self._find(sight, platform.key(source))
            if known is None:
                unknown.append(item(source))
                continue
            resolved = platform.resolved(source, known)
            if resolved not in found:
                found.append(resolved)
        if unknown:
            message = f"Source {what} not found."
            missing = Condition(type=type_, category=WARN, reason="NotFound", message=message, items=tuple(unknown))
            conditions.append(missing)
        return found

    def _destinations(self, map_: Object, client: Objects) -> list[Condition]:
        entries = map_["spec"].get("map") or []
        if self._subject == "Network":
            return _networks(client, entries)
        return _classes(client, entries, blind=chosen(self._lab, Fault.STORAGE_MAP))


def _uses(map_: Object, provider: Object) -> bool:
    wanted = map_["spec"].get("provider") or {}
    return any(points_at(wanted.get(side), provider) for side in ("source", "destination"))


def _networks(client: Objects, entries: Iterable[Object]) -> list[Condition]:
    wanted = [entry["destination"] for entry in entries if entry["destination"].get("type") == "multus"]
    ambiguous = tuple(str(item.get("name", "")) for item in wanted if not item.get("namespace"))
    missing = tuple(
        f"{item['namespace']}/{item.get('name', '')}"
        for item in wanted
        if item.get("namespace")
        and client.get("NetworkAttachmentDefinition", item["namespace"], item.get("name", "")) is None
    )
    shown = (
        ("NotFound", "Destination network (NAD) not found.", missing),
        ("Ambiguous", "Destination network (NAD) namespace required.", ambiguous),
    )
    type_ = "DestinationNetworkNotValid"
    return [
        Condition(type=type_, category=CRITICAL, reason=reason, message=message, items=items)
        for reason, message, items in shown
        if items
    ]


def _classes(client: Objects, entries: Iterable[Object], *, blind: bool) -> list[Condition]:
    wanted = [str(entry["destination"].get("storageClass") or "") for entry in entries]
    missing = tuple(name for name in wanted if name and (blind or client.get("StorageClass", "", name) is None))
    if not missing:
        return []
    message = "Destination storage not found."
    type_ = "DestinationStorageNotValid"
    return [Condition(type=type_, category=CRITICAL, reason="NotFound", message=message, items=missing)]


def network_maps(toolkit: Toolkit) -> Maps:
    return Maps(toolkit, "Network", "NetworkAttachmentDefinition", lambda sight, ref: sight.network(ref))


def storage_maps(toolkit: Toolkit) -> Maps:
    return Maps(toolkit, "Storage", "StorageClass", lambda sight, ref: sight.store(ref))
