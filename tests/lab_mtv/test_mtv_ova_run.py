"""A cold migration out of an appliance as clients see it, against facts/forklift.md 2 and 3 and upstream's v2.12.5."""

from typing import Any

import pytest

from lab.world.appliance_estate import LARGE
from tests.lab_mtv.appliances import ApplianceDesk
from tests.lab_mtv.scene import NAMESPACE, TARGET, Product, conditions, executing, has, steps_of, vm_of
from tests.lab_mtv.test_mtv_cold_run import COLD_TO_HOST, PHASES, without_repeats

Object = dict[str, Any]
FILES = [f"/ova/{LARGE}.ova::{LARGE}-disk{number}.vmdk" for number in (1, 2)]


@pytest.fixture
def desk(product: Product) -> ApplianceDesk:
    return ApplianceDesk(product)


def arrived(product: Product, name: str = LARGE) -> Object:
    machine = product.get("VirtualMachine", name, TARGET)
    assert machine is not None
    return dict(machine["spec"])


def test_it_walks_the_phases_and_steps_of_a_cold_migration_from_vsphere(desk: ApplianceDesk) -> None:
    versions = [vm_of(plan) for plan in desk.moved(LARGE) if executing(plan)]
    assert [step["name"] for step in versions[0]["pipeline"]] == COLD_TO_HOST
    assert without_repeats([vm["phase"] for vm in versions]) == PHASES
    assert "restorePowerState" not in versions[-1]
    assert versions[-1]["firmware"] == "efi"
    assert "operatingSystem" not in versions[-1]
    assert steps_of(versions[-1])["ImageConversion"]["progress"] == {"completed": 0, "total": 1}


def test_tasks_are_files_and_their_totals_count_the_units_of_the_descriptor_as_bytes(desk: ApplianceDesk) -> None:
    steps = steps_of(vm_of(desk.moved(LARGE)[-1]))
    for name in ("DiskAllocation", "DiskTransferV2v"):
        assert [task["name"] for task in steps[name]["tasks"]] == FILES
        assert [task["progress"] for task in steps[name]["tasks"]] == [{"completed": 0, "total": 0}] * 2
        assert steps[name]["phase"] == "Completed"


def test_a_descriptor_that_counts_bytes_shows_progress(desk: ApplianceDesk) -> None:
    versions = [vm_of(plan) for plan in desk.moved("vbox-rhel8") if executing(plan)]
    seen = {steps_of(vm)["DiskTransferV2v"]["progress"]["completed"] for vm in versions}
    assert 16384 in seen
    assert len(seen) > 2


def test_the_machine_is_what_the_descriptor_says(desk: ApplianceDesk, product: Product) -> None:
    desk.moved(LARGE)
    source, spec = desk.machine(LARGE), arrived(product)
    inner = spec["template"]["spec"]
    domain = inner["domain"]
    assert spec["runStrategy"] == "Halted"
    assert domain["cpu"] == {"sockets": 2, "cores": 2}
    assert domain["memory"] == {"guest": "6Gi"}
    assert domain["firmware"]["serial"] == source.uuid
    assert domain["firmware"]["bootloader"] == {"efi": {"secureBoot": True}}
    assert domain["features"] == {"smm": {"enabled": True}}
    assert domain["devices"]["inputs"] == [{"name": "tablet", "type": "tablet", "bus": "virtio"}]
    assert domain["devices"]["disks"] == [
        {"name": "vol-0", "disk": {"bus": "virtio"}},
        {"name": "vol-1", "disk": {"bus": "virtio"}},
    ]
    assert [item["macAddress"] for item in domain["devices"]["interfaces"]] == [nic.mac for nic in source.nics]
    assert inner["networks"] == [
        {"name": "net-0", "pod": {}},
        {"name": "net-1", "multus": {"networkName": "default/second"}},
    ]
    machine = product.get("VirtualMachine", LARGE, TARGET)
    assert machine is not None
    assert machine["metadata"]["labels"]["guestConverted"] == "true"


@pytest.mark.parametrize(("options", "carried"), [({"mtv": "2.10"}, False), ({"mtv": "2.11"}, True)])
def test_before_2_11_secure_boot_is_left_behind(desk: ApplianceDesk, product: Product, carried: bool) -> None:
    desk.moved(LARGE)
    domain = arrived(product)["template"]["spec"]["domain"]
    assert domain["firmware"]["bootloader"] == {"efi": {"secureBoot": carried}}
    assert ("features" in domain) is carried


