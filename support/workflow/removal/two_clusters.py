"""Two clusters as one, for removing and looking: a reference says which one it means, and both are looked through.

What is one already may be joined with a third.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from support.domain.names import ObjectRef
from support.domain.populating import FailedPopulator
from support.domain.target import TargetMachine
from support.ports.cluster import Arrival, Feed, Objects, Overhears, TargetMachines
from support.workflow.ports_in_use import ClusterPorts, Destination

Found = list[tuple[ObjectRef, str]]


def as_one(here: ClusterPorts, other: Destination) -> ClusterPorts:
    """The ports of MTV's own cluster, whose objects and leavings of migrations are those of both.

    The other one is only asked once somebody has joined it.
    """
    return replace(here, objects=_Objects(here.objects, other), targets=_Targets(here.targets, other))


class _Objects:
    """Port `Objects`."""

    def __init__(self, here: Objects, other: Destination) -> None:
        self._here = here
        self._other = other

    def delete(self, ref: ObjectRef, uid: str) -> bool:
        return self._of(ref).delete(self._plain(ref), uid)

    def uid_of(self, ref: ObjectRef) -> str | None:
        return self._of(ref).uid_of(self._plain(ref))

    def await_gone(self, refs: Sequence[tuple[ObjectRef, str]], seconds: float) -> list[ObjectRef]:
        """One after the other: what is slow on one cluster leaves the other time to finish."""
        here = [each for each in refs if each[0].cluster != self._other.name]
        there = [(self._plain(ref), uid) for ref, uid in refs if ref.cluster == self._other.name]
        left = self._here.await_gone(here, seconds) if here else []
        far = self._other.cluster.objects.await_gone(there, seconds) if there else []
        return [*left, *(self._named(ref) for ref in far)]

    def labelled(self, selector: Mapping[str, str], namespaces: Sequence[str]) -> Found:
        return self._both(lambda objects: objects.labelled(selector, namespaces))

    def contents(self, namespace: str) -> Found:
        return self._both(lambda objects: objects.contents(namespace))

    def _of(self, ref: ObjectRef) -> Objects:
        return self._other.cluster.objects if ref.cluster == self._other.name else self._here

    def _both(self, look: Callable[[Objects], Found]) -> Found:
        far = look(self._other.cluster.objects) if self._other.joined() else []
        return [*look(self._here), *((self._named(ref), uid) for ref, uid in far)]

    def _named(self, ref: ObjectRef) -> ObjectRef:
        return replace(ref, cluster=self._other.name)

    def _plain(self, ref: ObjectRef) -> ObjectRef:
        """As the cluster itself names it."""
        return replace(ref, cluster="") if ref.cluster == self._other.name else ref


class _Targets:
    """Port `TargetMachines`: machines here are followed and read, what MTV made is looked for on both clusters."""

    def __init__(self, here: TargetMachines, other: Destination) -> None:
        self._here = here
        self._other = other

    def follow(self, namespace: str, name: str) -> Feed[Arrival]:
        return self._here.follow(namespace, name)

    def follow_made(self, namespace: str, migration_uid: str) -> Feed[frozenset[ObjectRef]]:
        return self._here.follow_made(namespace, migration_uid)

    def describe(self, namespace: str, name: str) -> TargetMachine:
        return self._here.describe(namespace, name)

    def failed_populator(self, namespace: str, claim_uid: str) -> FailedPopulator | None:
        return self._here.failed_populator(namespace, claim_uid)

    def overhear(self, namespace: str, migration_uid: str) -> Overhears:
        return self._here.overhear(namespace, migration_uid)

    def made_by(self, migration_uid: str, namespaces: Sequence[str]) -> Found:
        far = self._other.cluster.targets.made_by(migration_uid, namespaces) if self._other.joined() else []
        return [*self._here.made_by(migration_uid, namespaces), *((self._named(ref), uid) for ref, uid in far)]

    def volumes_of(self, namespace: str, claims: Sequence[str]) -> list[tuple[ObjectRef, str, bool]]:
        found = self._here.volumes_of(namespace, claims)
        far: Iterable[tuple[ObjectRef, str, bool]] = ()
        if self._other.joined():
            far = self._other.cluster.targets.volumes_of(namespace, claims)
        return [*found, *((self._named(ref), uid, retained) for ref, uid, retained in far)]

    def _named(self, ref: ObjectRef) -> ObjectRef:
        return replace(ref, cluster=self._other.name)
