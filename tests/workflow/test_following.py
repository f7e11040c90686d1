"""A migration is followed by its Plan to whatever end it takes, and one that lost its Migration is no endless wait."""

from dataclasses import replace
from unittest.mock import MagicMock

import pytest

from support.domain.errors import MigrationFailed, SuiteError, WaitTimeout
from support.domain.migration import Ending, Step, StepPhase
from support.domain.populating import FailedPopulator
from support.workflow.follow import follow, must_succeed
from support.workflow.move import Move
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.session import open_session
from tests.workflow.landscape import ORDER, REQUEST, Landscape
from tests.workflow.world import MemoryJournal


def _started(landscape: Landscape) -> tuple[Ports, Move]:
    ports = landscape.ports(MemoryJournal())
    session = open_session(ports, REQUEST)
    return ports, start(ports, session, plan(ports, session, prepare(ports, session, ORDER)))


def _plan_is(landscape: Landscape, *conditions: str) -> None:
    landscape.world.conditions = {name: list(conditions) for name in landscape.world.conditions}


@pytest.mark.parametrize("outcome", list(Ending))
def test_each_ending_is_kept_without_a_verdict(outcome: Ending) -> None:
    ports, move = _started(Landscape(outcome=outcome.value))
    ended = follow(ports, move).ended
    assert ended is not None
    assert ended.ending is outcome


def test_a_migration_under_way_is_followed_to_its_end() -> None:
    landscape = Landscape(outcome="")
    ports, move = _started(landscape)
    landscape.clock.due = [lambda: None, lambda: _plan_is(landscape, "Succeeded")]
    ended = follow(ports, move).ended
    assert ended is not None
    assert ended.ending is Ending.SUCCEEDED


def test_a_deleted_migration_is_noticed_although_the_plan_has_no_verdict() -> None:
    landscape = Landscape(outcome="")
    ports, move = _started(landscape)
    landscape.clock.due = [lambda: None, lambda: _plan_is(landscape)]
    with pytest.raises(
        SuiteError, match=r"stopped executing 8 s ago without a verdict.*was Migration auto-ab12/.* deleted"
    ):
        follow(ports, move)
    assert landscape.clock.now < 2 * ports.budgets.plan_blocked


def test_a_plan_that_only_has_not_begun_yet_is_waited_for() -> None:
    landscape = Landscape(outcome="")
    ports, move = _started(landscape)
    _plan_is(landscape)
    landscape.clock.due = [lambda: None] * 30 + [lambda: _plan_is(landscape, "Succeeded")]
    assert follow(ports, move).ended is not None


def test_a_deleted_plan_ends_the_wait_at_once() -> None:
    landscape = Landscape(outcome="")
    ports, move = _started(landscape)
    landscape.clock.due = [lambda: None, landscape.world.objects.clear]
    with pytest.raises(SuiteError, match="deleted by somebody before it was at its end"):
        follow(ports, move)


def test_a_migration_that_takes_too_long_says_where_each_machine_stands() -> None:
    landscape = Landscape(outcome="")
    ports, move = _started(landscape)
    step = Step(name="DiskTransfer", phase=StepPhase.RUNNING, done=3, total=16, unit="MB")
    landscape.progress = tuple(replace(each, steps=(step,)) for each in landscape.progress)
    with pytest.raises(WaitTimeout, match=r"(?s)wait_migration.*rhel8.*DiskTransfer 3/16 MB.*win.*DiskTransfer"):
        follow(ports, move)


def test_progress_is_told_once_per_change() -> None:
    landscape = Landscape(outcome="")
    ports, move = _started(landscape)
    landscape.clock.due = [lambda: None, lambda: None, lambda: _plan_is(landscape, "Succeeded")]
    follow(ports, move)
    assert isinstance(ports.tells, MagicMock)
    assert ports.tells.progress.call_count == 1


def test_a_plan_that_succeeded_while_one_of_its_machines_failed_is_a_failure_that_names_that_machine() -> None:
    landscape = Landscape()
    ports, move = _started(landscape)
    good, bad = landscape.progress
    step = Step(name="ImageConversion", phase=StepPhase.RUNNING, error=("no boot disk",))
    landscape.progress = (good, replace(bad, steps=(step,), conditions=()))
    with pytest.raises(MigrationFailed) as failed:
        must_succeed(follow(ports, move))
    assert f"{bad.name}: failed in step ImageConversion: no boot disk" in str(failed.value)
    assert good.name not in str(failed.value)
    assert "logs of its pods in namespace auto-ab12" in str(failed.value)


def test_what_a_failed_populator_said_is_read_when_the_migration_has_ended() -> None:
    landscape = Landscape(outcome="Failed")
    ports, move = _started(landscape)
    reason = "populator pod failed for PVC 0a1b2c3d. Please check the pod logs"
    landscape.progress = tuple(replace(each, error=(reason,)) for each in landscape.progress)
    ports.cluster.targets.failed_populator = MagicMock(  # type: ignore[method-assign]
        return_value=FailedPopulator(claim="pvc-1", disk="", pod="populate-0a1b2c3d", last_words="F no")
    )
    with pytest.raises(MigrationFailed, match="claim pvc-1: the log of pod populate-0a1b2c3d ended with: F no"):
        must_succeed(follow(ports, move))


def test_a_migration_that_was_never_started_cannot_be_followed() -> None:
    landscape = Landscape()
    ports, move = _started(landscape)
    with pytest.raises(SuiteError, match="no migration yet"):
        follow(ports, replace(move, migration=None))
