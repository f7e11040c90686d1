"""State behind the wire: sessions, events, jobs, and what is locked while a job works on it."""

import asyncio
import itertools
import sys
import traceback
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from lab.kernel.service import Lab
from lab.ovirt import events
from lab.ovirt.events import Events
from lab.ovirt.sessions import Sessions
from lab.world.ids import stable_uuid
from lab.world.model import Estate, Machine


@dataclass(slots=True, kw_only=True)
class Job:
    """Work that goes on after its request was answered."""

    id: str
    description: str
    owner: str
    """Name of the job's user."""
    started: datetime
    ended: datetime | None = None
    status: str = "started"
    """started, finished or failed."""
    runner: asyncio.Task[None] | None = None


@dataclass(slots=True)
class Engine:
    """One emulated engine; its machines are the estate's."""

    lab: Lab
    events: Events
    sessions: Sessions = field(default_factory=Sessions)
    jobs: dict[str, Job] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    """Ids of disks and snapshots that a job works on."""
    exits: dict[str, str] = field(default_factory=dict)
    """Machine id -> why it is about to be off, when it is not its guest that ends it."""
    _powers: dict[str, str] = field(default_factory=dict)
    """Machine id -> power as last seen, so that whoever changes it causes an event."""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def estate(self) -> Estate:
        return self.lab.world.ovirt

    @property
    def passing(self) -> dict[str, str]:
        """Machine id -> a status that its power does not tell: image_locked, wait_for_launch, powering_down."""
        return self.estate.passing

    def watch_power(self) -> None:
        """Note in the log whenever a machine of the estate starts or ends, whoever does it."""
        self._powers = {id_: machine.power for id_, machine in self.estate.machines.items()}
        self.lab.world.listen(self._power_changed)

    def _power_changed(self, machine: Machine | None) -> None:
        for each in self.estate.machines.values() if machine is None else (machine,):
            if each.id not in self.estate.machines:
                self._powers.pop(each.id, None)
            elif each.power != self._powers.get(each.id, "off"):
                self._powers[each.id] = each.power
                self._tell_power(each)

    def _tell_power(self, machine: Machine) -> None:
        if machine.power == "on":
            self.events.note(events.VM_RUN, machine, host=self.host_name(machine))
        else:
            why = self.exits.pop(machine.id, "User shut down from within the guest")
            self.events.note(events.VM_DOWN, machine, item=f"Exit message: {why}")

    def host_name(self, machine: Machine) -> str:
        return self.estate.hosts[machine.host].name

    async def begin(self, description: str, user: str, work: Coroutine[Any, Any, None]) -> Job:
        """Start a job and let it lock what it works on."""
        job = self.launch(description, user, work)
        await asyncio.sleep(0)
        return job

    def launch(self, description: str, user: str, work: Coroutine[Any, Any, None]) -> Job:
        """Start a job; if the lab itself fails it ends as failed, with a trace."""
        id_ = stable_uuid(f"ovirt job {next(self._numbers)}")
        job = Job(id=id_, description=description, owner=user, started=self.lab.clock.now())
        self.jobs[id_] = job
        job.runner = asyncio.get_running_loop().create_task(self._run(job, work))
        return job

    async def _run(self, job: Job, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
            job.status = "finished"
        except Exception:  # noqa: BLE001 - a job must end whatever happens
            traceback.print_exc(file=sys.stderr)
            job.status = "failed"
        finally:
            job.ended = self.lab.clock.now()

    @contextmanager
    def passing_through(self, machine: Machine, status: str) -> Iterator[None]:
        """A machine shows a status of its own for as long as this lasts."""
        self.passing[machine.id] = status
        self.lab.world.touch(machine)
        try:
            yield
        finally:
            self.passing.pop(machine.id, None)
            self.lab.world.touch(machine)

    @contextmanager
    def locking(self, *ids: str) -> Iterator[None]:
        self.locked.update(ids)
        try:
            yield
        finally:
            self.locked.difference_update(ids)

    async def stop(self) -> None:
        """End what is still going on because the lab ends."""
        runners = [job.runner for job in self.jobs.values() if job.runner is not None and not job.runner.done()]
        for runner in runners:
            runner.cancel()
        if runners:
            await asyncio.wait(runners)


def engine_of(lab: Lab) -> Engine:
    """The one engine of a lab, for whoever works on it without asking over the wire; made on first use."""
    return lab.part(Engine, partial(_started, lab))


def _started(lab: Lab) -> Engine:
    engine = Engine(lab, Events(lab.clock))
    engine.events.note(events.ENGINE_STARTED)
    engine.watch_power()
    return engine
