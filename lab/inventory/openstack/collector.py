"""What MTV's collector found at its last look at the cloud: it polls, so everything is seen late and at once."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lab.inventory.openstack import blocks, places, servers
from lab.inventory.openstack.form import Form
from lab.kernel.service import Lab
from lab.world.cloud import Cloud
from lab.world.model import Machine

POLL_SECONDS = 10.0
"""Emulated seconds between two looks (facts/forklift.md 5.9)."""
VALIDATION_SECONDS = 1.5
"""Emulated seconds until forklift-validation has judged a server that is new or has changed."""

FORMS: Mapping[str, Callable[[Cloud], Iterable[Form]]] = {
    "vms": servers.servers,
    "networks": places.networks,
    "subnets": places.subnets,
    "volumes": blocks.volumes,
    "volumetypes": blocks.volume_types,
    "snapshots": blocks.snapshots,
    "images": blocks.images,
    "flavors": servers.flavors,
    "projects": places.projects,
    "regions": places.regions,
}
"""By collection of the inventory; forms share nothing with the cloud that could change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One row of the database; `validated < revision` until the concerns of a server are computed."""

    form: Form
    revision: int = 1
    validated: int = 1


@dataclass(slots=True)
class Collector:
    """Looks at the cloud at the beats of its own clock; a beat in which nothing has changed is not waited for.

    It starts with the cloud as it is: a Provider's first load is the Provider controller's time, not ours.
    """

    lab: Lab
    rows: dict[str, dict[str, Stored]] = field(default_factory=dict)
    """Collection -> id -> row."""
    _began: float = field(default_factory=time.monotonic)
    _going: set[asyncio.Task[None]] = field(default_factory=set)
    _due: bool = False

    def __post_init__(self) -> None:
        for collection, forms in FORMS.items():
            self.rows[collection] = {form.id: Stored(form=form) for form in forms(self.lab.world.cloud)}
        self.lab.world.listen(self._note)

    def stop(self) -> None:
        """Look no more."""
        for task in self._going:
            task.cancel()

    def _note(self, _machine: Machine | None) -> None:
        if not self._due:
            self._due = True
            self._start(self._look())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _look(self) -> None:
        beat = self.lab.clock.scaled(POLL_SECONDS)
        await asyncio.sleep(beat - (time.monotonic() - self._began) % beat)
        self._due = False
        for collection, forms in FORMS.items():
            self._compare(collection, {form.id: form for form in forms(self.lab.world.cloud)})

    def _compare(self, collection: str, found: Mapping[str, Form]) -> None:
        rows = self.rows[collection]
        for id_ in rows.keys() - found.keys():
            del rows[id_]
        for id_, form in found.items():
            before = rows.get(id_)
            if before is None or before.form != form:
                rows[id_] = self._stored(collection, form, before)

    def _stored(self, collection: str, form: Form, before: Stored | None) -> Stored:
        revision = before.revision + 1 if before is not None else 1
        if collection != "vms":
            return Stored(form=form, revision=revision, validated=revision)
        self._start(self._validate(form.id))
        return Stored(form=form, revision=revision, validated=before.validated if before is not None else 0)

    async def _validate(self, server: str) -> None:
        await asyncio.sleep(self.lab.clock.scaled(VALIDATION_SECONDS))
        row = self.rows["vms"].get(server)
        if row is not None:
            self.rows["vms"][server] = replace(row, validated=row.revision)


def collector_of(lab: Lab) -> Collector:
    """The one collector of a lab's cloud; made on first use."""
    return lab.part(Collector, lambda: Collector(lab))
