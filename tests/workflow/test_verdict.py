"""The verdict over a migration looks at each machine, and names machine, step and message."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from support.domain.errors import MigrationFailed, SuiteError
from support.domain.machine import Bytes, Cpu, Power
from support.domain.migration import Condition, MachineProgress, PlanState, Step, StepPhase
from support.domain.names import MachineName, ObjectRef, RoleName
from support.domain.request import MachineRequest, PlanOptions
from support.domain.source import ProviderKind, SourceMachine
from support.workflow.follow import must_succeed
from support.workflow.move import MachineMove, MachineOrder, Move, MoveOrder
from support.workflow.settle import target_name, wanted_power

ORDER = MachineOrder(request=MachineRequest(role=RoleName("RHEL 8")), origin=MachineName("rhel8"))
HOLDS = Condition(type="Succeeded", status=True)


def _machine(power: Power = Power.ON) -> MachineMove:
    source = SourceMachine(
        kind=ProviderKind.VSPHERE,
        id="vm-1",
        name="Web_1",
        uuid=None,
        power=power,
        cpu=Cpu(sockets=1, cores=1),
        memory=Bytes(1),
        firmware=None,
        secure_boot=None,
        nics=(),
        disks=(),
        captured_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return MachineMove(order=ORDER, name=MachineName("Web_1"), platform_id="vm-1", source=source, inventory_id="vm-1")


def _move(*progress: MachineProgress, ending: str = "Succeeded", options: PlanOptions | None = None) -> Move:
    ended = PlanState(
        ref=ObjectRef("Plan", "p", "n"),
        uid="u",
        observed=True,
        conditions=(Condition(type=ending, status=True),),
        machines=progress,
    )
    order = MoveOrder(machines=(ORDER,), options=options or PlanOptions(), scope="s")
    return Move(order=order, machines=(_machine(),), target_namespace="n", ended=ended)


def _progress(*conditions: Condition, steps: tuple[Step, ...] = ()) -> MachineProgress:
    return MachineProgress(
        id="vm-1", name="Web_1", target_name="web-1", phase="Completed", steps=steps, conditions=conditions
    )


def test_a_plan_whose_machines_all_succeeded_has_succeeded() -> None:
    must_succeed(_move(_progress(HOLDS)))


def test_a_plan_that_calls_itself_succeeded_fails_when_a_machine_was_canceled() -> None:
    with pytest.raises(MigrationFailed, match="Web_1: not succeeded: Canceled"):
        must_succeed(_move(_progress(Condition(type="Canceled", status=True))))


def test_a_machine_that_was_never_taken_up_is_a_failure() -> None:
    with pytest.raises(MigrationFailed, match="Web_1: the plan never took it up"):
        must_succeed(_move())


def test_a_failure_names_step_and_message() -> None:
    step = Step(name="DiskTransfer", phase=StepPhase.RUNNING, error=("no space left",))
    with pytest.raises(MigrationFailed, match="Web_1: failed in step DiskTransfer: no space left"):
        must_succeed(_move(_progress(steps=(step,)), ending="Failed"))


def test_a_failure_repeats_why_a_disk_was_not_copied() -> None:
    step = Step(name="DiskTransfer", phase=StepPhase.RUNNING, error=("populator pod failed for PVC u-1.",))
    refused = replace(_move(_progress(steps=(step,)), ending="Failed"), refusals=("Web_1: the array said no",))
    with pytest.raises(MigrationFailed, match=r"failed for PVC u-1\.\n  - Web_1: the array said no\n"):
        must_succeed(refused)


def test_a_migration_that_was_not_followed_has_no_verdict() -> None:
    move = _move(_progress(HOLDS))
    unfollowed = Move(order=move.order, machines=move.machines, target_namespace="n")
    with pytest.raises(SuiteError, match="not followed to its end"):
        must_succeed(unfollowed)


def test_the_target_is_called_as_the_plan_says_and_powered_as_the_plan_or_else_the_source() -> None:
    move = _move(_progress(HOLDS))
    assert target_name(move, _machine()) == "web-1"
    assert target_name(_move(), _machine()) == "Web_1"
    assert wanted_power(move, _machine(Power.OFF)) is Power.OFF
    assert wanted_power(_move(options=PlanOptions(target_power=Power.ON)), _machine(Power.OFF)) is Power.ON
