"""Target machines: watched until they settle, read once, and found again by what MTV labelled."""

from collections.abc import Mapping, Sequence

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.gathering import gather
from support.adapters.openshift.joined import Joined
from support.adapters.openshift.overhearing import Overhearing, talkers
from support.adapters.openshift.populators import failed_populator, pods_of
from support.adapters.openshift.readings import ref_of, uid_of
from support.adapters.openshift.readings_machines import arrival, target_machine
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef
from support.domain.populating import FailedPopulator
from support.domain.target import TargetMachine
from support.ports.cluster import Arrival, Feed

_MIGRATION_LABEL = "migration"
"""Carries the Migration's uid on everything MTV makes for it (forklift.md 3.1)."""

_MADE = ("VirtualMachine", "DataVolume", "PersistentVolumeClaim", "Pod", "Job", "Secret", "ConfigMap", "Conversion")

_Maybe = tuple[Object | None]
"""An object or its absence; a feed's own None says that nothing was listed yet."""


class OpenShiftTargets:
    """The port TargetMachines."""

    def __init__(self, api: Api, feeds: Feeds) -> None:
        self._api = api
        self._feeds = feeds

    def follow(self, namespace: str, name: str) -> Feed[Arrival]:
        def pick(objects: Mapping[str, Object]) -> _Maybe:
            return (objects.get(name),)

        machine = self._feeds.follow("VirtualMachine", namespace, pick)
        instance = self._feeds.follow("VirtualMachineInstance", namespace, pick)
        return Joined(machine, instance, lambda first, second: arrival(first[0], second[0]))

    def follow_made(self, namespace: str, migration_uid: str) -> Feed[frozenset[ObjectRef]]:
        def pick(objects: Mapping[str, Object]) -> frozenset[ObjectRef]:
            return frozenset(ref_of(obj) for obj in objects.values() if _migration_of(obj) == migration_uid)

        def pick_helpers(objects: Mapping[str, Object]) -> frozenset[ObjectRef]:
            return frozenset(ref_of(obj) for obj in _helpers(objects, migration_uid))

        def follow(kind: str) -> Feed[frozenset[ObjectRef]]:
            return self._feeds.follow(kind, namespace, pick)

        claims = self._feeds.follow("PersistentVolumeClaim", namespace, pick_helpers)
        populators = self._feeds.follow("Pod", namespace, lambda pods: _populators(pods, migration_uid))
        secrets = self._feeds.follow("Secret", namespace, lambda objects: _unowned(objects, migration_uid))
        return Joined(Joined(follow("DataVolume"), secrets, _union), Joined(claims, populators, _union), _union)

    def describe(self, namespace: str, name: str) -> TargetMachine:
        """Machine, instance and claims; with an agent also the guest's host name. Raises ClusterError."""
        ref = ObjectRef("VirtualMachine", name, namespace)
        machine = self._api.get(ref)
        if machine is None:
            raise ClusterError(f"{ref}: not found, expected a machine to describe")
        return target_machine(gather(self._api, machine))

    def made_by(self, migration_uid: str, namespaces: Sequence[str]) -> list[tuple[ObjectRef, str]]:
        """Of the kinds MTV makes and this cluster serves; Conversions exist from MTV 2.12 on (forklift.md 0.2)."""
        kinds = [kind for kind in _MADE if self._api.find_kind(kind) is not None]
        places = [namespace for namespace in dict.fromkeys(namespaces) if namespace]
        return [
            (ref_of(obj), uid_of(obj))
            for namespace in places
            for kind in kinds
            for obj in self._api.list(kind, namespace, {_MIGRATION_LABEL: migration_uid})
        ]

    def failed_populator(self, namespace: str, claim_uid: str) -> FailedPopulator | None:
        return failed_populator(self._api, namespace, claim_uid)

    def overhear(self, namespace: str, migration_uid: str) -> Overhearing:
        feed = self._feeds.follow("Pod", namespace, lambda pods: talkers(pods, migration_uid))
        listening = Overhearing(self._api, namespace, feed)
        listening.start()
        return listening

    def volumes_of(self, namespace: str, claims: Sequence[str]) -> list[tuple[ObjectRef, str, bool]]:
        """Asked while the claims are there: a volume is found by its claim. Unbound claims have none."""
        wanted = set(claims)
        bound = self._api.list("PersistentVolumeClaim", namespace) if wanted else []
        names = [
            each["spec"]["volumeName"]
            for each in bound
            if each["metadata"]["name"] in wanted and (each.get("spec") or {}).get("volumeName")
        ]
        volumes = [self._api.get(ObjectRef("PersistentVolume", name)) for name in names]
        return [(ref_of(each), uid_of(each), _retained(each)) for each in volumes if each is not None]


def _union(first: frozenset[ObjectRef], second: frozenset[ObjectRef]) -> frozenset[ObjectRef]:
    return first | second


def _unowned(secrets: Mapping[str, Object], migration_uid: str) -> frozenset[ObjectRef]:
    """Without those of a disk that an array copied, which live as long as its claim does (forklift.md 4.2).

    The one that they were made from belongs to a claim, too, but MTV removes it: only that one says what it is for.
    """
    mine = {name: obj for name, obj in secrets.items() if _migration_of(obj) == migration_uid}
    return frozenset(
        ref_of(obj) for obj in mine.values() if "PersistentVolumeClaim" not in _owners(obj) or _is_base(obj)
    )


def _is_base(secret: Object) -> bool:
    return "isPopulator" in (secret["metadata"].get("labels") or {})


def _owners(obj: Object) -> set[str]:
    return {str(each.get("kind")) for each in obj["metadata"].get("ownerReferences") or ()}


def _helpers(claims: Mapping[str, Object], migration_uid: str) -> list[Object]:
    """Claims that a migration's own are filled through; named after those, labelled or not (openshift.md 4.1)."""
    uids = {uid_of(claim) for claim in claims.values() if _migration_of(claim) == migration_uid}
    names = {name for uid in uids for name in (f"prime-{uid}", f"prime-{uid}-scratch")}
    return [claim for name, claim in claims.items() if name in names]


def _populators(pods: Mapping[str, Object], migration_uid: str) -> frozenset[ObjectRef]:
    """Not the conversion pod, which MTV keeps on purpose (forklift.md 3.2, 4.2)."""
    return frozenset(map(ref_of, pods_of(pods, migration_uid)))


def _migration_of(obj: Object) -> str | None:
    found: str | None = (obj["metadata"].get("labels") or {}).get(_MIGRATION_LABEL)
    return found


def _retained(volume: Object) -> bool:
    return bool((volume.get("spec") or {}).get("persistentVolumeReclaimPolicy") == "Retain")
