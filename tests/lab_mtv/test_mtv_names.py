"""Names by template: what is refused, and what objects are called (facts/forklift.md 3.5 and 9.4.21)."""

import re
from typing import Any

import pytest

from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, conditions, has, steps_of, vm_of

Object = dict[str, Any]
THREE_DISKS, TWO_NICS = "mtv-win2022-ip-3disks", "mtv-rhel8-warm-2disks2nics"
FILE_NAMES = '{{ .FileName | trimSuffix ".vmdk" | replace "_" "-" }}-{{.DiskIndex}}'


def volumes(product: Product, name: str) -> list[Object]:
    machine = product.get("VirtualMachine", name, TARGET)
    assert machine is not None
    found: list[Object] = machine["spec"]["template"]["spec"]["volumes"]
    return found


def claims(product: Product, name: str) -> list[str]:
    """In the order of the machine's disks."""
    return [volume["persistentVolumeClaim"]["claimName"] for volume in volumes(product, name)]


def refused(desk: Desk, product: Product, **spec: Any) -> Object:
    """The condition of a Plan that MTV does not like."""
    desk.providers()
    desk.maps()
    product.until("NetworkMap", "nets", lambda it: has(it, "Ready"))
    product.until("StorageMap", "stores", lambda it: has(it, "Ready"))
    desk.plan(RHEL, **spec)
    plan = product.until("Plan", "plan", lambda it: has(it, "NotValid"))[-1]
    assert not has(plan, "Ready")
    found: Object = conditions(plan)["NotValid"]
    return found


def test_an_exact_name_is_the_rendered_template(desk: Desk, product: Product) -> None:
    desk.moved(
        THREE_DISKS,
        pvcNameTemplate="{{.VmName}}-disk-{{.DiskIndex}}",
        pvcNameTemplateUseGenerateName=False,
        targetPowerState="off",
    )
    assert claims(product, THREE_DISKS) == [f"{THREE_DISKS}-disk-{index}" for index in range(3)]
    machine = product.get("VirtualMachine", THREE_DISKS, TARGET)
    assert machine is not None
    devices = machine["spec"]["template"]["spec"]["domain"]["devices"]["disks"]
    assert [disk["name"] for disk in devices] == ["vol-0", "vol-1", "vol-2"]


def test_a_generated_name_is_the_rendered_template_and_five_characters(desk: Desk, product: Product) -> None:
    """Generated unless the Plan says otherwise; the file's name is that of the disk's first layer."""
    desk.moved(THREE_DISKS, pvcNameTemplate=FILE_NAMES, targetPowerState="off")
    files = [disk.file.rpartition("/")[2].removesuffix(".vmdk").replace("_", "-") for disk in _ordered(desk)]
    for index, (name, file) in enumerate(zip(claims(product, THREE_DISKS), files, strict=True)):
        assert re.fullmatch(rf"{re.escape(file)}-{index}-[a-z0-9]{{5}}", name)


def _ordered(desk: Desk) -> list[Any]:
    return list(desk.machine(THREE_DISKS).disks)


def test_a_warm_migration_names_claims_by_file_too(desk: Desk, product: Product) -> None:
    """The layer that a snapshot adds does not count."""
    desk.machine(RHEL).change_tracking = True
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.maps()
    desk.plan(RHEL, type="warm", warm=True, pvcNameTemplate=FILE_NAMES)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    product.until("DataVolume", _first_volume(product), lambda it: it["status"].get("phase") == "Paused")
    (claim,) = product.all("PersistentVolumeClaim", TARGET)
    assert re.fullmatch(rf"{RHEL}-0-[a-z0-9]{{5}}", claim["metadata"]["name"])


def _first_volume(product: Product) -> str:
    product.until("Plan", "plan", lambda it: vm_phase(it) == "CopyDisks")
    (volume,) = product.all("DataVolume", TARGET)
    return str(volume["metadata"]["name"])


def vm_phase(plan: Object) -> str:
    vms = plan["status"].get("migration", {}).get("vms", [])
    return str(vms[0]["phase"]) if vms else ""


def test_a_machine_s_own_template_wins(desk: Desk, product: Product) -> None:
    vms = [{"name": RHEL, "pvcNameTemplate": "own-{{.DiskIndex}}", "volumeNameTemplate": "of-{{.PVCName}}"}]
    desk.moved(RHEL, vms=vms, pvcNameTemplate="plan-{{.DiskIndex}}", pvcNameTemplateUseGenerateName=False)
    assert volumes(product, RHEL) == [{"name": "of-own-0", "persistentVolumeClaim": {"claimName": "own-0"}}]


