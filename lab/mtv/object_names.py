"""Names of a machine's claims, volumes and networks: by template where one is given (facts/forklift.md 3.5)."""

from lab.cluster.store import Object
from lab.mtv.name_templates import Data, TemplateNotValid, label, rendered
from lab.mtv.plan_view import VmView
from lab.mtv.platforms import OPENSHIFT
from lab.mtv.target_names import LIMIT, adjusted, is_label
from lab.mtv.vm_run import VmRun
from lab.world.disk_order import first_file
from lab.world.model import Disk

_OF_CLUSTER = "v1beta1.OCPPVCNameTemplateData"
_CLAIM, _VOLUME, _NETWORK = (f"v1beta1.{name}TemplateData" for name in ("VSpherePVCName", "VolumeName", "NetworkName"))


def template_of(vm: VmView, field: str) -> str:
    """The machine's own template before the Plan's; whoever builds from another source than vSphere does not look.

    kubev2v/forklift v2.12.5: only pkg/controller/plan/adapter/vsphere/builder.go has them, and that of OpenShift one.
    """
    release = vm.view.toolkit.release
    claims = field == "pvcNameTemplate" and _from_cluster(vm) and release.renames_claims_of_clusters
    if vm.view.source_type != "vsphere" and not claims:
        return ""
    return str(vm.entry.get(field) or vm.view.spec.get(field) or "")


# -- before a run: Forklift tries each template


def claim_complaint(vm: VmView) -> str:
    """What is wrong with the template for claims, tried on each disk; empty when nothing is."""
    text, target = template_of(vm, "pvcNameTemplate"), str(vm.entry.get("targetName") or "").strip()
    for index, disk in enumerate(vm.machine.disks if text else ()):
        # The boot disk is a guess and no disk is shared: what is tried is not yet what will be.
        data = _claim_data(vm, index, disk.file, target=target or adjusted(vm.machine.name), root=1)
        try:
            label(text, data, _OF_CLUSTER if _from_cluster(vm) else _CLAIM)
        except TemplateNotValid as wrong:
            return str(wrong)
    return ""


def volume_fits(text: str) -> bool:
    return not text or _fits(text, {"PVCName": "test-pvc", "VolumeIndex": 0}, _VOLUME)


def network_fits(text: str) -> bool:
    data = {"NetworkName": "test-network", "NetworkNamespace": "test-namespace", "NetworkType": "Multus"}
    return not text or _fits(text, {**data, "NetworkIndex": 0}, _NETWORK)


def _fits(text: str, data: Data, type_: str) -> bool:
    """These results are not trimmed, so that blanks around them count."""
    try:
        return is_label(rendered(text, data, type_))
    except TemplateNotValid:
        return False


# -- during a run


def claim_names(run: VmRun, index: int, disk: Disk) -> Object:
    """`name` and `generateName` of a disk's DataVolume, and so of its claim.

    A result that is no name after all is logged by Forklift and leaves the names as they are without a template.
    Without one, a claim of a cluster keeps its name.
    """
    plain = {"name": disk.label} if _from_cluster(run.vm) else {"generateName": run.prefix}
    text = template_of(run.vm, "pvcNameTemplate")
    file = first_file(disk) if run.view.mode == "warm" else disk.file
    target = str(run.status.get("newName") or adjusted(run.vm.machine.name))
    result = _result(text, _claim_data(run.vm, index, file, target=target, root=run.root_index), f"*{_CLAIM}")
    if not is_label(result):
        return plain
    if run.view.spec.get("pvcNameTemplateUseGenerateName", True):
        return {"generateName": f"{result}-"}
    return {"name": result} if _from_cluster(run.vm) else plain | {"name": result}


def volume_name(run: VmRun, index: int, claim: str) -> str:
    """Name of a volume and of its disk; cut when it is too long."""
    data: Data = {"PVCName": claim, "VolumeIndex": index}
    return (_result(template_of(run.vm, "volumeNameTemplate"), data, f"*{_VOLUME}") or f"vol-{index}")[:LIMIT]


def network_name(run: VmRun, index: int, destination: Object) -> str:
    """Name of a network and of its interface; the type is written as in the map."""
    data: Data = {
        "NetworkName": str(destination.get("name") or ""),
        "NetworkNamespace": str(destination.get("namespace") or ""),
        "NetworkType": str(destination["type"]),
        "NetworkIndex": index,
    }
    return _result(template_of(run.vm, "networkNameTemplate"), data, f"*{_NETWORK}") or f"net-{index}"


def _result(text: str, data: Data, type_: str) -> str:
    try:
        return rendered(text, data, type_) if text else ""
    except TemplateNotValid:
        return ""


def _claim_data(vm: VmView, index: int, file: str, *, target: str, root: int) -> Data:
    """No disk of the lab is shared, and its inventory knows no drive letters."""
    common: Data = {
        "VmName": vm.machine.name,
        "TargetVmName": target,
        "PlanName": vm.view.name,
        "DiskIndex": index,
    }
    if _from_cluster(vm):
        namespace, _, claim = file.partition("/")
        return {**common, "SourcePVCName": claim, "SourcePVCNamespace": namespace}
    return {
        **common,
        "RootDiskIndex": root,
        "Shared": False,
        "FileName": file.rpartition("/")[2],
        "WinDriveLetter": "",
    }


def _from_cluster(vm: VmView) -> bool:
    return vm.view.source_type == OPENSHIFT
