"""Names of the claims that an array fills; their populators have the same (facts/forklift.md 3.5)."""

from hashlib import sha256

from lab.mtv.name_templates import Data, TemplateNotValid, rendered
from lab.mtv.object_names import template_of
from lab.mtv.target_names import LIMIT, is_label
from lab.mtv.vm_run import VmRun
from lab.world.model import Disk

_BUILT_IN = "{{trunc 4 .PlanName}}-{{trunc 4 .VmName}}-disk-{{.DiskIndex}}"
_TYPE = "*v1beta1.VSpherePVCNameTemplateData"


def claim_name(run: VmRun, index: int, disk: Disk) -> str:
    """By template, with a hash where the Plan wants names to be generated; empty when the result is no name.

    kubev2v/forklift v2.12.5, pkg/controller/plan/adapter/vsphere/builder.go, setColdMigrationDefaultPVCName: of a warm
    migration's disks, too, and TargetVmName is empty there.
    """
    text = template_of(run.vm, "pvcNameTemplate") or _BUILT_IN
    data: Data = {
        "VmName": _safe(run.target_name),
        "TargetVmName": "",
        "PlanName": run.view.name,
        "DiskIndex": index,
        "RootDiskIndex": run.root_index,
        "Shared": False,
        "FileName": disk.file.rpartition("/")[2],
        "WinDriveLetter": "",
    }
    try:
        result = rendered(text, data, _TYPE)
    except TemplateNotValid:
        return ""
    if not is_label(result):
        return ""
    if run.view.spec.get("pvcNameTemplateUseGenerateName", True):
        return f"{result}-{_suffix(run, index, disk)}"
    return result


def _suffix(run: VmRun, index: int, disk: Disk) -> str:
    told = f"{run.migration}-{run.id}-{disk.key}-{disk.file}-{index}"
    return sha256(told.encode()).hexdigest()[:8]


def _safe(name: str) -> str:
    cut = name[:LIMIT]
    return cut if is_label(cut) else cut.replace(".", "-")
