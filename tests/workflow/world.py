"""A cluster and a source in memory, as far as removing things needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast
from unittest.mock import MagicMock

from support.domain.errors import ClusterError, SourceError
from support.domain.journal import Act, Record, Thing
from support.domain.migration import Condition, PlanState
from support.domain.names import RUN_LABEL, ObjectRef
from support.ports.cluster import Created
from support.workflow.ports_in_use import ClusterPorts, Ports, SourcePorts
from tests.workflow.nodes import MemoryNodes

Labels = dict[str, str]


@dataclass
class MemoryJournal:
    """Keeps records in a list that a test may cut short."""

    kept: list[Record] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def _key(self) -> str:
        return f"k{next(self._numbers)}-{id(self)}"

    def _add(self, act: Act, key: str, **more: Any) -> str:
        self.kept.append(Record(act=act, key=key, **more))
        return key

    def opened(self, details: Mapping[str, str]) -> None:
        self._add(Act.OPENED, self._key(), details=dict(details))

    def intent(self, thing: Thing) -> str:
        return self._add(Act.INTENT, self._key(), thing=thing)

    def noted(self, key: str, details: Mapping[str, str]) -> None:
        self._add(Act.NOTED, key, details=dict(details))

    def created(self, key: str, uid: str) -> None:
        self._add(Act.CREATED, key, uid=uid)

    def patching(self, thing: Thing) -> str:
        return self._add(Act.PATCHING, self._key(), thing=thing)

    def patched(self, key: str) -> None:
        self._add(Act.PATCHED, key)

    def gone(self, key: str) -> None:
        self._add(Act.GONE, key)

    def restored(self, key: str) -> None:
        self._add(Act.RESTORED, key)

    def closed(self) -> None:
        self._add(Act.CLOSED, self._key())

    def records(self) -> Sequence[Record]:
        return tuple(self.kept)


@dataclass
class PlanFeed:
    world: "World"
    ref: ObjectRef

    def latest(self) -> PlanState | None:
        if self.ref not in self.world.objects:
            return None
        standing = self.world.conditions.get(self.ref.name, [])
        return PlanState(
            ref=self.ref, uid="", observed=True, conditions=tuple(Condition(type=c, status=True) for c in standing)
        )

    def version(self) -> int:
        return 0

    def await_change(self, seen: int, seconds: float) -> int:
        raise AssertionError("nothing should be waited for here")


@dataclass
class World:
    """Objects by ref with uid and labels, source machines by id, the order of what was done."""

    objects: dict[ObjectRef, tuple[str, Labels]] = field(default_factory=dict)
    machines: dict[str, tuple[str, str]] = field(default_factory=dict)
    conditions: dict[str, list[str]] = field(default_factory=dict)
    holders: set[str] = field(default_factory=set)
    stuck: set[ObjectRef] = field(default_factory=set)
    refuses: set[ObjectRef] = field(default_factory=set)
    volumes: dict[str, list[tuple[ObjectRef, str, bool]]] = field(default_factory=dict)
    stubborn: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)
    nodes: MemoryNodes = field(default_factory=MemoryNodes)
    uid: str = "cluster-1"

    def put(self, ref: ObjectRef, **labels: str) -> Created:
        uid = f"uid-{ref.kind}-{ref.name}"
        self.objects[ref] = (uid, {key.replace("_", "-"): value for key, value in labels.items()})
        return Created(ref=ref, uid=uid)

    def put_ours(self, ref: ObjectRef, run: str) -> Created:
        made = self.put(ref)
        self.objects[ref] = (made.uid, {RUN_LABEL: run})
        return made

    # Objects

    def delete(self, ref: ObjectRef, uid: str) -> bool:
        if ref in self.refuses:
            raise ClusterError(f"{ref}: forbidden")
        if self.uid_of(ref) != uid:
            return False
        self.done.append(f"delete {ref.kind}")
        if ref not in self.stuck:
            del self.objects[ref]
            if ref.kind == "Namespace":
                self.objects = {each: kept for each, kept in self.objects.items() if each.namespace != ref.name}
        return True

    def uid_of(self, ref: ObjectRef) -> str | None:
        return self.objects[ref][0] if ref in self.objects else None

    def await_gone(self, refs: Sequence[tuple[ObjectRef, str]], seconds: float) -> list[ObjectRef]:
        return [ref for ref, uid in refs if self.uid_of(ref) == uid]

    def labelled(self, selector: Mapping[str, str], namespaces: Sequence[str]) -> list[tuple[ObjectRef, str]]:
        return [
            (ref, uid)
            for ref, (uid, labels) in self.objects.items()
            if ref.namespace in namespaces and selector.items() <= labels.items()
        ]

    def contents(self, namespace: str) -> list[tuple[ObjectRef, str]]:
        return [(ref, uid) for ref, (uid, _labels) in self.objects.items() if ref.namespace == namespace]

    # TargetMachines

    def made_by(self, migration_uid: str, namespaces: Sequence[str]) -> list[tuple[ObjectRef, str]]:
        return self.labelled({"migration": migration_uid}, namespaces)

    def volumes_of(self, namespace: str, claims: Sequence[str]) -> list[tuple[ObjectRef, str, bool]]:
        return [volume for claim in claims for volume in self.volumes.get(claim, [])]

    # Plans

    def follow_plan(self, ref: ObjectRef) -> PlanFeed:
        return PlanFeed(self, ref)

    def plan_of(self, migration: ObjectRef) -> ObjectRef | None:
        return next((ref for ref in self.objects if (ref.kind, ref.namespace) == ("Plan", migration.namespace)), None)

    def target_namespace_of(self, plan: ObjectRef) -> str:
        return self.targets.get(plan.name, "")

    def cancel(self, migration: ObjectRef, machine_ids: Sequence[str]) -> None:
        self.done.append(f"cancel {','.join(machine_ids)}")
        for ref in self.objects:
            if ref.kind == "Plan" and ref.namespace == migration.namespace:
                self.conditions.setdefault(ref.name, []).append("Canceled")

    def archive(self, plan: ObjectRef) -> None:
        self.done.append("archive")
        self.conditions.setdefault(plan.name, []).append("Archived")

    # Storage, source, login

    def release_profile(self, name: str, holder: str) -> None:
        self.holders.discard(holder)

    def settle_clone(self, task_id: str, clone: str, seconds: float) -> str | None:
        return next((machine for machine, (name, _notes) in self.machines.items() if name == clone), None)

    def delete_machine(self, machine_id: str, seconds: float) -> None:
        if machine_id in self.stubborn:
            raise SourceError(f"{machine_id}: the host is down")
        self.done.append("delete Machine")
        self.machines.pop(machine_id, None)

    def machines_of(self, run: str) -> list[tuple[str, str]]:
        return [(m, name) for m, (name, notes) in self.machines.items() if notes.split(" ")[0] == run]


def ports(world: World, journal: MemoryJournal) -> Ports:
    """Ports onto the world; what removing never asks for is a mock that would stand out."""
    login, platform, clones = MagicMock(), MagicMock(), MagicMock()
    login.cluster_uid.side_effect = lambda: world.uid
    platform.instance_id.return_value = "source-1"
    clones.settle_clone, clones.delete, clones.machines_of = (
        world.settle_clone,
        world.delete_machine,
        world.machines_of,
    )
    everything = cast("Any", world)
    cluster = ClusterPorts(
        login=login,
        objects=everything,
        namespaces=MagicMock(),
        health=MagicMock(),
        storage=everything,
        controller=MagicMock(),
        networks=MagicMock(),
        nodes=world.nodes,
        accounts=MagicMock(),
        providers=MagicMock(),
        plans=everything,
        targets=everything,
    )
    source = SourcePorts(platform=platform, clones=clones)
    return Ports(
        cluster=cluster, source=source, inventory=MagicMock(), guests=MagicMock(), journal=journal, tells=MagicMock()
    )
