"""Finishing a run that died, from what its processes wrote down before they did anything."""

from collections.abc import Mapping, Sequence

from support.domain.errors import CannotLook
from support.domain.journal import Act, Record
from support.domain.leftover import Leftover
from support.domain.names import REMOTE, RunId
from support.workflow.host_keys import look_for_keys
from support.workflow.journalling import has_begun, open_things
from support.workflow.ports_in_use import Ports
from support.workflow.remote import REMOTE_CLUSTER, must_join
from support.workflow.removal.looking import look_around, places_of
from support.workflow.removal.removing import Sweep
from support.workflow.removal.store_folders import look_for_folders
from support.workflow.removal.teardown import clear
from support.workflow.tokens import CLUSTER, INSTANCE, log_in, log_in_to_source, revoke_tokens

_SETTINGS = {
    CLUSTER: "settings cluster_host or kubeconfig",
    INSTANCE: "settings source_provider, providers_file",
    REMOTE_CLUSTER: "settings remote_cluster_*",
}
"""Where a person says which side to work on."""


def finish(ports: Ports, run: RunId, records: Sequence[Record]) -> list[Leftover]:
    """Remove what a dead run made; returns what is left over. A second call finds nothing to do.

    Raises CannotLook for another cluster or source than journalled, and login errors: exit code 2 of the command.
    """
    if not any(record.thing is not None for record in records):
        return []
    log_in(ports)
    here = {CLUSTER: ports.cluster.login.cluster_uid()}
    if any(record.thing is not None and record.thing.cluster == REMOTE for record in records):
        here[REMOTE_CLUSTER] = must_join(ports)
    _must_be_the_same(run, records, here)
    things = open_things(records)
    sweep = _removed(ports, run, records, here) if has_begun(records) else Sweep(ports)
    revoke_tokens(sweep, things)
    return sweep.leftovers


def _removed(ports: Ports, run: RunId, records: Sequence[Record], here: Mapping[str, str]) -> Sweep:
    """Everything but tokens, by which alone nobody would ask a source that may not even answer."""
    log_in_to_source(ports)
    here = {**here, INSTANCE: ports.source.platform.instance_id()}
    _must_be_the_same(run, records, here)
    things = open_things(records)
    if things:
        ports.journal.opened({"run": run, "cleanup": "yes", **here})
    sweep = clear(ports, run, things)
    look_around(sweep, run, places_of(records))
    made = [record.thing for record in records if record.thing is not None]
    look_for_folders(sweep, made)
    look_for_keys(sweep, made)
    if things:
        ports.journal.closed()
    return sweep


def _must_be_the_same(run: RunId, records: Sequence[Record], here: Mapping[str, str]) -> None:
    telling = [record for record in records if record.act in (Act.OPENED, Act.NOTED)]
    for record in telling:
        for side, now in here.items():
            then = record.details.get(side, now)
            if then != now:
                advice = f"point it at the first one ({_SETTINGS[side]})"
                raise CannotLook(f"{run} worked on {side} {then}, but this is {side} {now}; {advice}")
