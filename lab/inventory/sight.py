"""What MTV's inventory currently knows of a source platform: its machines as they were a moment ago."""

import asyncio
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from lab.kernel.service import Lab
from lab.world.model import GuestAddress, Machine
from lab.world.sources import Named, Source, source_named

VALIDATION_SECONDS = 1.5
"""Emulated seconds until forklift-validation has judged what is new (forklift.md 5.9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One machine as the collector last stored it; `validated < revision` until its concerns are computed."""

    machine: Machine
    revision: int = 1
    validated: int = 1
    told: tuple[GuestAddress, ...] = ()
    """Addresses as the guest's tools told them last: Forklift keeps them when a machine goes down."""
    state: str = ""
    """What the platform said of it while a job had it."""


Follower = Callable[[Known | None, Known | None], None]
"""Gets what was stored before and what is now; None for nothing."""


@dataclass(slots=True)
class Sight:
    """Follows `World.touch`; every change is seen once it is as old as the source's lag, batches of changes together.

    It starts with the World as it is: a Provider's first load is the Provider controller's time, not ours.
    """

    lab: Lab
    source: Source
    machines: dict[str, Known] = field(default_factory=dict)
    followers: list[Follower] = field(default_factory=list)
    """Told of every stored change."""
    _learning: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.machines = {
            id_: Known(machine=deepcopy(machine), told=_told(machine), state=self.source.state(id_))
            for id_, machine in self.source.machines().items()
        }
        self.lab.world.listen(self._note)

    def machine(self, ref: str) -> Machine | None:
        """The machine of this id, or the only one of this name; None when unknown, ambiguous or not seen yet."""
        known = self.machines.get(ref)
        if known is not None:
            return known.machine
        named = self.machines_named(ref)
        return named[0] if len(named) == 1 else None

    def machines_named(self, name: str) -> list[Machine]:
        """All machines of this name; a plan that names one of several is ambiguous."""
        return [known.machine for known in self.machines.values() if known.machine.name == name]

    def told(self, id_: str) -> tuple[GuestAddress, ...]:
        """Addresses that a machine's guest was last known to have; none when its tools never ran."""
        known = self.machines.get(id_)
        return known.told if known is not None else ()

    def network(self, ref: str) -> Named | None:
        """By id or name. Networks and stores never change while a lab runs, so they have no lag."""
        return _found(self.source.networks(), ref)

    def store(self, ref: str) -> Named | None:
        """By id or name."""
        return _found(self.source.stores(), ref)

    def stop(self) -> None:
        """Learn nothing more."""
        for task in self._learning.values():
            task.cancel()
        self._learning.clear()

    def _note(self, machine: Machine | None) -> None:
        for id_ in self._outdated() if machine is None else [machine.id] if self._ours(machine.id) else []:
            if id_ not in self._learning:
                self._learning[id_] = asyncio.get_running_loop().create_task(self._learn(id_))

    def _ours(self, id_: str) -> bool:
        return id_ in self.machines or id_ in self.source.machines()

    def _outdated(self) -> list[str]:
        there = self.source.machines()
        gone = [id_ for id_ in self.machines if id_ not in there]
        return gone + [id_ for id_, machine in there.items() if self._differs(id_, machine)]

    def _differs(self, id_: str, machine: Machine) -> bool:
        known = self.machines.get(id_)
        return known is None or known.machine != machine or known.state != self.source.state(id_)

    async def _learn(self, id_: str) -> None:
        try:
            await self.lab.clock.work(self.source.lag, owner=id_, what="inventory lag")
        finally:
            self._learning.pop(id_, None)
        machine = self.source.machines().get(id_)
        if machine is None:
            self._store(id_, None)
        elif self._differs(id_, machine):
            before = self.machines.get(id_, Known(machine=machine, revision=0, validated=0))
            now = replace(before, machine=deepcopy(machine), told=_told(machine) or before.told)
            now = replace(now, state=self.source.state(id_))
            self._store(id_, replace(now, revision=before.revision + 1))
            await asyncio.sleep(self.lab.clock.scaled(VALIDATION_SECONDS))
            self._validate(id_)

    def _store(self, id_: str, known: Known | None) -> None:
        before = self.machines.pop(id_, None)
        if known is not None:
            self.machines[id_] = known
        if before != known:
            for follower in tuple(self.followers):
                follower(before, known)

    def _validate(self, id_: str) -> None:
        known = self.machines.get(id_)
        if known is not None:
            self._store(id_, replace(known, validated=known.revision))


def _told(machine: Machine) -> tuple[GuestAddress, ...]:
    """What running tools tell; nothing while they do not run."""
    return tuple(deepcopy(machine.guest.addresses)) if machine.guest_up else ()


def _found(things: Mapping[str, Named], ref: str) -> Named | None:
    return things.get(ref) or next((thing for thing in things.values() if thing.name == ref), None)


def sight_of(lab: Lab, kind: str = "vsphere") -> Sight:
    """The one sight of a platform that inventory and Plan validation of a lab share; made on first use."""
    return lab.part(Sight, lambda: Sight(lab, source_named(lab.world, kind)), kind)
