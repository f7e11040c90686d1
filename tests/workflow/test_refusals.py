"""A disk that a populator did not copy is told of with machine, disk, claim, and the last line of the pod's log."""

from dataclasses import replace
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from support.domain.errors import ClusterError
from support.domain.machine import GIB, Bytes
from support.domain.migration import MachineProgress, PlanState, Step, StepPhase
from support.domain.names import ObjectRef
from support.domain.populating import FailedPopulator
from support.domain.source import Place, SourceDisk
from support.ports.cluster import Created
from support.workflow.move import Move
from support.workflow.prepare import prepare
from support.workflow.refusals import overhearing, with_refusals
from support.workflow.session import open_session
from tests.workflow.landscape import ORDER, REQUEST, RHEL, Landscape
from tests.workflow.world import MemoryJournal

UID = "0a1b2c3d-0000-4000-8000-000000000001"
REASON = f"populator pod failed for PVC {UID}. Please check the pod logs"
FILE = "[ds] web/web_1.vmdk"
ANSWER = FailedPopulator(claim="pvc-ab1", disk=FILE, pod=f"populate-{UID}", last_words="F invalid credentials")


def _failed(*reasons: str) -> Move:
    """Its last disk failed; MTV gives the reason of a step to the machine as well."""
    ports = Landscape().ports(MemoryJournal())
    move = prepare(ports, open_session(ports, REQUEST), replace(ORDER, machines=(RHEL,)))
    (machine,) = move.machines
    disk = SourceDisk(
        label="Hard disk 2", identity=FILE, size=Bytes(GIB), store=Place(id="datastore-1", name="ds"), index=1
    )
    step = Step(name="DiskTransfer", phase=StepPhase.RUNNING, error=reasons)
    progress = MachineProgress(
        id=machine.inventory_id, name="web", target_name="web", phase="CopyDisks", steps=(step,), error=reasons
    )
    source = replace(machine.source, disks=(*machine.source.disks, disk))
    ended = PlanState(ref=ObjectRef("Plan", "p", "n"), uid="u", observed=True, machines=(progress,))
    return replace(move, machines=(replace(machine, source=source),), ended=ended)


class Heard:
    """What a listener heard; nothing, unless said otherwise."""

    def __init__(self, *failed: FailedPopulator) -> None:
        self._failed = failed

    def failed(self) -> tuple[FailedPopulator, ...]:
        return self._failed

    def close(self) -> None: ...


def _asked(
    move: Move, answer: FailedPopulator | Exception | None, *heard: FailedPopulator
) -> tuple[tuple[str, ...], Any]:
    ports = Landscape().ports(MagicMock())
    look = cast("Any", ports.cluster.targets).failed_populator = MagicMock(side_effect=[answer])
    return with_refusals(ports, move, Heard(*heard)).refusals, look


def test_machine_disk_claim_and_answer_are_told_once() -> None:
    move = _failed(REASON)
    told, look = _asked(move, ANSWER)
    assert told == (
        f"{move.machines[0].name}: Hard disk 2 ({FILE}) was not copied to claim pvc-ab1: the log of pod populate-{UID} "
        f"ended with: F invalid credentials",
    )
    look.assert_called_once_with(move.target_namespace, UID)


def test_a_disk_that_nobody_knows_is_called_as_the_claim_has_it() -> None:
    (told,), _look = _asked(_failed(REASON), replace(ANSWER, disk="[ds] other.vmdk", last_words=""))
    assert "[ds] other.vmdk was not copied to claim pvc-ab1" in told
    assert told.endswith("left no word that could be read")


def test_what_looks_like_a_credential_is_not_repeated() -> None:
    (told,), _look = _asked(_failed(REASON), replace(ANSWER, last_words="login failed, password=hunter22 refused"))
    assert "hunter22" not in told
    assert "login failed" in told


@pytest.mark.parametrize(
    ("answer", "says"), [(None, "the claim is gone"), (ClusterError("log of pod: HTTP 500"), "HTTP 500")]
)
def test_an_answer_that_cannot_be_read_hides_no_verdict(answer: FailedPopulator | Exception | None, says: str) -> None:
    (told,), _look = _asked(_failed(REASON), answer)
    assert UID in told
    assert says in told


def test_nobody_is_asked_about_failures_of_other_kinds() -> None:
    told, look = _asked(_failed("no space left"), ANSWER)
    assert told == ()
    look.assert_not_called()


GONE, MIGRATION = "PVC is missing; disk transfer cannot continue", ObjectRef("Migration", "m", "n")


def test_what_was_heard_of_a_pod_is_told_where_mtv_only_misses_its_claim() -> None:
    move = _failed(GONE)
    (machine,) = move.machines
    other = replace(ANSWER, machine="vm-of-another-plan", last_words="F not mine")
    told, look = _asked(move, None, replace(ANSWER, machine=machine.inventory_id), other)
    assert told == (
        f"{machine.name}: Hard disk 2 ({FILE}) was not copied to claim pvc-ab1: the log of pod populate-{UID} "
        f"ended with: F invalid credentials",
    )
    look.assert_not_called()


def test_a_pod_that_was_heard_and_is_named_is_told_once_and_read_only_where_it_was_not_understood() -> None:
    move = _failed(REASON)
    heard = replace(ANSWER, machine=move.machines[0].inventory_id)
    (told,), look = _asked(move, None, heard)
    assert told.endswith("F invalid credentials")
    look.assert_not_called()
    (told,), look = _asked(move, replace(ANSWER, last_words="F read later"), replace(heard, last_words=""))
    assert told.endswith("F read later")
    look.assert_called_once()


def test_a_machine_that_did_not_fail_has_no_refusals() -> None:
    move = _failed()
    assert _asked(move, None, replace(ANSWER, machine=move.machines[0].inventory_id))[0] == ()


def test_listening_begins_with_the_migration_and_where_it_cannot_the_verdict_stands() -> None:
    ports, move = Landscape().ports(MagicMock()), replace(_failed(GONE), migration=Created(ref=MIGRATION, uid="m-uid"))
    targets = cast("Any", ports.cluster.targets)
    with overhearing(ports, [move]) as (heard,):
        targets.overhear.assert_called_once_with(move.target_namespace, "m-uid")
        targets.overhear.return_value.close.assert_not_called()
    targets.overhear.return_value.close.assert_called_once_with()
    targets.overhear.side_effect = ClusterError("no pods here")
    with overhearing(ports, [move]) as (heard,):
        assert with_refusals(ports, move, heard).refusals == ()
