"""The operator's view of its ForkliftController: Running, then Successful again after every change."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.mtv.toolkit import Toolkit
from lab.virtualization.anatomy import name_of, namespace_of, uid_of

_KIND = "ForkliftController"
_SECONDS = 20.0


class Operator:
    """Facts/forklift.md 6.2: conditions of an Ansible operator, with both statuses and no category."""

    watches: tuple[str, ...] = (_KIND,)

    def __init__(self, toolkit: Toolkit) -> None:
        self._lab = toolkit.lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        return (Ref(_KIND, namespace_of(obj), name_of(obj)),)

    async def reconcile(self, ref: Ref) -> float | None:
        controller = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if controller is None:
            return None
        generation = controller["metadata"].get("generation", 1)
        status: Object = controller.get("status") or {}
        if status.get("observedGeneration") == generation:
            return None
        if status:
            self._write(ref, [self._condition("Running", "Running", "Running reconciliation")], status)
            await self._lab.clock.work(_SECONDS, owner=uid_of(controller), what="operator reconciles")
        done = [
            self._condition("Running", "Successful", "Awaiting next reconciliation"),
            self._condition("Successful", "Successful", "Last reconciliation succeeded"),
            {**self._condition("Failure", "", ""), "status": "False"},
        ]
        self._write(ref, done, {"observedGeneration": generation})
        return None

    def _condition(self, type_: str, reason: str, message: str) -> Object:
        stamp = self._lab.clock.stamp()
        return {"type": type_, "status": "True", "reason": reason, "message": message, "lastTransitionTime": stamp}

    def _write(self, ref: Ref, conditions: list[Object], status: Object) -> None:
        self._lab.store.set_status(_KIND, ref.namespace, ref.name, {**status, "conditions": conditions})
