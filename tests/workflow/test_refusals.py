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
from support.workflow.move import Move
from support.workflow.prepare import prepare
from support.workflow.refusals import with_refusals
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


def _asked(move: Move, answer: FailedPopulator | Exception | None) -> tuple[tuple[str, ...], Any]:
    ports = Landscape().ports(MagicMock())
    look = cast("Any", ports.cluster.targets).failed_populator = MagicMock(side_effect=[answer])
    return with_refusals(ports, move).refusals, look


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
    assert told.endswith("left no word")


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
