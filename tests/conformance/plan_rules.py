"""What must hold for a Plan and its Migrations over all their versions (facts/forklift.md 1.6, 1.7, 2.1)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.conformance.forms import ENDS, conditions_of, end_of, odd_conditions
from tests.conformance.recording import Object
from tests.conformance.table import Table

_DURABLE = ("Executing", *ENDS)


def plan_deviations(table: Table, versions: Sequence[Object]) -> Iterator[str]:
    statuses = [version["status"] for version in versions if version.get("status")]
    yield from odd_conditions(statuses, table.conditions["plan"])
    for version in versions:
        if version.get("status"):
            yield from _moment(version)
    states = [_state(status) for status in statuses]
    for before, after in pairwise(states):
        if before in ENDS and after != before:
            yield f"{before} and then {after or 'nothing'}"
        if not before and after in ENDS:
            yield f"{after} without Executing"


def _state(status: Object) -> str:
    return next((name for name in _DURABLE if name in conditions_of(status)), "")


def _moment(version: Object) -> Iterator[str]:
    """What is true of each single version."""
    status, migration = version["status"], version["status"].get("migration") or {}
    conditions, state = conditions_of(status), _state(status)
    told = [name for name in _DURABLE if name in conditions]
    history = migration.get("history") or []
    if told != [name for name in _DURABLE if history and name in conditions_of(history[-1])]:
        yield f"the Plan says {told}, its history {list(conditions_of(history[-1])) if history else []}"
    if len(told) > 1:
        yield f"{' and '.join(told)} at once"
    if bool(migration.get("completed")) != (state in ENDS):
        yield f"completed is {migration.get('completed')} while it is {state or 'waiting'}"
    if state and not migration.get("started"):
        yield f"{state} without a start"
    archived = "Archived" in conditions
    if archived and not version["spec"].get("archived"):
        yield "Archived, and nobody asked"
    if state and ("Ready" in conditions) == archived and not _blocked(conditions):
        yield f"Ready is {'Ready' in conditions} while it is {state}, archived: {archived}"
    if status.get("observedGeneration", 0) > version["metadata"]["generation"]:
        yield "it has observed a generation that does not exist yet"
    yield from _verdict(state, migration.get("vms") or [])


def _blocked(conditions: dict[str, Object]) -> bool:
    return any(each["category"] in ("Critical", "Error") for each in conditions.values())


def _verdict(state: str, machines: Sequence[Object]) -> Iterator[str]:
    ends = {end_of(machine) for machine in machines}
    due = next((end for end in ("Failed", "Succeeded") if end in ends), "Canceled")
    if state in ENDS and (state != due or not all(machine.get("completed") for machine in machines)):
        yield f"{state} while its machines are {sorted(ends)}"


def migration_deviations(table: Table, versions: Sequence[Object], plan: Sequence[Object]) -> Iterator[str]:
    """A Migration copies its Plan, one event behind it."""
    statuses = [version["status"] for version in versions if version.get("status")]
    yield from odd_conditions(statuses, table.conditions["migration"])
    lists = [((version.get("status") or {}).get("migration") or {}).get("vms") for version in plan]
    uid = plan[0]["metadata"]["uid"]
    owners = versions[-1]["metadata"].get("ownerReferences") or []
    if [owner["uid"] for owner in owners if not owner.get("controller")] != [uid]:
        yield f"it is owned by {owners}"
    for status in statuses:
        conditions, end = conditions_of(status), end_of(status)
        if end and "Running" in conditions:
            yield f"Running and {end} at once"
        if bool(status.get("completed")) != (end in ("Succeeded", "Failed")):
            yield f"completed is {status.get('completed')} while it is {end or 'under way'}"
        if status.get("vms") and status["vms"] not in lists:
            yield "its machines are in no version of the Plan"
    for before, after in pairwise(statuses):
        if end_of(before) and before != after:
            yield f"it changed after {end_of(before)}"
