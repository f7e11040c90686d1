"""Phases of the guest conversion: its pod, the conversion and, where virt-v2v copies, the disks."""

from lab.cluster.store import Object
from lab.mtv import vm_objects
from lab.mtv.conversion_pods import APP, APP_NAME
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of, phase_of, uid_of

_FAILED = "Guest conversion failed. See pod logs for details."


@handles("CreateGuestConversionPod")
def create_conversion_pod(run: VmRun) -> str | None:
    """From 2.12 on a Conversion resource stands for the pod, on MTV's own cluster (facts/forklift.md 0.2)."""
    if _pod(run) is None:
        conversion = ""
        if run.toolkit.release.conversion_resource:
            conversion = name_of(run.lab.store.create(vm_objects.conversion(run)))
        run.client.create(vm_objects.conversion_pod(run, conversion))
    return onward(run)


@handles("ConvertGuest")
def convert_guest(run: VmRun) -> str | None:
    """Ends with the first reading of a disk where virt-v2v copies, else with the pod (facts/forklift.md 2.5)."""
    pod = _pod(run)
    _mirror(run, pod)
    step, phase = run.step("ImageConversion"), phase_of(pod) if pod is not None else ""
    if phase == "Failed" or pod is None:
        run.fail("ImageConversion", _FAILED)
        return None
    shares = run.toolkit.metrics.get(uid_of(pod)) if not run.view.in_place else None
    if shares is None and phase != "Succeeded":
        return None
    vsphere = run.view.source_type == "vsphere"
    if phase == "Succeeded" or (vsphere and any(shares or ())):
        step["progress"] = {"completed": 1, "total": 1}
    run.status["firmware"] = run.vm.machine.firmware
    if vsphere:
        run.status["operatingSystem"] = run.vm.machine.guest.guest_id
    return onward(run)


@handles("CopyDisksVirtV2V")
def copy_disks(run: VmRun) -> str | None:
    """Tasks get progress but neither phase nor times; where somebody else copied, the step closes at once."""
    if run.view.in_place:
        _fill(run.step("DiskTransferV2v"))
        return onward(run)
    pod = _pod(run)
    _mirror(run, pod)
    if pod is None or phase_of(pod) == "Failed":
        run.fail("DiskTransferV2v", _FAILED)
        return None
    _measure(run, pod)
    return onward(run) if phase_of(pod) == "Succeeded" else None


def _fill(step: Object) -> None:
    """The pod has ended, whatever it had to do (kubev2v/forklift v2.10.6, updateConversionProgress)."""
    for task in step["tasks"]:
        task["progress"] = {**task["progress"], "completed": task["progress"]["total"]}
    step["progress"] = {**step["progress"], "completed": step["progress"]["total"]}


def _measure(run: VmRun, pod: Object) -> None:
    step, shares = run.step("DiskTransferV2v"), run.toolkit.metrics.get(uid_of(pod), [])
    files = [run.disk_name(disk) for disk in run.disks]
    known = dict(zip(files, shares, strict=False))
    for task in step["tasks"]:
        total = task["progress"]["total"]
        task["progress"] = {"completed": int(total * known.get(task["name"], 0.0) / 100), "total": total}
    done = sum(task["progress"]["completed"] for task in step["tasks"])
    step["progress"] = {**step["progress"], "completed": done}


def _pod(run: VmRun) -> Object | None:
    return next(iter(run.objects("Pod", **{APP: APP_NAME})), None)


def _mirror(run: VmRun, pod: Object | None) -> None:
    """The Conversion resource tells the phase of its pod."""
    if pod is None:
        return
    for item in run.lab.store.list("Conversion", run.view.namespace, run.identity):
        reference = {"name": name_of(pod), "namespace": namespace_of(pod)}
        status = {"phase": phase_of(pod) or "Pending", "pod": reference}
        if item.get("status") != status:
            run.lab.store.set_status("Conversion", namespace_of(item), name_of(item), status)
