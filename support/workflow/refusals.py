"""Why disks were not copied: MTV names a pod that failed, and the array's or the host's answer is in its log alone."""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace

from support.domain.errors import SuiteError
from support.domain.populating import FailedPopulator
from support.domain.secret import without_credentials
from support.domain.source import below_layers
from support.ports.cluster import Overhears
from support.workflow.move import MachineMove, Move, reached
from support.workflow.ports_in_use import Ports

_LOG = logging.getLogger("support.workflow.refusals")
_FAILED = re.compile(r"populator pod failed for PVC ([0-9a-f-]+)")
"""MTV's own words, in every release (forklift.md 2.5)."""


@contextmanager
def overhearing(ports: Ports, moves: Sequence[Move]) -> Iterator[list[Overhears]]:
    """Listen to the populators of each migration: MTV 2.11.7 deletes a failed one with its log."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(_overhear(ports, move))) for move in moves]


class _Deaf:
    """Port `Overhears`, where nobody can listen: that ends no migration."""

    def failed(self) -> Sequence[FailedPopulator]:
        return ()

    def close(self) -> None: ...


def _overhear(ports: Ports, move: Move) -> Overhears:
    uid = reached(move.migration, "migration").uid
    try:
        return ports.at(move.target).cluster.targets.overhear(move.target_namespace, uid)
    except SuiteError as error:
        _LOG.warning("populators of %s are not listened to: %s", move.target_namespace, error)
        return _Deaf()


def with_refusals(ports: Ports, move: Move, heard: Overhears) -> Move:
    """The move with what failed populators said last, heard or read at once: nobody promises that their pods stay."""
    lost = [machine for machine in move.machines if _reasons(move, machine)]
    failed = heard.failed() if lost else ()
    return replace(move, refusals=tuple(line for machine in lost for line in _lines(ports, move, machine, failed)))


def _lines(ports: Ports, move: Move, machine: MachineMove, failed: Sequence[FailedPopulator]) -> Iterator[str]:
    uids = _failed_claims(move, machine)
    heard = {each.pod: each for each in failed if each.machine == machine.inventory_id}
    for uid in uids:
        told = heard.pop(f"populate-{uid}", None)
        line = _told(machine, told) if told is not None and told.last_words else _refusal(ports, move, machine, uid)
        yield f"{machine.name}: {line}"
    for told in heard.values():
        yield f"{machine.name}: {_told(machine, told)}"


def _reasons(move: Move, machine: MachineMove) -> tuple[str, ...]:
    progress = move.progress_of(machine)
    if progress is None:
        return ()
    return (*progress.error, *(reason for step in progress.steps for reason in step.error))


def _failed_claims(move: Move, machine: MachineMove) -> list[str]:
    """Uids, each once: MTV repeats the reason of a step for the machine as a whole."""
    return list(dict.fromkeys(uid for reason in _reasons(move, machine) for uid in _FAILED.findall(reason)))


def _refusal(ports: Ports, move: Move, machine: MachineMove, uid: str) -> str:
    """What cannot be read is told in its place: it must not hide the verdict."""
    try:
        found = ports.at(move.target).cluster.targets.failed_populator(move.target_namespace, uid)
    except SuiteError as error:
        return f"what its populator said of claim {uid} could not be read: {error}"
    if found is None:
        return f"what its populator said of claim {uid} could not be read: the claim is gone"
    return _told(machine, found)


def _told(machine: MachineMove, found: FailedPopulator) -> str:
    disks = {below_layers(disk.identity): disk.label for disk in machine.source.disks}
    disk = f"{disks[found.disk]} ({found.disk})" if found.disk in disks else found.disk or "a disk"
    words = without_credentials(found.last_words)
    ended = f"ended with: {words}" if words else "left no word that could be read"
    return f"{disk} was not copied to claim {found.claim}: the log of pod {found.pod} {ended}"
