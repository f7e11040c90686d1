"""Migrations: they belong to their Plan and mirror what it does."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.mtv.conditions import ADVISORY, CRITICAL, READY, REQUIRED, WARN, Condition, blockers, has, types_of
from lab.mtv.references import is_set, item, points_at, resolve
from lab.mtv.snapshots import CANCELED, EXECUTING, FAILED, SUCCEEDED
from lab.mtv.statuses import report
from lab.mtv.toolkit import Toolkit
from lab.virtualization.anatomy import deleting, name_of, namespace_of, owner_reference, uid_of

_KIND = "Migration"
_MESSAGES = {
    EXECUTING: "The migration is RUNNING.",
    SUCCEEDED: "The migration has SUCCEEDED.",
    FAILED: "The migration has FAILED.",
}


def migrations_of(lab: Lab, plan: Object) -> list[Object]:
    """All Migrations of a Plan, oldest first."""
    found = [item for item in lab.store.list(_KIND) if points_at(item["spec"].get("plan"), plan)]
    return sorted(found, key=lambda item: (item["metadata"]["creationTimestamp"], int(item["metadata"]["generation"])))


class Migrations:
    """Facts/forklift.md 1.7."""

    watches: tuple[str, ...] = (_KIND, "Plan")

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit, self._lab = toolkit, toolkit.lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == _KIND:
            return (Ref(_KIND, namespace_of(obj), name_of(obj)),)
        return [Ref(_KIND, namespace_of(item), name_of(item)) for item in migrations_of(self._lab, obj)]

    async def reconcile(self, ref: Ref) -> float | None:
        migration = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if migration is None or deleting(migration) or has(migration, SUCCEEDED, FAILED, CANCELED):
            return None
        plan = resolve(self._lab, "Plan", migration["spec"].get("plan"))
        conditions = _plan_conditions(migration, plan)
        fields: Object = {}
        if plan is not None:
            migration = self._own(migration, plan)
            if not blockers(conditions):
                conditions += self._unresolved(migration, plan)
                fields = _reflected(migration, plan, conditions)
        if not blockers(conditions):
            conditions.append(_condition(READY, REQUIRED, "The migration is ready."))
        report(self._lab, migration, conditions, fields)
        return None

    def _own(self, migration: Object, plan: Object) -> Object:
        """Deleting the Plan collects its Migrations; the owner is no controller."""
        owners = migration["metadata"].get("ownerReferences") or []
        if any(owner["uid"] == uid_of(plan) for owner in owners):
            return migration
        reference = owner_reference(plan, controller=False)
        change = {"metadata": {"ownerReferences": [*owners, reference]}}
        return self._lab.store.patch(_KIND, namespace_of(migration), name_of(migration), change) or migration

    def _unresolved(self, migration: Object, plan: Object) -> list[Condition]:
        """Entries of `cancel` that name no machine of the Plan; only ids count."""
        vms = ((plan.get("status") or {}).get("migration") or {}).get("vms") or plan["spec"].get("vms") or []
        known = {str(vm.get("id", "")) for vm in vms}
        cancel = migration["spec"].get("cancel") or []
        unknown = tuple(item(entry) for entry in cancel if str(entry.get("id", "")) not in known)
        if not unknown:
            return []
        return [Condition(type="VMNotFound", category=WARN, reason="NotFound", message="VM not found.", items=unknown)]


def _condition(type_: str, category: str, message: str, reason: str = "", *, durable: bool = False) -> Condition:
    return Condition(type=type_, category=category, message=message, reason=reason, durable=durable)


def _plan_conditions(migration: Object, plan: Object | None) -> list[Condition]:
    reference = migration["spec"].get("plan")
    if plan is None:
        reason = "NotFound" if is_set(reference) else "NotSet"
        return [_condition("PlanNotValid", CRITICAL, "The `plan` is not valid.", reason)]
    if not has(plan, READY):
        message = "The `plan` does not have Ready condition."
        return [_condition("PlanNotReady", CRITICAL, message, "NotFound")]
    return []


def _reflected(migration: Object, plan: Object, conditions: list[Condition]) -> Object:
    """Fields and conditions of the Plan's snapshot of this Migration; a canceled one gets its condition only."""
    state: Object = (plan.get("status") or {}).get("migration") or {}
    history = state.get("history") or []
    snapshot = next((entry for entry in history if entry["migration"]["uid"] == uid_of(migration)), None)
    if snapshot is None:
        return {}
    if CANCELED in types_of(snapshot["conditions"]):
        found = next(entry for entry in snapshot["conditions"] if entry["type"] == CANCELED)
        canceled = _condition(CANCELED, ADVISORY, found["message"], found.get("reason", ""), durable=True)
        conditions.append(canceled)
        return {}
    for type_ in (EXECUTING, SUCCEEDED, FAILED):
        if type_ in types_of(snapshot["conditions"]):
            shown = "Running" if type_ == EXECUTING else type_
            conditions.append(_condition(shown, ADVISORY, _MESSAGES[type_], durable=type_ != EXECUTING))
    if snapshot is not history[-1]:
        return {}
    return {"started": state.get("started"), "completed": state.get("completed"), "vms": state.get("vms")}