def test_variables_are_those_of_the_run(desk: Desk, product: Product) -> None:
    """The target's name is the wished one; the boot disk is the one that the Plan names."""
    which = "{{if eq .DiskIndex .RootDiskIndex}}root{{else}}data{{end}}"
    text = f"{{{{.TargetVmName}}}}-{{{{trunc 2 .PlanName}}}}-{which}{{{{.DiskIndex}}}}"
    vms = [{"name": TWO_NICS, "targetName": "wished", "rootDisk": "/dev/sdb"}]
    nets = {"network": {"name": "nets", "namespace": "run"}, "storage": {"name": "stores", "namespace": "run"}}
    desk.providers()
    ignored = {"source": {"name": "dvs-vlan-100"}, "destination": {"type": "ignored"}}
    desk.maps({"source": {"name": "VM Network"}, "destination": {"type": "pod"}}, ignored)
    desk.plan(vms=vms, map=nets, pvcNameTemplate=text, pvcNameTemplateUseGenerateName=False)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    product.until("Plan", "plan", lambda it: has(it, "Succeeded"))
    assert claims(product, "wished") == ["wished-pl-data0", "wished-pl-root1"]


def test_networks_and_volumes_are_named_by_template(desk: Desk, product: Product) -> None:
    """A volume's name is cut; a network's type is written as in the map."""
    desk.moved(
        RHEL,
        networkNameTemplate="{{lower .NetworkType}}-{{.NetworkIndex}}",
        volumeNameTemplate='{{.PVCName}}-{{repeat 50 "x"}}',
    )
    machine = product.get("VirtualMachine", RHEL, TARGET)
    assert machine is not None
    spec = machine["spec"]["template"]["spec"]
    assert spec["networks"] == [{"name": "pod-0", "pod": {}}]
    assert [item["name"] for item in spec["domain"]["devices"]["interfaces"]] == ["pod-0"]
    (claim,) = claims(product, RHEL)
    assert volumes(product, RHEL)[0]["name"] == f"{claim}-{'x' * 50}"[:63]
    assert [disk["name"] for disk in spec["domain"]["devices"]["disks"]] == [f"{claim}-{'x' * 50}"[:63]]


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{.VmName", "Invalid template syntax caused by: 'template: template:1: unclosed action'"),
        (
            "{{default .VmName}}",
            """Invalid template syntax caused by: 'template: template:1: function "default" not defined'""",
        ),
        (
            "{{ .VolumeID }}",
            'Template execution failed caused by: \'template: template:1:3: executing "template" at <.VolumeID>: '
            "can't evaluate field VolumeID in type v1beta1.VSpherePVCNameTemplateData'",
        ),
        ("{{.WinDriveLetter}}", "Template output is empty"),
        ("Not_{{.DiskIndex}}", "Template output is invalid k8s label [Not_0]"),
        ('{{repeat 64 "a"}}', f"Template output is invalid k8s label [{'a' * 64}]"),
        ("a.{{.DiskIndex}}", "Template output is invalid k8s label [a.0]"),
    ],
)
def test_a_template_that_makes_no_name_is_refused(desk: Desk, product: Product, template: str, error: str) -> None:
    found = refused(desk, product, pvcNameTemplate=template)
    assert (found["category"], found["message"]) == ("Critical", "VM PVC name template is invalid.")
    assert found["items"] == [f" id:{desk.machine(RHEL).id} name:'{RHEL}'  template:{template} error:{error}"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"volumeNameTemplate": "{{.Nothing}}"}, "Volume name template is invalid."),
        ({"networkNameTemplate": "{{.NetworkType}}"}, "Network name template is invalid."),
        ({"vms": [{"name": RHEL, "volumeNameTemplate": "A"}]}, "VM volume name template is invalid."),
        ({"vms": [{"name": RHEL, "networkNameTemplate": "{{"}]}, "VM network name template is invalid."),
    ],
)
def test_other_templates_are_tried_on_samples(desk: Desk, product: Product, spec: Object, message: str) -> None:
    """The sample's network type has a capital, so that it cannot stand alone."""
    assert refused(desk, product, **spec)["message"] == message


def test_two_disks_of_one_exact_name_fail_the_migration(desk: Desk, product: Product) -> None:
    """Nothing but the API server notices."""
    plan = desk.moved(THREE_DISKS, pvcNameTemplate="pvc", pvcNameTemplateUseGenerateName=False, targetPowerState="off")[
        -1
    ]
    assert has(plan, "Failed")
    step = steps_of(vm_of(plan))["Initialize"]
    assert step["error"]["reasons"] == ['datavolumes.cdi.kubevirt.io "pvc" already exists']


def test_a_claim_of_somebody_else_is_not_taken(desk: Desk, product: Product) -> None:
    """CDI waits, and so does the migration."""
    product.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TARGET}})
    spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}}
    metadata = {"name": "pvc-0", "namespace": TARGET}
    product.create({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec})
    desk.ready(RHEL, pvcNameTemplate="pvc-{{.DiskIndex}}", pvcNameTemplateUseGenerateName=False)
    desk.migration()
    (event,) = product.until("Event", _clash(product), lambda it: it["reason"] == "ErrResourceExists")
    assert event["message"] == 'Resource "pvc-0" already exists and is not managed by DataVolume'
    claim = product.get("PersistentVolumeClaim", "pvc-0", TARGET)
    assert claim is not None
    assert "ownerReferences" not in claim["metadata"]


def _clash(product: Product) -> str:
    product.until("Plan", "plan", lambda it: vm_phase(it) == "AllocateDisks")
    (found,) = [it for it in product.all("Event", TARGET) if it["reason"] == "ErrResourceExists"]
    return str(found["metadata"]["name"])
