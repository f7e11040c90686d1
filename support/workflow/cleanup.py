"""Finishing a run that died, from what its processes wrote down before they did anything."""

from collections.abc import Sequence

from support.domain.errors import CannotLook
from support.domain.journal import Act, Record
from support.domain.leftover import Leftover
from support.domain.names import RunId
from support.workflow.journalling import open_things
from support.workflow.plan import TARGET_NAMESPACE
from support.workflow.ports_in_use import Ports
from support.workflow.teardown import clear, look_around


def finish(ports: Ports, run: RunId, records: Sequence[Record]) -> list[Leftover]:
    """Remove what a dead run made; returns what is left over. A second call finds nothing to do.

    Raises CannotLook for another cluster or source than journalled, and login errors: exit code 2 of the command.
    """
    if not any(record.thing is not None for record in records):
        return []
    ports.cluster.login.connect()
    ports.source.platform.connect()
    here = {"cluster": ports.cluster.login.cluster_uid(), "source": ports.source.platform.instance_id()}
    _must_be_the_same(run, records, here)
    things = open_things(records)
    if things:
        ports.journal.opened({"run": run, "cleanup": "yes", **here})
    sweep = clear(ports, run, things)
    look_around(sweep, run, _places(records))
    if things:
        ports.journal.closed()
    return sweep.leftovers


def _must_be_the_same(run: RunId, records: Sequence[Record], here: dict[str, str]) -> None:
    for record in records:
        for side, now in here.items():
            then = record.details.get(side, now) if record.act is Act.OPENED else now
            if then != now:
                raise CannotLook(f"{run} worked on {side} {then}, but this is {side} {now}; point it at the first one")


def _places(records: Sequence[Record]) -> list[str]:
    """Every namespace the run worked in, "" for what lies in none."""
    things = [record.thing for record in records if record.thing is not None]
    return sorted(
        {""} | {thing.namespace for thing in things} | {thing.details.get(TARGET_NAMESPACE, "") for thing in things}
    )
