"""The rules notice what they are there for: each history here is a good one with one thing wrong."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace

import pytest

from tests.conformance.judging import judge
from tests.conformance.machine_rules import MachineHistory, deviations
from tests.conformance.recording import Object, Recording
from tests.conformance.table import load

TABLE = load()
_PHASES = [
    *("Started", "StorePowerState", "PowerOffSource", "WaitForPowerOff", "CreateDataVolumes", "AllocateDisks"),
    *("CreateGuestConversionPod", "ConvertGuest", "CopyDisksVirtV2V", "CreateVM"),
]
_BY_ARRAY = [
    *("Started", "StorePowerState", "PowerOffSource", "WaitForPowerOff", "CreateDataVolumes", "CopyDisks"),
    *("CreateGuestConversionPod", "ConvertGuest", "CreateVM"),
]
_STEP_OF = {
    "AllocateDisks": "DiskAllocation",
    "CopyDisks": "DiskTransfer",
    "CreateGuestConversionPod": "ImageConversion",
    "ConvertGuest": "ImageConversion",
    "CopyDisksVirtV2V": "DiskTransferV2v",
    "CreateVM": "VirtualMachineCreation",
}
_STEPS = ("Initialize", "DiskAllocation", "ImageConversion", "DiskTransferV2v", "VirtualMachineCreation")
_STEPS_BY_ARRAY = ("Initialize", "DiskTransfer", "ImageConversion", "VirtualMachineCreation")
_DISK = "[store] machine/machine.vmdk"
_AT = "2026-01-01T00:00:00Z"


def step(name: str) -> Object:
    form = TABLE.steps[name]
    made: Object = {
        "name": name,
        "description": form.says,
        "phase": "Pending",
        "progress": {"completed": 0, "total": 1},
    }
    if form.disks:
        progress = {"completed": 0, "total": 64}
        made |= {"annotations": {"unit": "MB"}, "progress": progress, "tasks": [{"name": _DISK, "progress": progress}]}
    return made


def condition(type_: str, kind: str) -> Object:
    said = TABLE.conditions[kind][type_]
    made: Object = {"type": type_, "status": "True", "category": said.category, "message": said.says}
    return made | ({"durable": True} if said.durable else {})


def machines(phases: Sequence[str] = tuple(_PHASES), steps: Sequence[str] = _STEPS) -> list[Object]:
    """Versions of a machine that arrives."""
    versions: list[Object] = []
    now: Object = {"id": "vm-1", "phase": "Started", "pipeline": [step(name) for name in steps]}
    for phase in (*phases, "Completed"):
        now = deepcopy(now)
        now["phase"] = phase
        at = steps.index(_STEP_OF.get(phase, "Initialize")) if phase != "Completed" else len(steps)
        for number, each in enumerate(now["pipeline"]):
            if number < at:
                each |= {"phase": "Completed", "started": _AT, "completed": _AT}
            elif number == at:
                each |= {"phase": "Running", "started": _AT}
        if phase == "StorePowerState":
            now["restorePowerState"] = "On"
        if phase == "Completed":
            now |= {"completed": _AT, "conditions": [condition("Succeeded", "machine")]}
        versions.append(now if versions else {**now, "pipeline": [step(name) for name in steps]})
    return versions


def plan_version(state: str, vms: list[Object], *others: str) -> Object:
    durable = [condition(state, "plan")] if state else []
    migration: Object = {"started": _AT, "vms": vms, "history": [{"conditions": durable}]} if state else {}
    if state not in ("", "Executing"):
        migration["completed"] = _AT
    conditions = [condition("Ready", "plan"), *durable, *(condition(each, "plan") for each in others)]
    reference = {"namespace": "n", "name": "source"}, {"namespace": "n", "name": "host"}
    return {
        "metadata": {"name": "p", "uid": "p-uid", "generation": 1},
        "spec": {
            "provider": {"source": reference[0], "destination": reference[1]},
            "map": {"storage": {"namespace": "n", "name": "stores"}},
        },
        "status": {"observedGeneration": 1, "conditions": conditions, "migration": migration},
    }


def migration_version(status: Object) -> Object:
    owner = {"kind": "Plan", "uid": "p-uid"}
    meta = {"name": "m", "uid": "m-uid", "ownerReferences": [owner]}
    return {"metadata": meta, "spec": {"plan": {"name": "p", "namespace": "n"}}, "status": status}


def good(moments: Sequence[Object] = ()) -> Recording:
    """Versions of its only machine, unless it is one that virt-v2v copied."""
    made, moments = Recording(), moments or machines()
    plans = [plan_version("", []), *(plan_version("Executing", [each]) for each in moments[:-1])]
    made.plans["p-uid"] = [*plans, plan_version("Succeeded", [moments[-1]])]
    running = {"conditions": [condition("Ready", "migration"), condition("Running", "migration")], "vms": [moments[0]]}
    ended = {
        "conditions": [condition("Ready", "migration"), condition("Succeeded", "migration")],
        "vms": [moments[-1]],
        "completed": _AT,
    }
    made.migrations["m-uid"] = [migration_version(running), migration_version(ended)]
    made.providers["n", "source"] = {"spec": {"type": "vsphere", "url": "https://vcenter/sdk"}}
    made.providers["n", "host"] = {"spec": {"type": "openshift", "url": ""}}
    made.storage["n", "stores"] = {"spec": {"map": [{"source": {"id": "store-1"}}]}}
    return made


def test_a_good_history_has_no_deviation() -> None:
    assert judge(TABLE, good()) == []


def by_array() -> Recording:
    """An array copied the disk of the machine."""
    moments = machines(_BY_ARRAY, _STEPS_BY_ARRAY)
    for task in (each["pipeline"][1]["tasks"][0] for each in moments):
        task["annotations"] = {"unit": "MB", "xcopyUsed": "1"}
    made = good(moments)
    made.storage["n", "stores"] = {"spec": {"map": [{"offloadPlugin": {"vsphereXcopyConfig": {}}}]}}
    return made


def test_disks_that_an_array_copied_have_a_way_of_their_own() -> None:
    assert judge(TABLE, by_array()) == []
    silent = by_array()
    silent.plans["p-uid"][-1]["status"]["migration"]["vms"][0]["pipeline"][1]["tasks"][0]["annotations"] = {}
    assert judge(TABLE, silent) == [f"Plan p: machine vm-1: disk {_DISK}: xcopyUsed is None"]
    unasked = by_array()
    unasked.storage = good().storage
    assert any("phases are not the way" in each for each in judge(TABLE, unasked))


def machine(made: Recording, version: int) -> Object:
    found: Object = made.plans["p-uid"][version]["status"]["migration"]["vms"][0]
    return found


def a_phase_is_skipped(made: Recording) -> None:
    del made.plans["p-uid"][_PHASES.index("AllocateDisks") + 1]


def phases_are_swapped(made: Recording) -> None:
    plans = made.plans["p-uid"]
    plans[3], plans[4] = plans[4], plans[3]


def a_step_is_missing(made: Recording) -> None:
    del machine(made, 5)["pipeline"][3]


def a_step_comes_back(made: Recording) -> None:
    machine(made, 9)["pipeline"][1]["phase"] = "Running"


def a_step_says_something_else(made: Recording) -> None:
    machine(made, 6)["pipeline"][2]["description"] = "Convert."


def a_transfer_counts_nothing(made: Recording) -> None:
    machine(made, 6)["pipeline"][1]["progress"] = {"completed": 0, "total": 1}


def a_disk_is_called_by_its_label(made: Recording) -> None:
    machine(made, 6)["pipeline"][1]["tasks"][0]["name"] = "Hard disk 1"


def power_is_stored_too_early(made: Recording) -> None:
    machine(made, 1)["restorePowerState"] = "On"


def success_with_an_open_step(made: Recording) -> None:
    machine(made, -1)["pipeline"][4]["phase"] = "Running"


def success_without_its_time(made: Recording) -> None:
    del machine(made, -1)["completed"]


def the_plan_boasts(made: Recording) -> None:
    machine(made, -1)["conditions"] = [condition("Failed", "machine")]


def ready_is_lost(made: Recording) -> None:
    conditions = made.plans["p-uid"][4]["status"]["conditions"]
    conditions[:] = [each for each in conditions if each["type"] != "Ready"]


def the_history_says_otherwise(made: Recording) -> None:
    made.plans["p-uid"][-1]["status"]["migration"]["history"][-1]["conditions"] = [condition("Failed", "plan")]


def an_unheard_of_condition(made: Recording) -> None:
    odd = {"type": "Wonderful", "status": "True", "category": "Advisory", "message": ""}
    made.plans["p-uid"][0]["status"]["conditions"].append(odd)


def a_condition_of_another_category(made: Recording) -> None:
    made.plans["p-uid"][0]["status"]["conditions"][0]["category"] = "Critical"


def running_stays(made: Recording) -> None:
    made.migrations["m-uid"][-1]["status"]["conditions"].append(condition("Running", "migration"))


def the_migration_knows_more_than_its_plan(made: Recording) -> None:
    made.migrations["m-uid"][-1]["status"]["vms"] = [{"id": "vm-1", "phase": "Dreaming"}]


def nobody_owns_the_migration(made: Recording) -> None:
    made.migrations["m-uid"][-1]["metadata"]["ownerReferences"] = []


def the_end_was_not_the_end(made: Recording) -> None:
    later = deepcopy(made.migrations["m-uid"][-1])
    later["status"]["started"] = _AT
    made.migrations["m-uid"].append(later)


@pytest.mark.parametrize(
    "spoil",
    [
        a_phase_is_skipped,
        phases_are_swapped,
        a_step_is_missing,
        a_step_comes_back,
        a_step_says_something_else,
        a_transfer_counts_nothing,
        a_disk_is_called_by_its_label,
        power_is_stored_too_early,
        success_with_an_open_step,
        success_without_its_time,
        the_plan_boasts,
        ready_is_lost,
        the_history_says_otherwise,
        an_unheard_of_condition,
        a_condition_of_another_category,
        running_stays,
        the_migration_knows_more_than_its_plan,
        nobody_owns_the_migration,
        the_end_was_not_the_end,
    ],
)
def test_one_thing_wrong_is_noticed(spoil: Callable[[Recording], None]) -> None:
    made = deepcopy_of(good())
    spoil(made)
    assert judge(TABLE, made) != []


def deepcopy_of(made: Recording) -> Recording:
    """Versions share parts while they are made; a spoiled one must be spoiled alone."""
    return Recording(
        plans={uid: deepcopy(versions) for uid, versions in made.plans.items()},
        migrations={uid: deepcopy(versions) for uid, versions in made.migrations.items()},
        providers=made.providers,
        storage=made.storage,
    )


@pytest.mark.parametrize("cut", [4, 8])
def test_a_machine_that_failed_has_gone_a_part_of_the_way(cut: int) -> None:
    row = TABLE.row("vsphere", "cold", "host")
    assert row is not None
    assert row.on_the_way(_PHASES[:cut], frozenset())
    assert not row.on_the_way(_PHASES[1:cut], frozenset())
    assert not row.whole_way(_PHASES[:cut], frozenset())


def test_rounds_of_a_warm_copy_may_be_many() -> None:
    row = TABLE.row("vsphere", "warm", "host")
    assert row is not None
    start = ["Started", "CreateInitialSnapshot", "WaitForInitialSnapshot", "CreateDataVolumes"]
    pause = ["CopyDisks", "CopyingPaused"]
    again = ["CreateSnapshot", "WaitForSnapshot", "AddCheckpoint", *pause]
    for rounds in range(3):
        assert row.on_the_way([*start, *pause, *again * rounds, "StorePowerState"], frozenset())
    assert not row.on_the_way([*start, *pause, "AddCheckpoint"], frozenset())


def test_a_step_that_is_never_begun_is_no_open_step_and_must_not_be_begun() -> None:
    """Of a cloud's machine (facts/forklift.md 2.4), here with the steps that the others have."""
    row = TABLE.row("vsphere", "cold", "host")
    assert row is not None
    odd = replace(row, never="DiskTransferV2v")
    versions = machines()
    for version in versions:
        version["pipeline"][_STEPS.index("DiskTransferV2v")] = step("DiskTransferV2v")
    versions.append(deepcopy(versions[-1]))
    del versions[-2]["completed"]
    history = MachineHistory(table=TABLE, row=odd, called=frozenset(), versions=versions)
    assert list(deviations(history)) == []
    versions[-1]["pipeline"] = deepcopy(versions[-1]["pipeline"])
    versions[-1]["pipeline"][_STEPS.index("DiskTransferV2v")] |= {"phase": "Completed", "completed": _AT}
    assert list(deviations(history)) == ["step DiskTransferV2v was begun"]


@pytest.mark.parametrize("kind", ["ovirt", "openstack", "ova", "openshift"])
def test_every_source_has_a_cold_way_that_ends(kind: str) -> None:
    row = TABLE.row(kind, "cold", "host")
    assert row is not None
    assert row.phases.split()[-1] == "Completed"
    assert row.known_phases >= {"StorePowerState", "CreateDataVolumes", "CreateVM"}
