"""The status of a VirtualMachine: what holds is said, what does not hold is left out (facts 3.1)."""

from lab.cluster.store import Object, Store
from lab.virtualization.anatomy import claims_of, condition, deleting, is_true, namespace_of, phase_of
from lab.virtualization.conditions import Condition, merged
from lab.virtualization.strategies import FINAL, left_over, strategy_of

_COPIED = ("LiveMigratable", "AgentConnected", "Paused", "PodScheduled", "Synchronized")


def status_of(store: Store, machine: Object, instance: Object | None, stamp: str) -> Object:
    """The whole status; `created` and `ready` only when true."""
    before = (machine.get("status") or {}).get("conditions", ())
    status: Object = {
        "printableStatus": printable(store, machine, instance),
        "runStrategy": strategy_of(machine),
        "observedGeneration": machine["metadata"]["generation"],
        "desiredGeneration": machine["metadata"]["generation"],
        "conditions": merged(before, _conditions(machine, instance), stamp),
    }
    if instance is not None:
        status["created"] = True
        if is_true(instance, "Ready"):
            status["ready"] = True
    requests = left_over(machine, instance)
    if requests:
        status["stateChangeRequests"] = requests
    for field in ("instancetype", "preference"):
        if field in machine["spec"]:
            status[f"{field}Ref"] = {"kind": machine["spec"][field]["kind"], "name": machine["spec"][field]["name"]}
    return status


def _conditions(machine: Object, instance: Object | None) -> list[Condition]:
    if instance is None:
        return [Condition("Ready", False, "VMINotExists", "VMI does not exist")]
    ready = condition(instance, "Ready")
    shown = [_copy(ready)] if ready else [Condition("Ready", False, "GuestNotRunning", "Guest VM is not running")]
    shown += [_copy(found) for type_ in _COPIED if (found := condition(instance, type_)) is not None]
    if _restart_required(machine, instance):
        message = "a non-live-updatable field was changed in the template spec"
        shown.append(Condition("RestartRequired", True, "RestartRequired", message))
    return shown


def _copy(found: Object) -> Condition:
    return Condition(found["type"], found["status"] == "True", found.get("reason", ""), found.get("message", ""))


def _restart_required(machine: Object, instance: Object) -> bool:
    wanted = machine["spec"]["template"]["spec"]["domain"]
    running = instance["spec"]["domain"]
    return phase_of(instance) == "Running" and any(
        key in wanted and wanted[key] != running.get(key) for key in ("cpu", "memory", "firmware")
    )


def printable(store: Store, machine: Object, instance: Object | None) -> str:
    """The first that matches, in KubeVirt's order."""
    if deleting(machine):
        return "Terminating"
    if instance is not None and (deleting(instance) or phase_of(instance) in FINAL):
        return "Stopped" if phase_of(instance) in FINAL and not deleting(instance) else "Stopping"
    if instance is not None and phase_of(instance) == "Running":
        return "Paused" if is_true(instance, "Paused") else "Running"
    return _before_running(store, machine, instance)


def _before_running(store: Store, machine: Object, instance: Object | None) -> str:
    if instance is None:
        return "Provisioning" if wanted(machine) and filling(store, machine) else "Stopped"
    if _reason(instance, "Synchronized") == "FailedPvcNotFound":
        return "ErrorPvcNotFound"
    if _reason(instance, "PodScheduled") == "Unschedulable":
        return "ErrorUnschedulable"
    claims = [store.get("PersistentVolumeClaim", namespace_of(instance), name) for name in claims_of(instance["spec"])]
    if any(claim is not None and phase_of(claim) != "Bound" for claim in claims):
        return "WaitingForVolumeBinding"
    return "Starting"


def wanted(machine: Object) -> bool:
    return strategy_of(machine) in ("Always", "Once", "RerunOnFailure")


def filling(store: Store, machine: Object) -> bool:
    """A volume of kind dataVolume is still being filled; claims of MTV's form never count (facts 3.1).

    A DataVolume that is gone fills nothing: its claim is used as it is (kubevirt/kubevirt, pkg/storage/types/dv.go,
    HasDataVolumeProvisioning), which is how machines from OpenShift find their disks.
    """
    for volume in machine["spec"]["template"]["spec"].get("volumes") or []:
        if "dataVolume" in volume:
            found = store.get("DataVolume", namespace_of(machine), volume["dataVolume"]["name"])
            if found is not None and phase_of(found) not in ("Succeeded", "PendingPopulation", "WaitForFirstConsumer"):
                return True
    return False


def _reason(instance: Object, type_: str) -> str:
    found = condition(instance, type_)
    return str(found.get("reason", "")) if found else ""
