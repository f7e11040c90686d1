"""Wakes whoever waits for something to change."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Changes:
    """One event for the whole vCenter; waiters look for themselves what is new."""

    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def tell(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float | None) -> bool:
        """Return True on a change, False after so many wall seconds without one."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True
