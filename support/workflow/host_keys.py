"""MTV's key on the ESXi host that clones run on: let in once per run, marked as the run's, and taken out again."""

from collections.abc import Sequence
from functools import partial

from support.domain.errors import SourceError, StartError, SuiteError
from support.domain.journal import OpenThing, Realm, Thing
from support.domain.migration import ProviderState
from support.domain.names import ObjectRef, RunId
from support.ports.host_keys import HostKeys
from support.workflow.blockers import stop_when_provider_lost
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.removal.removing import Sweep

HOST_KEY = "HostKey"
"""Kind of a line among a host's keys in the journal; its name is the host's."""
CLONE_METHOD = "esxiCloneMethod"
"""Provider setting by which MTV clones disks over SSH (forklift.md 1.1)."""
BY_SSH = "ssh"
_KEY, _RUN = "public key", "run"
_NOT_READY = "SSHNotReady"


def must_let_in(ports: Ports, mtv_version: str | None) -> None:
    """Before anything is made. Raises StartError for a host that cannot be logged in to, or an MTV that is too old."""
    keys = _keys(ports)
    reason = keys.unfit(mtv_version)
    if reason is not None:
        raise StartError(f"esxi_clone_method ssh: {reason}; use vib, or another MTV")
    with ports.tells.step(f"host {keys.host} answers by SSH"):
        try:
            keys.must_answer()
        except SourceError as error:
            raise StartError(f"esxi_clone_method ssh: {error}") from error


def let_mtv_in(ports: Ports, run: RunId, provider: ObjectRef, mtv_version: str | None) -> None:
    """Wait for the key of a Provider and let it in on the host; written down first, so that cleanup finds the line.

    Raises SourceError, WaitTimeout.
    """
    keys, feed = _keys(ports), ports.cluster.providers.follow_public_key(provider)
    with ports.tells.step(f"MTV's key is let in on host {keys.host}"):
        key = Wait(ports, f"the public key of {provider}", "made").within("provider", feed, lambda key: key or None)
        thing = Thing(realm=Realm.SOURCE, kind=HOST_KEY, name=keys.host, details={_KEY: key, _RUN: run})
        entry = ports.journal.patching(thing)
        if keys.add(key, mtv_version, run):
            ports.journal.patched(entry)
        else:
            ports.journal.restored(entry)


def await_login(ports: Ports, provider: ObjectRef) -> None:
    """Until MTV complains no more about the host; others that it cannot log in to are told and stop nothing.

    Raises WaitTimeout, ProviderNotReady.
    """
    keys, feed = _keys(ports), ports.cluster.providers.follow(provider)
    stop = stop_when_provider_lost(ports.budgets.provider_connection, ports.clock)
    with ports.tells.step(f"MTV logs in to host {keys.host}"):
        wait = Wait(ports, str(provider), f"logged in to host {keys.host} by MTV's key")
        state = wait.within("provider", feed, lambda seen: None if _refuses(seen, keys.host) else seen, stop)
    others = _refusing(state)
    if others:
        ports.tells.warned(
            f"MTV cannot log in by SSH to {', '.join(others)}; clones run on {keys.host}, so nothing depends on it"
        )


def _refuses(state: ProviderState, host: str) -> bool:
    return host.casefold() in map(str.casefold, _refusing(state))


def _refusing(state: ProviderState) -> list[str]:
    """Names of hosts that do not let MTV in; items are `id|name|ip` (forklift.md 1.1)."""
    condition = state.find(_NOT_READY)
    parts = [item.split("|") for item in condition.items] if condition is not None else []
    return [each[1] if len(each) > 1 else each[0] for each in parts]


def give_back(ports: Ports, thing: OpenThing) -> None:
    """Take out just the line that the run put in; raises SourceError, SuiteError without the host's login."""
    keys = _keys(ports)
    if keys.host != thing.thing.name:
        raise SuiteError(
            f"the key is on host {thing.thing.name}, but the profile's esxi_host is {keys.host}; expected the same"
        )
    keys.remove(thing.details[_KEY], RunId(thing.details[_RUN]))


def look_for_keys(sweep: Sweep, things: Sequence[Thing]) -> None:
    """Remember as left over each journalled line that is still there."""
    keys = sweep.ports.source.host_keys
    for thing in things:
        if thing.kind != HOST_KEY or keys is None:
            continue
        about = ObjectRef(HOST_KEY, thing.name)
        if any(sweep.ask(partial(_holds, keys, thing), about, Realm.SOURCE)):
            sweep.keep(about, "", "MTV's key is still let in", Realm.SOURCE)


def _holds(keys: HostKeys, thing: Thing) -> list[bool]:
    return [keys.holds(thing.details[_KEY], RunId(thing.details[_RUN]))]


def _keys(ports: Ports) -> HostKeys:
    if ports.source.host_keys is None:
        raise SuiteError("the profile does not say how to log in to an ESXi host, expected esxi_clone_method ssh")
    return ports.source.host_keys
