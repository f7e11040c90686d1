"""Plans: validated until Ready, executed by one Migration after the other, archived, and cleaned up after."""

import time
from collections.abc import Iterable
from copy import deepcopy

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.mtv import cleanup, snapshots
from lab.mtv.checks.plan import validate
from lab.mtv.conditions import ADVISORY, READY, REQUIRED, Condition, blockers, has
from lab.mtv.execution import Execution
from lab.mtv.migrations import migrations_of
from lab.mtv.pairs import pair_of
from lab.mtv.plan_view import PlanView
from lab.mtv.references import points_at, resolve
from lab.mtv.snapshots import DURABLE, EXECUTING, SUCCEEDED
from lab.mtv.statuses import report
from lab.mtv.toolkit import LONG_SECONDS, POLL_SECONDS, Toolkit
from lab.mtv.vddk import vddk_conditions
from lab.virtualization.anatomy import deleting, name_of, namespace_of, uid_of

_KIND = "Plan"
_GRACE_MINUTES = 5
_REFERRED = ("Provider", "NetworkMap", "StorageMap", "Hook")


class Plans:
    """Facts/forklift.md 1.6, 2 and 7.5. A running Plan is worked on every three seconds and written once a pass."""

    watches: tuple[str, ...] = (_KIND, "Migration", "Job", *_REFERRED)

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit, self._lab = toolkit, toolkit.lab
        self._blocked_since: dict[str, float] = {}

    def refs(self, obj: Object) -> Iterable[Ref]:
        match obj["kind"]:
            case "Plan":
                return (Ref(_KIND, namespace_of(obj), name_of(obj)),)
            case "Migration":
                plan = obj["spec"].get("plan") or {}
                return (Ref(_KIND, str(plan.get("namespace", "")), str(plan.get("name", ""))),)
            case "Job":
                uid = (obj["metadata"].get("labels") or {}).get("plan")
                return [_ref(plan) for plan in self._lab.store.list(_KIND) if uid_of(plan) == uid]
        return [_ref(plan) for plan in self._lab.store.list(_KIND) if _refers(plan, obj)]

    async def reconcile(self, ref: Ref) -> float | None:
        plan = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if plan is None:
            cleanup.bury(self._toolkit, ref.namespace, ref.name)
            return None
        if deleting(plan):
            return None
        if plan["spec"].get("archived"):
            self._archive(plan)
            return None
        if has(plan, SUCCEEDED):
            return None  # never looked at again (facts/forklift.md 2.1)
        if has(plan, EXECUTING):
            return await self._execute(plan)
        return self._prepare(plan)

    def _view(self, plan: Object) -> PlanView:
        maps = plan["spec"].get("map") or {}
        return PlanView(
            toolkit=self._toolkit,
            plan=plan,
            pair=pair_of(self._lab, plan["spec"].get("provider")),
            networks=resolve(self._lab, "NetworkMap", maps.get("network")),
            storage=resolve(self._lab, "StorageMap", maps.get("storage")),
        )

    # -- before a run

    def _prepare(self, plan: Object) -> float | None:
        view, state = self._view(plan), self._state(plan)
        found = validate(view, executing=False)
        if not blockers(found):
            found += vddk_conditions(view)
        ready = _ready(found)
        waiting = [migration for migration in migrations_of(self._lab, plan) if self._open(migration, state)]
        if ready and waiting and has(plan, READY):
            Execution(view, state).begin(waiting[0])
        self._write(plan, found + ready, state)
        if snapshots.active(state) is not None:
            return 0.0
        return self._lab.clock.scaled(LONG_SECONDS) if ready and not waiting else self._toolkit.poll()

    def _open(self, migration: Object, state: Object) -> bool:
        """Not begun by this Plan, and not on its way out."""
        begun = {snapshot["migration"]["uid"] for snapshot in state.get("history") or []}
        return not deleting(migration) and uid_of(migration) not in begun

    # -- during a run

    async def _execute(self, plan: Object) -> float | None:
        phases = sorted({status["phase"] for status in self._state(plan)["vms"]})
        await self._lab.clock.work(POLL_SECONDS, owner=uid_of(plan), what=", ".join(phases))
        current = self._lab.store.get(_KIND, namespace_of(plan), name_of(plan))
        if current is None or uid_of(current) != uid_of(plan) or current["spec"].get("archived"):
            return 0.0
        view, state = self._view(current), self._state(current)
        found = validate(view, executing=True)
        self._pass(view, state, found)
        self._write(current, found + _ready(found), state)
        return 0.0

    def _pass(self, view: PlanView, state: Object, found: list[Condition]) -> None:
        execution, snapshot = Execution(view, state), snapshots.active(state)
        if snapshot is None:
            return
        mark = snapshot["migration"]
        migration = self._lab.store.get("Migration", mark["namespace"], mark["name"])
        if migration is None or uid_of(migration) != mark["uid"] or deleting(migration):
            execution.withdraw(deleted=True)
        elif blockers(found):
            self._stall(view, execution, found)
        elif snapshots.modified(view, snapshot):
            execution.withdraw(deleted=False)
        else:
            self._blocked_since.pop(view.uid, None)
            cancel = {str(vm.get("id", "")) for vm in migration["spec"].get("cancel") or []}
            execution.advance(migration, cancel)

    def _stall(self, view: PlanView, execution: Execution, found: list[Condition]) -> None:
        """Nothing moves while a blocker stands; from 2.12 on it fails the run after a grace period."""
        if not self._toolkit.release.blockers_fail:
            return
        minutes = self._toolkit.setting("controller_blocker_grace_period_minutes", _GRACE_MINUTES)
        since = self._blocked_since.setdefault(view.uid, time.monotonic())
        if time.monotonic() - since >= self._lab.clock.scaled(minutes * 60):
            del self._blocked_since[view.uid]
            execution.fail_all(", ".join(item.type for item in blockers(found)))

    # -- after a run

    def _archive(self, plan: Object) -> None:
        """One pass, errors ignored; whoever succeeded keeps its machine (facts/forklift.md 7.5)."""
        if has(plan, "Archived"):
            return
        view = self._view(plan)
        for status in self._state(plan).get("vms") or []:
            identity = {"plan": uid_of(plan), "vmID": str(status["id"])}
            succeeded = any(item["type"] == SUCCEEDED for item in status.get("conditions") or [])
            default = self._toolkit.release.removes_machine_of_failed
            with_machine = not succeeded and cleanup.removes_machine(plan["spec"], status, default=default)
            cleanup.clear(view, identity, with_machine=with_machine)
        cleanup.clear(view, {"plan": uid_of(plan), "resource": "vddk-config"}, with_machine=False)
        cleanup.unmount(view)
        message = "The migration plan has been archived."
        archived = Condition(type="Archived", category=ADVISORY, reason="UserRequested", message=message)
        report(self._lab, plan, [archived])

    # -- status

    def _state(self, plan: Object) -> Object:
        return deepcopy((plan.get("status") or {}).get("migration") or {})

    def _write(self, plan: Object, found: list[Condition], state: Object) -> None:
        """Durable conditions follow the last snapshot, whatever they were (facts/forklift.md 2.1)."""
        durable = snapshots.durable_of(state)
        gone = set(DURABLE) - {item.type for item in durable}
        report(self._lab, plan, [*found, *durable], {"migration": state or None}, dropped=gone)


def _ready(found: list[Condition]) -> list[Condition]:
    """Ready during and after a run too; a VDDK image that is being tried holds it back (facts/forklift.md 1.6)."""
    if blockers(found) or any(item.type == "ValidatingVDDK" for item in found):
        return []
    return [Condition(type=READY, category=REQUIRED, message="The migration plan is ready.")]


def _ref(plan: Object) -> Ref:
    return Ref(_KIND, namespace_of(plan), name_of(plan))


def _refers(plan: Object, obj: Object) -> bool:
    spec = plan["spec"]
    hooks = [hook.get("hook") for vm in spec.get("vms") or [] for hook in vm.get("hooks") or []]
    used = {
        "Provider": [(spec.get("provider") or {}).get(side) for side in ("source", "destination")],
        "NetworkMap": [(spec.get("map") or {}).get("network")],
        "StorageMap": [(spec.get("map") or {}).get("storage")],
        "Hook": hooks,
    }
    return any(points_at(reference, obj) for reference in used[obj["kind"]])
