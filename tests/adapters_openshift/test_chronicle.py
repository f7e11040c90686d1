"""What watches saw change is told as a person would tell it, and nothing else is."""

from typing import Any

import pytest

from support.adapters.openshift.chronicle import Chronicle, differences


def plan(**status: Any) -> dict[str, Any]:
    return {"kind": "Plan", "metadata": {"name": "p", "namespace": "n"}, "status": status}


READY = {"type": "Ready", "status": "True", "message": "The plan is ready."}
MACHINE = {"id": "vm-1", "name": "m", "phase": "CopyDisks", "pipeline": [{"name": "DiskTransfer", "phase": "Running"}]}
LOST = {**MACHINE, "pipeline": [{"name": "DiskTransfer", "phase": "Running", "error": {"reasons": ["lost", "twice"]}}]}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, plan(), ["appeared"]),
        (plan(), None, ["is gone"]),
        (plan(), plan(conditions=[READY]), ["condition Ready is True (The plan is ready.)"]),
        (plan(conditions=[READY]), plan(), ["condition Ready no longer stands"]),
        (plan(conditions=[READY]), plan(conditions=[READY | {"lastTransitionTime": "later"}]), []),
        (plan(), plan(migration={"vms": [MACHINE]}), ["m: phase CopyDisks", "m: step DiskTransfer Running"]),
        (
            plan(migration={"vms": [MACHINE]}),
            plan(migration={"vms": [LOST]}),
            ["m: step DiskTransfer failed: lost; twice"],
        ),
        (plan(phase="Staging"), plan(phase="Ready"), ["phase Ready"]),
        (plan(), plan() | {"metadata": {"name": "p", "deletionTimestamp": "now"}}, ["is being deleted"]),
        (
            plan(containerStatuses=[{"name": "c", "restartCount": 0}]),
            plan(containerStatuses=[{"name": "c", "restartCount": 1, "state": {"waiting": {"reason": "CrashLoop"}}}]),
            ["container c restarted", "container c is waiting: CrashLoop"],
        ),
    ],
)
def test_a_difference_in_words(before: Any, after: Any, told: list[str]) -> None:
    assert list(differences(before, after)) == told


def test_changes_are_kept_in_order_with_their_object() -> None:
    chronicle = Chronicle()
    chronicle.saw(None, plan())
    chronicle.saw(plan(), plan(conditions=[READY]))
    chronicle.saw(plan(conditions=[READY]), None)
    assert [each.what.split(" (")[0] for each in chronicle.changes()] == [
        "appeared",
        "condition Ready is True",
        "is gone",
    ]
    assert {each.who for each in chronicle.changes()} == {"Plan n/p"}
