"""Why disks were not copied: MTV names a pod that failed, and the array's or the host's answer is in its log alone."""

import re
from collections.abc import Iterator
from dataclasses import replace

from support.domain.errors import SuiteError
from support.domain.secret import without_credentials
from support.domain.source import below_layers
from support.workflow.move import MachineMove, Move
from support.workflow.ports_in_use import Ports

_FAILED = re.compile(r"populator pod failed for PVC ([0-9a-f-]+)")
"""MTV's own words, in every release (forklift.md 2.5)."""


def with_refusals(ports: Ports, move: Move) -> Move:
    """The move with what failed populators said last, read at once: nobody promises how long their pods stay."""
    return replace(move, refusals=tuple(line for machine in move.machines for line in _lines(ports, move, machine)))


def _lines(ports: Ports, move: Move, machine: MachineMove) -> Iterator[str]:
    for uid in _failed_claims(move, machine):
        yield f"{machine.name}: {_refusal(ports, move, machine, uid)}"


def _failed_claims(move: Move, machine: MachineMove) -> list[str]:
    """Uids, each once: MTV repeats the reason of a step for the machine as a whole."""
    progress = move.progress_of(machine)
    if progress is None:
        return []
    told = (*progress.error, *(reason for step in progress.steps for reason in step.error))
    return list(dict.fromkeys(uid for reason in told for uid in _FAILED.findall(reason)))


def _refusal(ports: Ports, move: Move, machine: MachineMove, uid: str) -> str:
    """What cannot be read is told in its place: it must not hide the verdict."""
    try:
        found = ports.at(move.target).cluster.targets.failed_populator(move.target_namespace, uid)
    except SuiteError as error:
        return f"what its populator said of claim {uid} could not be read: {error}"
    if found is None:
        return f"what its populator said of claim {uid} could not be read: the claim is gone"
    disks = {below_layers(disk.identity): disk.label for disk in machine.source.disks}
    disk = f"{disks[found.disk]} ({found.disk})" if found.disk in disks else found.disk or "a disk"
    ended = f"ended with: {without_credentials(found.last_words)}" if found.last_words else "left no word"
    return f"{disk} was not copied to claim {found.claim}: the log of pod {found.pod} {ended}"