def test_disks_are_blank_until_virt_v2v_has_read_the_archive(desk: ApplianceDesk, product: Product) -> None:
    desk.ready(LARGE)
    seen: list[Object] = []
    product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "AllocateDisks", after=desk.start)
    seen += product.all("DataVolume", TARGET)
    assert [volume["spec"]["source"] for volume in seen] == [{"blank": {}}] * 2
    annotations = {volume["metadata"]["annotations"]["forklift.konveyor.io/disk-source"] for volume in seen}
    assert annotations == set(FILES)
    assert not any("forklift.konveyor.io/disk-index" in volume["metadata"]["annotations"] for volume in seen)
    assert {volume["spec"]["storage"]["resources"]["requests"]["storage"] for volume in seen} == {
        str(16 * 1024**3),
        str(4 * 1024**3),
    }


def test_the_contents_arrive_with_the_guest_on_the_first_disk(desk: ApplianceDesk, product: Product) -> None:
    desk.moved(LARGE)
    source = desk.machine(LARGE)
    claims = {
        claim["metadata"]["annotations"].get("forklift.konveyor.io/disk-source"): claim["metadata"]["uid"]
        for claim in product.all("PersistentVolumeClaim", TARGET)
    }
    volumes = [product.world.volumes[claims[file]] for file in FILES]
    assert [volume.digest for volume in volumes] == [disk.digest for disk in source.disks]
    assert [volume.guest is not None for volume in volumes] == [True, False]


def test_the_conversion_pod_mounts_the_export_through_a_volume_of_its_own(
    desk: ApplianceDesk, product: Product
) -> None:
    plan = desk.moved(LARGE)[-1]
    (pod,) = product.all("Pod", TARGET, {"forklift.app": "virt-v2v"})
    (claim,) = product.all("PersistentVolumeClaim", TARGET, {"ova": "nfs-pvc"})
    (volume,) = product.all("PersistentVolume", None, {"ova": "nfs-pv"})
    environment = {item["name"]: item["value"] for item in pod["spec"]["containers"][0]["env"]}
    assert environment == {"V2V_vmName": LARGE, "V2V_diskPath": f"/ova/{LARGE}.ova", "V2V_source": "ova"}
    assert pod["spec"]["volumes"][-1] == {
        "name": "store-pv",
        "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]},
    }
    assert claim["metadata"]["name"].startswith("ova-store-pvc-vc-plan-")
    assert volume["metadata"]["name"].startswith("ova-store-pv-vc-plan-")
    migration = product.get("Migration", "go")
    assert migration is not None
    assert claim["metadata"]["labels"]["migration"] == migration["metadata"]["uid"]
    assert volume["metadata"]["labels"]["migration"] == "go"
    for part in (claim, volume):
        assert part["metadata"]["labels"]["plan"] == plan["metadata"]["uid"]
        assert part["metadata"]["labels"]["provider"] == "vc"
        assert part["status"]["phase"] == "Bound"
        assert not part["metadata"].get("ownerReferences")


def test_what_the_pod_mounted_stays_until_the_plan_is_archived(desk: ApplianceDesk, product: Product) -> None:
    desk.moved(LARGE)
    (claim,) = product.all("PersistentVolumeClaim", TARGET, {"ova": "nfs-pvc"})
    (volume,) = product.all("PersistentVolume", None, {"ova": "nfs-pv"})
    product.patch("Plan", "plan", {"spec": {"archived": True}})
    product.gone("PersistentVolumeClaim", claim["metadata"]["name"], TARGET)
    product.gone("PersistentVolume", volume["metadata"]["name"], "")
    assert len(product.all("PersistentVolumeClaim", TARGET)) == 2


def test_a_deleted_plan_takes_it_along_since_2_12(desk: ApplianceDesk, product: Product) -> None:
    desk.moved(LARGE)
    (volume,) = product.all("PersistentVolume", None, {"ova": "nfs-pv"})
    product.delete("Plan", "plan")
    product.gone("PersistentVolume", volume["metadata"]["name"], "")
    assert product.all("PersistentVolumeClaim", TARGET, {"ova": "nfs-pvc"}) == []


def test_a_cancelled_machine_leaves_it_and_loses_its_disks(desk: ApplianceDesk, product: Product) -> None:
    desk.ready(LARGE)
    product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "ConvertGuest", after=desk.start)
    product.patch("Migration", "go", {"spec": {"cancel": [{"id": desk.machine(LARGE).id}]}})
    product.until("Plan", "plan", lambda it: has(it, "Canceled"))
    left = product.all("PersistentVolumeClaim", TARGET)
    assert [claim["metadata"]["labels"].get("ova") for claim in left] in (["nfs-pvc"], [])


