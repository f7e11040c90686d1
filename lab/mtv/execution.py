"""One pass over a running migration: each machine gets one phase further, or to its end."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv import cleanup, snapshots
from lab.mtv.conditions import ADVISORY, Condition, drop, put, types_of
from lab.mtv.itineraries import DONE, step_of, steps_of
from lab.mtv.openshift.exporting import forget_exports
from lab.mtv.openstack.tasks import tasks_of
from lab.mtv.openstack.tidying import forget_images
from lab.mtv.ovirt.snapshots import forget_precopies
from lab.mtv.phases.handlers import handler_of
from lab.mtv.phases.warm import withdraw
from lab.mtv.pipeline import begin, built, fail, finish, move, step_named
from lab.mtv.plan_view import PlanView, VmView
from lab.mtv.snapshots import CANCELED, FAILED, SUCCEEDED, vm_verdict
from lab.mtv.source_harm import harm
from lab.mtv.target_names import is_subdomain, new_name
from lab.mtv.vm_run import VmRun
from lab.world import physics
from lab.world import snapshots as world_snapshots
from lab.world.model import Machine
from lab.world.sources import kind_of

_IN_FLIGHT = 20
_ENDS = {SUCCEEDED, FAILED, CANCELED}


def _disks(vm: VmView) -> list[tuple[str, int]]:
    view = vm.view
    return [(view.disk_name(disk), view.source.disk_total(disk)) for disk in vm.machine.disks]


TASKS: Mapping[str, Callable[[VmView], list[tuple[str, int]]]] = {"openstack": tasks_of}
"""Names and MiB of what is copied, by type of a source that calls or orders that otherwise than its disks."""

FAREWELLS: Mapping[str, Callable[[PlanView, list[Object]], None]] = {
    "openshift": forget_exports,
    "ovirt": forget_precopies,
    "openstack": forget_images,
}
"""What is still to do at a source when a run has ended, by its type: (Plan, machines of the run)."""


class Execution:
    """Works on `status.migration` of a Plan in memory; its controller writes it (facts/forklift.md 2.1)."""

    def __init__(self, view: PlanView, state: Object) -> None:
        self._view, self._lab, self._state = view, view.lab, state

    @property
    def _stamp(self) -> str:
        return self._lab.clock.stamp()

    # -- begin

    def begin(self, migration: Object) -> None:
        """New snapshot, and a complete pipeline for every machine that has not already succeeded."""
        self._ensure_namespace()
        former = {vm["id"]: vm for vm in self._state.get("vms") or []}
        self._state["started"] = self._stamp
        self._state.pop("completed", None)
        self._state.setdefault("history", []).append(snapshots.new_snapshot(self._view, migration, self._stamp))
        vms: list[Object] = []
        for entry in self._view.spec["vms"]:
            machine = self._view.machine(entry)
            old = former.get(machine.id if machine is not None else str(entry.get("id")))
            if old is not None and SUCCEEDED in types_of(old.get("conditions") or []):
                vms.append(old)
                continue
            if old is not None:
                self._clear(str(old["id"]), entry)
            if machine is not None:
                vms.append(self._fresh(entry, machine, vms))
        self._state["vms"] = vms

    def _ensure_namespace(self) -> None:
        name, client = self._view.target_namespace, self._view.destination.client
        if client.get("Namespace", "", name) is None:
            client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def _fresh(self, entry: Object, machine: Machine, others: Iterable[Object]) -> Object:
        vm = VmView(view=self._view, entry=entry, machine=machine)
        status: Object = {
            **entry,
            "id": machine.id,
            "name": machine.name,
            "luks": entry.get("luks") or {},
            "phase": "Started",
            "pipeline": built(steps_of(vm), TASKS.get(self._view.source_type, _disks)(vm)),
        }
        name = self._new_name(entry, machine, others)
        return status | {"newName": name} if name else status

    def _new_name(self, entry: Object, machine: Machine, others: Iterable[Object]) -> str:
        """Empty when the source's name can stay."""
        if entry.get("targetName"):
            return str(entry["targetName"])
        if is_subdomain(machine.name):
            return ""
        sources = {str(other["name"]) for other in others}
        client, namespace = self._view.destination.client, self._view.target_namespace
        name = new_name(
            machine.name, lambda name: name in sources or client.get("VirtualMachine", namespace, name) is not None
        )
        return name.replace("-", "") if chosen(self._lab, Fault.NAME_SQUEEZED) else name

    # -- one pass

    def advance(self, migration: Object, cancel: set[str]) -> None:
        """Take every machine one phase further; when all are through, close the snapshot."""
        uid = migration["metadata"]["uid"]
        for status in self._state["vms"]:
            if not status.get("completed"):
                self._advance(status, uid, cancel)
        if all(status.get("completed") for status in self._state["vms"]):
            self._conclude()

    def _advance(self, status: Object, migration: str, cancel: set[str]) -> None:
        ends = types_of(status.get("conditions") or []) & _ENDS
        if ends:
            self._settle(status, CANCELED in ends)
            return
        if status["id"] in cancel:
            self._end(status, vm_verdict(CANCELED, reason="UserRequested"))
            return
        machine = self._view.machine(status)
        if machine is None:
            self._vanished(status)
        elif self._may_run(status, machine):
            self._work(self._run(status, machine, migration))

    def _run(self, status: Object, machine: Machine, migration: str) -> VmRun:
        vm = VmView(view=self._view, entry=status, machine=machine)
        return VmRun(vm=vm, status=status, migration=migration)

    def _work(self, run: VmRun) -> None:
        """Run the handler of the phase and book what follows from it."""
        status = run.status
        phase = str(status["phase"])
        if "started" not in status:
            self._start(run, phase)
            return
        after = handler_of(run)(run)
        if status.get("error"):
            self._end(status, vm_verdict(CANCELED if chosen(self._lab, Fault.CANCELED) else FAILED))
        elif after is not None:
            move(status, step_of(run.vm, phase), step_of(run.vm, after), self._stamp)
            status["phase"] = after
            if after == DONE:
                self._succeed(run)

    def _start(self, run: VmRun, phase: str) -> None:
        """A pass of its own, so that the first step is seen Running even if a hook follows at once."""
        run.status["started"] = self._stamp
        step = step_named(run.status, step_of(run.vm, phase))
        if step is not None:
            begin(step, self._stamp)

    def _succeed(self, run: VmRun) -> None:
        """All in the pass in which the last step finishes (facts/forklift.md 2.2)."""
        self._end(run.status, vm_verdict(SUCCEEDED))
        if all(step.get("completed") for step in run.status["pipeline"]):
            run.status["completed"] = self._stamp  # else in the next pass (facts/forklift.md 2.4)
        if run.toolkit.release.cleans_up_after_success:
            cleanup.tidy(run)
        if chosen(self._lab, Fault.POPULATOR_PODS_STAY):
            cleanup.forget_populators(run)
        if run.source is not None:
            self._touch_source(run.source)

    def _touch_source(self, source: Machine) -> None:
        """The product leaves a source that has moved alone, unless it is the defect that it does not."""
        if chosen(self._lab, Fault.SOURCE_SNAPSHOT_STAYS):
            world_snapshots.take(self._lab.world, source, "forklift-migration-precopy")
        harm(self._lab, source)
        if chosen(self._lab, Fault.SOURCE_DELETED):
            self._view.source.delete(source.id)
            self._lab.world.touch(source)
        if chosen(self._lab, Fault.SOURCE_STARTS):
            self._start_source(source)

    def _start_source(self, source: Machine) -> None:
        start = self._view.source.start
        if start is None:
            physics.power_on(self._lab, source)
        else:
            start(source.id)

    def _end(self, status: Object, condition: Condition) -> None:
        put(status.setdefault("conditions", []), condition, self._stamp)
        status["phase"] = DONE

    def _vanished(self, status: Object) -> None:
        if "started" not in status:
            self._end(status, vm_verdict(CANCELED, reason="NotFound"))
            return
        fail(status, str(status["phase"]), "VM not found.")
        self._end(status, vm_verdict(FAILED))

    def _settle(self, status: Object, canceled: bool) -> None:
        """The pass after the end: a canceled machine is taken back, a failed one stays as it is."""
        if canceled:
            self.take_back(status)
        else:
            withdraw(self._view, status)  # all that is removed of a failed warm machine (facts/forklift.md 2.2)
        status["completed"] = self._stamp

    def take_back(self, status: Object) -> None:
        """Remove what a canceled machine left and give its source the power back (facts/forklift.md 2.8)."""
        self._clear(str(status["id"]), status)
        withdraw(self._view, status)
        source = self._view.source.machines().get(str(status["id"]))
        if source is not None and status.get("restorePowerState") == "On":
            self._start_source(source)
        for step in status["pipeline"]:
            if step.get("started") and not step.get("completed"):
                finish(step, self._stamp)

    def _clear(self, machine: str, entry: Object) -> None:
        toolkit = self._view.toolkit
        default = toolkit.release.removes_machine_of_failed
        with_machine = cleanup.removes_machine(self._view.spec, entry, default=default)
        cleanup.clear(self._view, {"plan": self._view.uid, "vmID": machine}, with_machine=with_machine)

    # -- scheduling

    def _may_run(self, status: Object, machine: Machine) -> bool:
        """At most so many machines at a time, of an ESXi host or else of a source Provider (facts/forklift.md 2.9)."""
        if "started" in status:
            return True
        limit = self._view.toolkit.setting("controller_max_vm_inflight", _IN_FLIGHT)
        if self._in_flight()[self._lane(machine.id)] < limit:
            drop(status.setdefault("conditions", []), "Pending")
            if not status["conditions"]:
                del status["conditions"]
            return True
        message = f"Waiting to start migration: in-flight limit reached (max {limit})."
        waiting = Condition(type="Pending", category=ADVISORY, message=message)
        put(status.setdefault("conditions", []), waiting, self._stamp)
        return False

    def _in_flight(self) -> Counter[str]:
        """Machines under way by lane, in this Plan and in all others."""
        others = (plan for plan in self._lab.store.list("Plan") if plan["metadata"]["uid"] != self._view.uid)
        states = [(plan.get("status") or {}).get("migration") or {} for plan in others]
        executing = [state for state in states if snapshots.active(state) is not None]
        counted: Counter[str] = Counter()
        for state in [self._state, *executing]:
            for status in state.get("vms") or []:
                if status.get("started") and not status.get("completed"):
                    counted[self._lane(str(status["id"]))] += 1
        return counted

    def _lane(self, id_: str) -> str:
        """An ESXi host, or the platform of any other machine."""
        machine = self._lab.world.machines.get(id_)
        return machine.host if machine is not None else kind_of(self._lab.world, id_)

    # -- ends

    def _conclude(self) -> None:
        """A mixed result of canceled and succeeded machines is a success (facts/forklift.md 2.1)."""
        ends = {end for status in self._state["vms"] for end in types_of(status.get("conditions") or [])}
        result = next((end for end in (FAILED, SUCCEEDED) if end in ends), CANCELED)
        self._close(snapshots.verdict(SUCCEEDED if chosen(self._lab, Fault.PLAN_BOASTS) else result))

    def _close(self, condition: Condition) -> None:
        farewell = FAREWELLS.get(self._view.source_type)
        if farewell is not None:
            farewell(self._view, self._state["vms"])
        snapshot = snapshots.active(self._state)
        if snapshot is not None:
            snapshots.close(snapshot, condition, self._stamp)
        self._state["completed"] = self._stamp

    def fail_all(self, reason: str) -> None:
        """A blocker stood for too long (facts/forklift.md 2.1)."""
        message = f"The migration has FAILED due to a validation blocker: {reason}"
        for status in self._state["vms"]:
            if not status.get("completed"):
                fail(status, str(status["phase"]), message)
                self._end(status, vm_verdict(FAILED, message=message))
                status["completed"] = self._stamp
        self._close(snapshots.verdict(FAILED, message=message))

    def withdraw(self, *, deleted: bool) -> None:
        """The Migration was deleted, or what it stands on was replaced: machines are canceled where they are."""
        for status in self._state["vms"]:
            if types_of(status.get("conditions") or []) & {SUCCEEDED, FAILED}:
                continue
            canceled = vm_verdict(CANCELED, reason="Modified")
            put(status.setdefault("conditions", []), canceled, self._stamp)
            self.take_back(status)
            status["completed"] = self._stamp
        snapshot = snapshots.active(self._state)
        if snapshot is None:
            return
        reason, message = ("Deleted", "The migration has been deleted.") if deleted else ("Modified", "")
        text = message or "The migration has been canceled."
        snapshots.close(snapshot, snapshots.verdict(CANCELED, reason=reason, message=text), self._stamp)
        if not deleted:
            self._state["completed"] = self._stamp
