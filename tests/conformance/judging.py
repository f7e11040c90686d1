"""All deviations of a recording from the table, each with what it is about."""

from collections.abc import Iterator, Mapping, Sequence

from tests.conformance.machine_rules import XCOPY, MachineHistory, deviations
from tests.conformance.plan_rules import migration_deviations, plan_deviations
from tests.conformance.recording import Object, Recording
from tests.conformance.table import Row, Table


def judge(table: Table, made: Recording) -> list[str]:
    """Empty when all is as the table has it; the same deviation of many versions is told once."""
    found: list[str] = []
    for plan in made.plans.values():
        name = plan[0]["metadata"]["name"]
        found += [f"Plan {name}: {each}" for each in plan_deviations(table, plan)]
        found += [f"Plan {name}: {each}" for each in _machines(table, made, plan)]
    for migration in made.migrations.values():
        name, reference = migration[0]["metadata"]["name"], migration[0]["spec"]["plan"]
        plans = [plan for plan in made.plans.values() if plan[0]["metadata"]["name"] == reference["name"]]
        assert len(plans) == 1, f"Migration {name} has no Plan of its own"
        found += [f"Migration {name}: {each}" for each in migration_deviations(table, migration, plans[0])]
    return list(dict.fromkeys(found))


def row_of(table: Table, made: Recording, plan: Object) -> Row | None:
    providers = plan["spec"]["provider"]
    source, destination = made.provider(providers["source"]), made.provider(providers["destination"])
    here = "array" if made.offloads(plan) else "host"
    where = "remote" if destination["spec"].get("url") else here
    return table.row(source["spec"]["type"], mode_of(plan), where)


def mode_of(plan: Object) -> str:
    return str(plan["spec"].get("type") or ("warm" if plan["spec"].get("warm") else "cold"))


def _machines(table: Table, made: Recording, plan: Sequence[Object]) -> Iterator[str]:
    lists = [((version.get("status") or {}).get("migration") or {}).get("vms") or [] for version in plan]
    versions: dict[str, list[Object]] = {}
    for machine in (machine for each in lists for machine in each):
        versions.setdefault(machine["id"], []).append(machine)
    row = row_of(table, made, plan[-1])
    if row is None:
        yield "nobody has transcribed this way to move"
        return
    for identity, those in versions.items():
        names = called(plan[-1], those) | ({XCOPY} if made.offloads(plan[-1]) else set())
        history = MachineHistory(table=table, row=row, called=names, versions=those)
        yield from (f"machine {identity}: {each}" for each in deviations(history))


def called(plan: Object, versions: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """Steps that are there because the plan or the guest calls for them (facts/forklift.md 2.3)."""
    last: Object = dict(versions[-1])
    names = {str(hook["step"]) for hook in last.get("hooks") or []}
    if plan["spec"].get("runPreflightInspection") and mode_of(plan) == "warm":
        names.add("PreflightInspection")
    # Of an appliance MTV tells no system; the estate's machines with Windows say it in their names.
    systems = (str(version.get("operatingSystem") or version.get("name", "")).lower() for version in versions)
    windows = any("win" in system for system in systems)
    if windows and (last.get("targetPowerState") or plan["spec"].get("targetPowerState")) != "off":
        names.add("WaitForGuestReboots")
    return frozenset(names)
