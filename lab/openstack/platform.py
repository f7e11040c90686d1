"""What the services of one cloud share: its state, tokens, microversions and the work that is going on."""

import asyncio
import sys
import traceback
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from lab.kernel.service import Lab
from lab.openstack.tokens import Tokens
from lab.world.cloud import Cloud

Version = tuple[int, int]


@dataclass(slots=True)
class Works:
    """What goes on after its request was answered, by the id of the thing that it is about."""

    _going: dict[str, set[asyncio.Task[None]]] = field(default_factory=dict)

    def start(self, owner: str, body: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin it; whoever awaits the task must shield it."""
        task = asyncio.get_running_loop().create_task(_logged(body))
        self._going.setdefault(owner, set()).add(task)
        task.add_done_callback(lambda done: self._forget(owner, done))
        return task

    def _forget(self, owner: str, task: asyncio.Task[None]) -> None:
        left = self._going.get(owner, set())
        left.discard(task)
        if not left:
            self._going.pop(owner, None)

    def cancel(self, owner: str) -> None:
        """Give up what is going on with a thing that is about to be deleted."""
        for task in tuple(self._going.get(owner, ())):
            task.cancel()

    @property
    def owners(self) -> set[str]:
        return set(self._going)

    async def stop(self) -> None:
        tasks = [task for tasks in self._going.values() for task in tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


async def _logged(body: Coroutine[Any, Any, None]) -> None:
    try:
        await body
    except Exception:  # noqa: BLE001 - nobody waits for it; the trace goes to the lab's log
        traceback.print_exc(file=sys.stderr)


@dataclass(slots=True, kw_only=True)
class Platform:
    """One cloud behind the wire."""

    lab: Lab
    tokens: Tokens
    works: Works = field(default_factory=Works)
    newest: dict[str, Version] = field(default_factory=lambda: {"compute": (2, 96), "volume": (3, 71)})
    """The newest microversion of each service that has them: nova of 2024.1, cinder of 2023.1 and later."""

    @property
    def cloud(self) -> Cloud:
        return self.lab.world.cloud

    async def work(self, owner: str, seconds: float, what: str) -> None:
        """Let emulated seconds pass."""
        await self.lab.clock.work(seconds, owner=owner, what=what)

    def touch(self, *things: Any) -> None:
        """Something changed; servers among the things note when."""
        for thing in things:
            if hasattr(thing, "updated"):
                thing.updated = self.lab.clock.stamp()
        self.lab.world.touch()


def platform_of(lab: Lab) -> Platform:
    """The one cloud of a lab, for whoever works on it without asking over the wire; made on first use."""
    lifetime = lab.noise.jitter.tokens
    return lab.part(Platform, lambda: Platform(lab=lab, tokens=Tokens(lifetime) if lifetime else Tokens()))
