"""What all controllers of MTV share: the lab, the release it plays, and work that goes on between their passes."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.mtv.releases import Release

NAMESPACE = "openshift-mtv"
CONTROLLER = "forklift-controller"
POLL_SECONDS, LONG_SECONDS = 3.0, 30.0
"""Requeue constants of the controllers (facts/forklift.md 0.3), in emulated seconds."""


@dataclass(slots=True, kw_only=True)
class Toolkit:
    lab: Lab
    release: Release
    metrics: dict[str, list[float]] = field(default_factory=dict)
    """What conversion pods tell on their metrics port: per cent of each disk, by uid of the pod."""
    _labour: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something go on in the background until it ends or the lab stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._labour.add(task)
        task.add_done_callback(self._labour.discard)

    async def stop(self) -> None:
        labour = tuple(self._labour)
        for task in labour:
            task.cancel()
        await asyncio.gather(*labour, return_exceptions=True)

    def poll(self) -> float:
        """Wall seconds until a controller looks again."""
        return self.lab.clock.scaled(POLL_SECONDS)

    def setting(self, key: str, default: int) -> int:
        """A number of the ForkliftController; a quoted one is silently ignored (facts/forklift.md 6.2)."""
        controller = self.lab.store.get("ForkliftController", NAMESPACE, CONTROLLER) or Object(spec={})
        value = (controller.get("spec") or {}).get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def enabled(self, feature: str, *, default: bool) -> bool:
        """A feature flag of the ForkliftController, which is a string."""
        controller = self.lab.store.get("ForkliftController", NAMESPACE, CONTROLLER) or Object(spec={})
        return str((controller.get("spec") or {}).get(feature, str(default).lower())) == "true"