def test_windows_is_started_to_reboot_although_a_file_has_no_power(desk: ApplianceDesk, product: Product) -> None:
    versions = desk.moved("mtv-win2019-3disks")
    assert "WaitForGuestReboots" in steps_of(vm_of(versions[-1]))
    assert arrived(product, "mtv-win2019-3disks")["runStrategy"] == "Always"


def test_templates_for_names_are_not_looked_at(desk: ApplianceDesk, product: Product) -> None:
    templates = {
        "pvcNameTemplate": "{{.VmName}}-{{.DiskIndex}}",
        "volumeNameTemplate": "v-{{.VolumeIndex}}",
        "networkNameTemplate": "n-{{.NetworkIndex}}",
    }
    desk.moved(LARGE, **templates)
    inner = arrived(product)["template"]["spec"]
    prefix = f"plan-{desk.machine(LARGE).id}-"
    assert all(volume["persistentVolumeClaim"]["claimName"].startswith(prefix) for volume in inner["volumes"])
    assert [volume["name"] for volume in inner["volumes"]] == ["vol-0", "vol-1"]
    assert [network["name"] for network in inner["networks"]] == ["net-0", "net-1"]


def test_a_warm_plan_is_refused(desk: ApplianceDesk, product: Product) -> None:
    desk.providers()
    desk.maps()
    desk.plan(LARGE, warm=True)
    product.until("Plan", "plan", lambda it: has(it, "WarmMigrationNotReady"))


def test_a_disk_or_a_network_that_no_map_knows_blocks_the_plan(desk: ApplianceDesk, product: Product) -> None:
    desk.providers()
    desk.maps()
    first = product.all("StorageMap")[0]["spec"]["map"][1:]
    product.patch("StorageMap", "stores", {"spec": {"map": first}})
    product.patch("NetworkMap", "nets", {"spec": {"map": []}})
    desk.plan(LARGE)
    plan = product.until("Plan", "plan", lambda it: has(it, "VMStorageNotMapped", "VMNetworksNotMapped"))[-1]
    assert LARGE in conditions(plan)["VMStorageNotMapped"]["items"][0]


def test_nothing_is_warned_of_about_a_default_plan(desk: ApplianceDesk) -> None:
    assert set(conditions(desk.ready(LARGE))) == {"Ready"}


@pytest.mark.parametrize(("options", "told"), [({"mtv": "2.10"}, True), ({"mtv": "2.11"}, False), ({}, False)])
def test_a_strange_exporter_is_told_up_to_2_10(desk: ApplianceDesk, told: bool) -> None:
    assert has(desk.ready("vbox-rhel8"), "UnsupportedOvaSource") is told


def test_references_of_maps_have_id_and_name(desk: ApplianceDesk, product: Product) -> None:
    desk.ready(LARGE)
    (stores,) = product.all("StorageMap")
    named = {file.id: file.name for file in product.world.export.files().values()}
    assert {item["id"]: item["name"] for item in stores["status"]["references"]} == named
    (networks,) = product.all("NetworkMap", NAMESPACE)
    assert {item["name"] for item in networks["status"]["references"]} == {"VM Network", "dvs-vlan-100"}


def test_the_conversion_pod_tells_what_it_reads_and_how_far_it_is(desk: ApplianceDesk, product: Product) -> None:
    desk.moved(LARGE)
    (pod,) = product.all("Pod", TARGET, {"forklift.app": "virt-v2v"})
    lines = product.on_loop(lambda: product.lab.logs.lines(pod["metadata"]["uid"], "virt-v2v"))
    stages = [text.partition("] ")[2] for _, text in lines if text.startswith("[")]
    assert stages[0] == f"Setting up the source: -i ova /ova/{LARGE}.ova"
    assert [text for text in stages if text.startswith("Copying")] == ["Copying disk 1/2", "Copying disk 2/2"]
    assert stages[-1] == "Finishing off"
    assert "virt-v2v: This guest requires UEFI on the target to boot." in [text for _, text in lines]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"defect": "guest-conversion-fails"}, "virt-v2v: error: inspection could not detect the source guest"),
        ({"defect": "disk-transfer-fails"}, "virt-v2v: error: nbdcopy command failed"),
    ],
)
def test_a_pod_that_fails_says_why(desk: ApplianceDesk, product: Product, told: str) -> None:
    assert has(desk.moved(LARGE)[-1], "Failed")
    (pod,) = product.all("Pod", TARGET, {"forklift.app": "virt-v2v"})
    lines = product.on_loop(lambda: product.lab.logs.lines(pod["metadata"]["uid"], "virt-v2v"))
    assert any(text.startswith(told) for _, text in lines)
