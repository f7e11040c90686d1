"""VirtualMachineInstances: from Pending to Running in a launcher pod, and gracefully down again."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from itertools import count

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.kernel.service import Lab
from lab.virtualization import attachments
from lab.virtualization.anatomy import (
    claims_of,
    condition,
    deleting,
    name_of,
    namespace_of,
    owner_named,
    phase_of,
    uid_of,
)
from lab.virtualization.conditions import Condition, merged
from lab.virtualization.events import emit
from lab.virtualization.guest_view import interfaces
from lab.virtualization.launcher import launcher_pod, live_launcher, running_status, unschedulable_status
from lab.virtualization.placement import place
from lab.virtualization.power import GuestPower

_KIND = "VirtualMachineInstance"
FINAL = ("Succeeded", "Failed")
_BEGINNING = ("Pending", "Scheduling")


class Instances:
    """One phase per visit, each stored as a version of its own (facts/openshift.md 3.2)."""

    watches: tuple[str, ...] = (_KIND, "Pod", "PersistentVolumeClaim", "Node", attachments.KIND)

    def __init__(self, lab: Lab, power: GuestPower) -> None:
        self._lab, self._power = lab, power
        self._addresses = count(7)

    def refs(self, obj: Object) -> Iterable[Ref]:
        match obj["kind"]:
            case "VirtualMachineInstance":
                return (Ref(_KIND, namespace_of(obj), name_of(obj)),)
            case "Pod":
                owner = owner_named(obj, _KIND)
                own = [Ref(_KIND, namespace_of(obj), owner)] if owner else []
                return [*own, *self._unplaced()]
            case "Node":
                return self._unplaced()
            case attachments.KIND:
                known = self._lab.store.list(_KIND)
                return [Ref(_KIND, namespace_of(it), name_of(it)) for it in known if phase_of(it) in _BEGINNING]
        users = self._lab.store.list(_KIND, namespace_of(obj))
        return [Ref(_KIND, namespace_of(obj), name_of(item)) for item in users if _uses(item, name_of(obj))]

    def _unplaced(self) -> list[Ref]:
        """Instances that no node would have; another pod or node may have changed that."""
        known = self._lab.store.list(_KIND)
        waiting = (item for item in known if phase_of(item) == "Scheduling" and condition(item, "PodScheduled"))
        return [Ref(_KIND, namespace_of(item), name_of(item)) for item in waiting]

    async def reconcile(self, ref: Ref) -> float | None:
        instance = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if instance is None:
            return None
        if deleting(instance):
            await self._shut_down(instance)
            return None
        match phase_of(instance):
            case "":
                self._report(instance, "Pending")
            case "Pending":
                self._place(instance)
            case "Scheduling":
                await self._schedule(instance)
            case "Scheduled":
                await self._run(instance)
            case "Running":
                self._survive(instance)
        return None

    def _place(self, instance: Object) -> None:
        """Make the launcher pod once every claim exists; a missing one is reported and waited for."""
        missing = [name for name in claims_of(instance["spec"]) if self._claim(instance, name) is None]
        if missing:
            message = f"PVC {namespace_of(instance)}/{missing[0]} does not exist, waiting for it to appear"
            blocked = Condition("Synchronized", False, "FailedPvcNotFound", message)
            if self._report(instance, "Pending", extra=[blocked]):
                emit(self._lab, instance, "FailedPvcNotFound", message, warning=True)
            return
        absent = attachments.missing(self._lab.store, instance)
        if absent:
            message = f"failed to render launch manifest: failed to locate network attachment definition {absent}"
            if self._report(instance, "Pending", extra=[Condition("Synchronized", False, "FailedCreate", message)]):
                emit(self._lab, instance, "FailedCreate", message, warning=True)
            return
        if live_launcher(self._lab, instance) is None:
            self._lab.store.create(self._launcher(instance))
        self._report(instance, "Scheduling")

    def _launcher(self, instance: Object) -> Object:
        pod, edit = launcher_pod(instance), defect_of(self._lab).launcher
        if edit is not None:
            edit(pod)
        return pod

    def _claim(self, instance: Object, name: str) -> Object | None:
        return self._lab.store.get("PersistentVolumeClaim", namespace_of(instance), name)

    async def _schedule(self, instance: Object) -> None:
        pod = live_launcher(self._lab, instance)
        if pod is None:
            self._report(instance, "Failed")
            return
        key = ("Pod", namespace_of(pod), name_of(pod))
        if not phase_of(pod):
            self._lab.store.set_status(*key, {"phase": "Pending"})
        placed = place(self._lab.store, pod)
        if not placed.node:
            self._unschedulable(instance, pod, placed.message)
            return
        claims = [self._claim(instance, name) for name in claims_of(instance["spec"])]
        if any(claim is None or phase_of(claim) != "Bound" for claim in claims):
            return
        problem = attachments.trouble(self._lab.store, pod)
        if problem:
            emit(self._lab, pod, "FailedCreatePodSandBox", attachments.describe(pod, problem), warning=True)
            return
        await self._lab.clock.work(2.0, owner=_owner(instance), what="launcher start")
        address = f"10.129.0.{next(self._addresses) % 250}"
        told = {attachments.TOLD: attachments.told(pod, address)}
        self._lab.store.patch(*key, {"spec": {"nodeName": placed.node}, "metadata": {"annotations": told}})
        if self._lab.store.set_status(*key, running_status(address, self._lab.clock.stamp())) is not None:
            self._report(instance, "Scheduled", node=placed.node)

    def _unschedulable(self, instance: Object, pod: Object, message: str) -> None:
        told = condition(pod, "PodScheduled") or {}
        if told.get("message") != message:
            status = unschedulable_status(message, self._lab.clock.stamp())
            self._lab.store.set_status("Pod", namespace_of(pod), name_of(pod), status)
            emit(self._lab, pod, "FailedScheduling", message, warning=True)
        blocked = Condition("PodScheduled", False, "Unschedulable", message)
        self._report(instance, "Scheduling", extra=[blocked])

    async def _run(self, instance: Object) -> None:
        await self._lab.clock.work(1.0, owner=_owner(instance), what="domain start")
        pod = live_launcher(self._lab, instance)
        if pod is None:
            self._report(instance, "Failed")
            return
        status = deepcopy(instance["status"])
        ready = [Condition("Ready", True), Condition("LiveMigratable", *self._migratable(instance))]
        status |= {
            "phase": "Running",
            "activePods": {uid_of(pod): pod["spec"]["nodeName"]},
            "interfaces": interfaces(instance["spec"], pod["status"]["podIP"], None),
            "guestOSInfo": {},
            "conditions": merged(status.get("conditions", ()), ready, self._lab.clock.stamp()),
        }
        if self._write(instance, status):
            emit(self._lab, instance, "Started", "VirtualMachineInstance started.")
            self._power.on(instance)

    def _migratable(self, instance: Object) -> tuple[bool, str, str]:
        claims = [self._claim(instance, name) for name in claims_of(instance["spec"])]
        shared = all("ReadWriteMany" in claim["spec"]["accessModes"] for claim in claims if claim is not None)
        return (True, "", "") if shared else (False, "DisksNotLiveMigratable", "cannot migrate VMI: PVC is not shared")

    def _survive(self, instance: Object) -> None:
        """A guest that shut itself down or lost its pod ends its instance."""
        if live_launcher(self._lab, instance) is None:
            self._power.off(instance)
            self._report(instance, "Failed")

    async def _shut_down(self, instance: Object) -> None:
        booted = self._power.off(instance)
        if booted and phase_of(instance) not in FINAL:
            await self._lab.clock.work(2.0, owner=_owner(instance), what="guest shutdown")
        if phase_of(instance) not in FINAL:
            self._report(instance, "Succeeded")
        pods = self._lab.store.list("Pod", namespace_of(instance), {"kubevirt.io/created-by": uid_of(instance)})
        for pod in pods:
            self._lab.store.delete("Pod", namespace_of(pod), name_of(pod), uid=uid_of(pod))
        self._lab.store.patch(_KIND, namespace_of(instance), name_of(instance), {"metadata": {"finalizers": []}})

    def _report(self, instance: Object, phase: str, *, node: str = "", extra: Sequence[Condition] = ()) -> bool:
        """Write a phase before or after Running; False as with `_write`."""
        status = deepcopy(instance.get("status") or {})
        final = phase in FINAL
        reason = "PodTerminating" if final else "GuestNotRunning"
        wanted = [Condition("Ready", False, reason, "Guest VM is not reported as running"), *extra]
        status |= {
            "phase": phase,
            "qosClass": "Burstable",
            "conditions": merged(status.get("conditions", ()), wanted, self._lab.clock.stamp()),
        }
        if node:
            status["nodeName"] = node
        if final:
            status.pop("interfaces", None)
            status["guestOSInfo"] = {}
        return self._write(instance, status)

    def _write(self, instance: Object, status: Object) -> bool:
        """False when the instance has meanwhile gone, or is another one of the same name."""
        times = list(status.get("phaseTransitionTimestamps") or [])
        if not any(item["phase"] == status["phase"] for item in times):
            times.append({"phase": status["phase"], "phaseTransitionTimestamp": self._lab.clock.stamp()})
        status["phaseTransitionTimestamps"] = times
        key = (_KIND, namespace_of(instance), name_of(instance))
        current = self._lab.store.get(*key)
        if current is None or uid_of(current) != uid_of(instance):
            return False
        if deleting(current) and not deleting(instance):
            return False
        self._lab.store.set_status(*key, status)
        return True


def _uses(instance: Object, claim: str) -> bool:
    return claim in claims_of(instance["spec"])


def _owner(instance: Object) -> str:
    return f"{namespace_of(instance)}/{name_of(instance)}"
