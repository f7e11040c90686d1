"""Programs that were started in guests: they run a moment, and are remembered for five minutes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from lab.kernel.clock import Clock
from lab.world.model import Machine

_SECONDS = 0.5
_REMEMBERED = timedelta(minutes=5)
"""Wall time for which an exit code can be asked (facts/sources.md 1.17)."""


@dataclass(slots=True, kw_only=True)
class Program:
    """One process; `code` means something once it has ended."""

    pid: int
    name: str
    line: str
    owner: str
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    code: int = 0
    runner: asyncio.Task[None] | None = None

    def end(self, code: int) -> None:
        self.ended, self.code = datetime.now(UTC), code


@dataclass(slots=True)
class Programs:
    """Of all guests, by id of the machine."""

    clock: Clock
    _known: dict[str, dict[int, Program]] = field(default_factory=dict)
    _pids: "count[int]" = field(default_factory=lambda: count(2001))

    def start(self, machine: Machine, program: Program, work: Callable[[], int]) -> int:
        """`work` does what the program does and returns its exit code; it never comes to it when the power goes."""
        program.pid = next(self._pids)
        self._known.setdefault(machine.id, {})[program.pid] = program
        program.runner = asyncio.get_running_loop().create_task(self._run(machine, program, work))
        return program.pid

    async def _run(self, machine: Machine, program: Program, work: Callable[[], int]) -> None:
        await self.clock.work(_SECONDS, owner=machine.id, what="guest program")
        program.end(work())

    def of(self, machine: Machine) -> list[Program]:
        """Running ones, and those whose end is still remembered."""
        horizon = datetime.now(UTC) - _REMEMBERED
        known = self._known.get(machine.id, {})
        for pid in [pid for pid, it in known.items() if it.ended is not None and it.ended < horizon]:
            del known[pid]
        return list(known.values())

    def kill(self, machine: Machine, pid: int) -> bool:
        """False when no such program runs."""
        program = self._known.get(machine.id, {}).get(pid)
        if program is None or program.ended is not None or program.runner is None:
            return False
        program.runner.cancel()
        program.end(137)
        return True

    def forget(self, running: set[str]) -> None:
        """All programs of machines that do not run any more."""
        for identity in self._known.keys() - running:
            for program in self._known.pop(identity).values():
                if program.runner is not None:
                    program.runner.cancel()
