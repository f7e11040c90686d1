"""What must hold for one machine of a Plan, from its first version to its last (facts/forklift.md 2.2 to 2.6)."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise

from tests.conformance.forms import conditions_of, end_of, odd_conditions
from tests.conformance.recording import Object
from tests.conformance.table import Row, StepForm, Table

_UNIT = {"unit": "MB"}
XCOPY = "xcopyUsed"
"""What a task of a disk that a populator copied has beside its unit (facts/forklift.md 4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineHistory:
    """Versions of one entry of `status.migration.vms`, oldest first."""

    table: Table
    row: Row
    called: Set[str]
    versions: Sequence[Object]

    @property
    def phases(self) -> list[str]:
        return [phase for phase, _ in groupby(version["phase"] for version in self.versions)]


def deviations(history: MachineHistory) -> Iterator[str]:
    """Everything that is not as it should be, in words."""
    yield from odd_conditions(history.versions, history.table.conditions["machine"])
    yield from _way(history)
    wrong_steps = list(_pipeline(history))
    yield from wrong_steps
    for number in range(0 if wrong_steps else len(history.versions[0]["pipeline"])):
        yield from _steps(history, [version["pipeline"][number] for version in history.versions])
    yield from _one_at_a_time(history)
    yield from _end(history)
    yield from _copied(history)
    if history.row.mode == "warm":
        yield from _warm(history)


def _way(history: MachineHistory) -> Iterator[str]:
    phases = history.phases
    arrived = end_of(history.versions[-1]) == "Succeeded"
    if arrived and not history.row.whole_way(phases, history.called):
        yield f"phases are not the way of a machine that arrived: {' '.join(phases)}"
    if not arrived and not history.row.on_the_way(phases[:-1], history.called):
        yield f"phases are no beginning of the way: {' '.join(phases)}"
    for version in history.versions:
        stored = "restorePowerState" in version
        if stored and version["phase"] in ("Started", "PreHook"):
            yield f"the power state is stored in phase {version['phase']}"


def _pipeline(history: MachineHistory) -> Iterator[str]:
    wanted = history.row.pipeline(history.called)
    for version in history.versions:
        names = [step["name"] for step in version["pipeline"]]
        if names != wanted:
            yield f"steps are {names}, not {wanted}"
            return
    for step in history.versions[0]["pipeline"]:
        begins = history.table.steps[step["name"]].begins_without_phase
        if step.get("phase") != (None if begins else "Pending"):
            yield f"step {step['name']} begins as {step.get('phase')}"


def _steps(history: MachineHistory, versions: Sequence[Object]) -> Iterator[str]:
    """One step through all versions."""
    name = versions[0]["name"]
    form = history.table.steps.get(name)
    if form is None:
        yield f"step {name} is not in the table"
        return
    if name == history.row.never and any(step.get("phase") != "Pending" for step in versions):
        yield f"step {name} was begun"
    for step in versions:
        if step.get("description") != form.says:
            yield f"step {name} says {step.get('description')!r}"
        yield from _progress(history, form, step)
        # A step with disks takes its phase from them, and its time when the machine goes on (2.2, 2.5).
        timed = not form.disks or step is versions[-1]
        if step.get("phase") == "Completed" and timed and not step.get("completed"):
            yield f"step {name} is Completed without a time"
        if step.get("phase") == "Running" and not step.get("started"):
            yield f"step {name} is Running without a time"
    for before, after in pairwise(versions):
        if before.get("phase") == "Completed" != after.get("phase") and name not in history.table.again:
            yield f"step {name} is {after.get('phase')} again"


def _progress(history: MachineHistory, form: StepForm, step: Object) -> Iterator[str]:
    """What a step counts in, and of what."""
    name = step["name"]
    if (step.get("annotations") == _UNIT) != form.disks or bool(step.get("tasks")) != form.disks:
        yield f"step {name}: unit {step.get('annotations')}, {len(step.get('tasks') or [])} tasks"
    total = sum(task["progress"]["total"] for task in step.get("tasks") or []) if form.disks else 1
    odd = [task["name"] for task in step.get("tasks") or [] if not re.fullmatch(history.row.disks, task["name"])]
    if odd:
        yield f"step {name}: disks called {', '.join(odd)}"
    if step["progress"]["total"] != total:
        yield f"step {name}: total {step['progress']['total']}, its tasks have {total}"


def _one_at_a_time(history: MachineHistory) -> Iterator[str]:
    for version in history.versions:
        running = [step["name"] for step in version["pipeline"] if step.get("phase") == "Running"]
        if len(running) > 1 and not end_of(version):
            yield f"steps {' and '.join(running)} run at the same time"


def _end(history: MachineHistory) -> Iterator[str]:
    """Success is written at once; a failure's time follows in the next pass (facts/forklift.md 2.2)."""
    ended = [version for version in history.versions if end_of(version)]
    if not ended:
        yield f"it never ended; last seen in {history.versions[-1]['phase']}"
        return
    first, last, end = ended[0], ended[-1], end_of(ended[0])
    if first["phase"] != "Completed":
        yield f"{end} in phase {first['phase']}"
    # The time comes with the last step's, and where one is never begun in the pass after (kubev2v/forklift,
    # pkg/apis/forklift/v1beta1/plan/vm.go, ReflectPipeline).
    if bool(first.get("completed")) != (end == "Succeeded" and not history.row.never):
        yield f"{end}: completed is {first.get('completed')} in the same write"
    if not last.get("completed"):
        yield f"{end}, and never completed"
    never = history.row.never
    steps = last["pipeline"]
    open_steps = [step["name"] for step in steps if step.get("phase") != "Completed" and step["name"] != never]
    if end == "Succeeded" and (open_steps or last.get("error")):
        yield f"Succeeded with open steps {open_steps} and error {last.get('error')}"
    if end == "Failed" and not (last.get("error") and any(step.get("error") for step in last["pipeline"])):
        yield "Failed without an error of machine and step"
    if any(end not in conditions_of(version) for version in ended):
        yield f"{end} did not stay"


def _copied(history: MachineHistory) -> Iterator[str]:
    """Of a machine that arrived: who copied each disk is told where an array may have, and nowhere else."""
    last = history.versions[-1]
    if end_of(last) != "Succeeded":
        return
    transfers = [step for step in last["pipeline"] if step["name"] == "DiskTransfer"]
    for task in (task for step in transfers for task in step["tasks"]):
        told = (task.get("annotations") or {}).get(XCOPY)
        if told not in (("0", "1") if XCOPY in history.called else (None,)):
            yield f"disk {task['name']}: {XCOPY} is {told}"


def _warm(history: MachineHistory) -> Iterator[str]:
    """One precopy for each snapshot; the one of the cutover never gets its end (facts/forklift.md 2.6)."""
    for version in history.versions:
        warm = version.get("warm")
        if warm is None:
            continue
        rounds = warm.get("precopies") or []
        finished = [each for each in rounds if each.get("end")]
        if warm["successes"] != len(finished) or warm["consecutiveFailures"] != 0:
            yield f"{len(finished)} rounds finished, told as {warm}"
        if finished and not warm.get("nextPrecopyAt"):
            yield "no time of the next precopy"
        if rounds[:-1] != [each for each in rounds[:-1] if each.get("end")]:
            yield "a round that is not the last has no end"
    last = history.versions[-1].get("warm") or {}
    if end_of(history.versions[-1]) == "Succeeded" and (last.get("precopies") or [{"end": 1}])[-1].get("end"):
        yield "the round of the cutover has an end"
