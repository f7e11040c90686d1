"""Tasks: work that goes on after its call was answered, and that anybody can find again."""

import asyncio
import itertools
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lab.kernel.clock import Clock
from lab.vcenter.changes import Changes
from lab.vcenter.faults import Refused, canceled, task_in_progress
from lab.vcenter.objects import View
from lab.vcenter.sdk import moid, ref, support, vim, vmodl

RECENT = timedelta(minutes=10)
"""How long a finished task stays in `recentTask`."""


@dataclass(slots=True, kw_only=True)
class Job:
    """One task; `work` moves its progress."""

    id: str
    method: Any
    description: str
    entity: Any
    entity_name: str
    user: str
    clock: Clock
    changes: Changes
    exclusive: bool
    state: str = "queued"
    progress: int | None = None
    result: Any = None
    error: Any = None
    cancelable: bool = False
    cancelled: bool = False
    queued: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: datetime | None = None
    completed: datetime | None = None
    _runner: asyncio.Task[None] | None = None

    @property
    def ref(self) -> Any:
        return ref(vim.Task, self.id)

    @property
    def finished(self) -> bool:
        return self.completed is not None

    async def work(self, seconds: float, what: str, *, until: int = 95, steps: int = 4) -> None:
        """Spend emulated seconds in equal steps, so that progress is seen to move."""
        begin = self.progress or 0
        for step in range(1, steps + 1):
            await self.clock.work(seconds / steps, owner=self.id, what=what)
            self.progress = begin + (until - begin) * step // steps
            self.changes.tell()

    def cancel(self) -> None:
        """Ask a running task to stop; raises NotSupported for one that cannot, InvalidState for a finished one."""
        if self.finished:
            raise Refused(vim.fault.InvalidState(), "The task has already finished.")
        if not self.cancelable or self._runner is None:
            raise Refused(vmodl.fault.NotSupported(), "The task cannot be canceled.")
        self.cancelled = True
        self._runner.cancel()

    def run(self, body: Callable[["Job"], Awaitable[Any]]) -> None:
        self._runner = asyncio.get_running_loop().create_task(self._run(body))
        self._runner.add_done_callback(lambda _runner: self._close())

    async def _run(self, body: Callable[["Job"], Awaitable[Any]]) -> None:
        self.state, self.started, self.progress = "running", datetime.now(UTC), 0
        self.changes.tell()
        try:
            self.result = await body(self)
            self.state, self.progress = "success", None
        except Refused as refusal:
            self._fail(refusal)
        except asyncio.CancelledError:
            self._fail(canceled())
        except Exception:  # noqa: BLE001 - a task must end whatever happens; the trace goes to the lab's log
            traceback.print_exc(file=sys.stderr)
            self._fail(Refused(vmodl.fault.SystemError(reason="embedded lab"), "The embedded lab failed; see its log."))

    def _close(self) -> None:
        """The end of every task, also of one that was cancelled before its first step."""
        if self.state not in ("success", "error"):
            self._fail(canceled())
        self.completed, self.cancelable = datetime.now(UTC), False
        self.changes.tell()

    def _fail(self, refusal: Refused) -> None:
        self.state, self.error = "error", refusal.fault
        self.error.msg = refusal.message

    async def abort(self) -> None:
        """Stop it because the lab stops."""
        if self._runner is not None and not self._runner.done():
            self._runner.cancel()
            await asyncio.wait([self._runner])


@dataclass(slots=True)
class Tasks:
    """All tasks since the lab started."""

    clock: Clock
    changes: Changes
    jobs: dict[str, Job] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def start(self, work: "Work", body: Callable[[Job], Awaitable[Any]], *, user: str, exclusive: bool = True) -> Any:
        """Begin a task and return its reference; one exclusive task per entity at a time, else TaskInProgress."""
        if exclusive:
            self.refuse_when_busy(work.entity)
        job = Job(
            id=f"task-{next(self._numbers)}",
            method=support.GetWsdlMethod("urn:vim25", work.method),
            description=work.description,
            entity=work.entity,
            entity_name=work.entity_name,
            user=user,
            clock=self.clock,
            changes=self.changes,
            exclusive=exclusive,
            cancelable=work.cancelable,
        )
        self.jobs[job.id] = job
        job.run(body)
        return job.ref

    def refuse_when_busy(self, entity: Any) -> None:
        for job in self.jobs.values():
            if not job.finished and job.exclusive and moid(job.entity) == moid(entity):
                raise task_in_progress(job.ref)

    def recent(self, entity: str | None = None) -> list[Any]:
        """Unfinished tasks and those that finished lately, oldest first."""
        horizon = datetime.now(UTC) - RECENT
        return [
            job.ref
            for job in self.jobs.values()
            if (job.completed is None or job.completed > horizon) and (entity is None or moid(job.entity) == entity)
        ]

    def find(self, identity: str) -> View | None:
        job = self.jobs.get(identity)
        return View(job.ref, {"info": lambda: task_info(job)}) if job is not None else None

    async def stop(self) -> None:
        for job in self.jobs.values():
            await job.abort()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a task says about itself."""

    method: str
    """Wire name, such as CloneVM_Task."""
    description: str
    """descriptionId, such as VirtualMachine.clone."""
    entity: Any
    entity_name: str
    cancelable: bool = False


def task_info(job: Job) -> Any:
    """TaskInfo; `entity` only for managed entities, since pyVmomi refuses others."""
    entity = job.entity if isinstance(job.entity, vim.ManagedEntity) else None
    return vim.TaskInfo(
        key=job.id,
        task=job.ref,
        name=job.method,
        descriptionId=job.description,
        entity=entity,
        entityName=job.entity_name,
        state=job.state,
        cancelled=job.cancelled,
        cancelable=job.cancelable,
        error=job.error,
        result=job.result,
        progress=job.progress,
        reason=vim.TaskReasonUser(userName=job.user),
        queueTime=job.queued,
        startTime=job.started,
        completeTime=job.completed,
        eventChainId=int(job.id.removeprefix("task-")),
    )
