"""A cold migration whose disks the storage array copies (facts/forklift.md 4, 9.8)."""

from base64 import b64decode
from typing import Any

import pytest

from lab.world import snapshots
from lab.world.estate import WITHOUT_XCOPY
from lab.world.model import Disk
from tests.lab_mtv.offloading import POPULATOR, TWO_DISKS, OffloadDesk
from tests.lab_mtv.scene import NAMESPACE, RHEL, TARGET, Product, executing, has, steps_of, vm_of

Object = dict[str, Any]


@pytest.fixture
def desk(product: Product) -> OffloadDesk:
    return OffloadDesk(product)


def xcopy_used(plan: Object, step: str = "DiskTransfer") -> dict[str, str]:
    """What tasks say, by disk."""
    tasks = steps_of(vm_of(plan))[step]["tasks"]
    return {task["name"]: task["annotations"].get("xcopyUsed", "") for task in tasks}


def move_disk(disk: Disk, datastore: str) -> None:
    """Another datastore for a disk, as if it had always been there."""
    disk.file = disk.file.replace(f"[{disk.datastore}]", f"[{datastore}]")
    disk.datastore = datastore


def test_the_array_copies_every_disk(desk: OffloadDesk, product: Product) -> None:
    versions = desk.offloaded(TWO_DISKS)
    assert has(versions[-1], "Succeeded")
    vm, source = vm_of(versions[-1]), desk.machine(TWO_DISKS)
    names = ["Initialize", "DiskTransfer", "ImageConversion", "VirtualMachineCreation"]
    assert [step["name"] for step in vm["pipeline"]] == names
    transfer = steps_of(vm)["DiskTransfer"]
    assert [task["annotations"] for task in transfer["tasks"]] == [{"unit": "MB", "xcopyUsed": "1"}] * 2
    assert {task["reason"] for task in transfer["tasks"]} == {"Transfer completed."}
    seen = {steps_of(vm_of(it))["DiskTransfer"]["progress"]["completed"] for it in versions if executing(it)}
    assert any(0 < done < transfer["progress"]["total"] for done in seen)
    assert product.all("DataVolume", TARGET) == []
    assert product.get("VirtualMachine", TWO_DISKS, TARGET) is not None
    claims = desk.claims()
    for disk in source.disks:
        volume = product.world.volumes[claims[disk.file]["metadata"]["uid"]]
        assert (volume.digest, volume.size) == (disk.digest, disk.size)
    (conversion,) = product.all("Conversion", NAMESPACE)
    assert conversion["spec"]["type"] == "InPlace"


def test_what_populators_work_with_is_made_and_cleaned_up_as_mtv_does(desk: OffloadDesk, product: Product) -> None:
    plan = desk.offloaded(TWO_DISKS)[-1]
    source, migration = desk.machine(TWO_DISKS), plan["status"]["migration"]["history"][-1]["migration"]["uid"]
    disk = source.disks[1]
    claim = desk.claims()[disk.file]
    known = {"migration": migration, "plan": plan["metadata"]["uid"], "vmID": source.id}
    labels = known | {
        "vmdkKey": str(disk.key),
        "sourceHost": source.host,
        "volume.csi.k8s.io/affinity-source-naa": "naa.624a9370000000000000000000000011",
    }
    assert claim["metadata"]["labels"] == labels
    name, notes = claim["metadata"]["name"], claim["metadata"]["annotations"]
    assert name.startswith("plan-mtv--disk-1-"), "four letters of the plan's name, four of the machine's"
    assert notes["copy-offload"] == disk.file
    assert "forklift.konveyor.io/disk-index" not in notes
    spec = claim["spec"]
    assert (spec["volumeMode"], spec["accessModes"]) == ("Block", ["ReadWriteMany"])
    assert spec["resources"]["requests"]["storage"] == str(disk.size)
    assert spec["dataSourceRef"] == {"apiGroup": "forklift.konveyor.io", "kind": POPULATOR, "name": name}
    populator = product.get(POPULATOR, name, TARGET)
    assert populator is not None
    assert populator["metadata"]["labels"] == labels
    assert populator["status"] == {"progress": "100", "xcopyUsed": "1", "vibVersion": "1.2.0"}
    secrets = product.all("Secret", TARGET)
    assert [secret["metadata"]["name"][-2:] for secret in secrets] == ["-0", "-1"], "the machine's own has gone"
    assert populator["spec"] == {
        "vmId": source.id,
        "vmdkPath": disk.file,
        "secretName": secrets[1]["metadata"]["name"],
        "storageVendorProduct": "pureFlashArray",
    }
    assert secrets[1]["metadata"]["labels"] == known
    assert secrets[1]["metadata"]["ownerReferences"][0]["uid"] == claim["metadata"]["uid"]
    data = {key: b64decode(value).decode() for key, value in secrets[1]["data"].items()}
    assert (data["STORAGE_HOSTNAME"], data["PURE_CLUSTER_PREFIX"]) == ("array-1.lab.test", "px_a1b2c3d4")
    assert (data["GOVMOMI_HOSTNAME"], data["GOVMOMI_USERNAME"]) == ("127.0.0.1", "administrator@vsphere.local")
    assert b64decode(data["SSH_PUBLIC_KEY"]).startswith(b"ssh-rsa ")
    assert "ESXI_CLONE_METHOD" not in data, "the Provider does not set it"
    pods = [pod["metadata"]["name"] for pod in product.all("Pod", TARGET)]
    assert not [pod for pod in pods if pod.startswith("populate-")]
    assert len(product.all("PersistentVolumeClaim", TARGET)) == 2, "no prime claim is left"
    for kind, made in (("ServiceAccount", "populator"), ("Role", "populator-pvc-reader")):
        assert product.get(kind, made, TARGET) is not None


def test_a_populators_pod_has_an_account_of_its_own_and_the_hosts_name(desk: OffloadDesk, product: Product) -> None:
    desk.configure(controller_retain_populator_pods="true")
    desk.providers()
    desk.storage_secret()
    desk.offload_maps(storage_class="lab-wffc", accessMode="ReadWriteOnce")
    desk.plan(RHEL, pvcNameTemplate="pvc")
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    assert product.all("Secret", TARGET) == [], "nothing is made before the Migration"
    desk.migration()
    product.until("Plan", "plan", lambda it: has(it, "Succeeded"))
    (claim,) = desk.claims().values()
    assert claim["metadata"]["name"].startswith("pvc-")
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    pod = product.get("Pod", f"populate-{claim['metadata']['uid']}", TARGET)
    assert pod is not None
    assert pod["spec"]["serviceAccountName"] == "populator"
    assert pod["metadata"]["labels"]["sourceHost"] == desk.machine(RHEL).host
    assert pod["metadata"]["labels"]["pvcName"] == claim["metadata"]["name"]
    assert desk.last_words(pod) == "I copy finished"
    assert [it["metadata"]["labels"].get("forklift.app") for it in product.all("Pod", TARGET)].count("consumer") == 0


def test_the_host_copies_what_is_not_on_the_array_and_the_array_what_is_raw(
    desk: OffloadDesk, product: Product
) -> None:
    source, lun = desk.machine(TWO_DISKS), product.world.luns[0]
    first, second = source.disks
    product.on_loop(lambda: move_disk(first, WITHOUT_XCOPY))
    second.lun, second.lun_mode = lun.name, "virtualMode"
    plan = desk.offloaded(TWO_DISKS)[-1]
    assert has(plan, "Succeeded")
    assert xcopy_used(plan) == {first.file: "0", second.file: "0"}
    told = {it["spec"]["vmdkPath"]: it["status"] for it in product.all(POPULATOR, TARGET)}
    assert told[first.file]["vibVersion"] == "1.2.0", "a host did it"
    assert "vibVersion" not in told[second.file], "no host had a part in it"


def test_a_guest_that_is_not_converted_is_copied_by_the_array_too(desk: OffloadDesk, product: Product) -> None:
    """Without any image of VDDK, which only CDI would need (facts/forklift.md 4.3)."""
    plan = desk.offloaded(RHEL, skipGuestConversion=True)[-1]
    assert has(plan, "Succeeded")
    assert list(steps_of(vm_of(plan))) == ["Initialize", "DiskTransfer", "VirtualMachineCreation"]
    assert list(xcopy_used(plan).values()) == ["1"]
    assert product.all("Conversion", NAMESPACE) == []


def test_what_was_copied_so_far_goes_with_a_cancel(desk: OffloadDesk, product: Product) -> None:
    desk.providers()
    desk.storage_secret()
    desk.offload_maps()
    desk.plan(TWO_DISKS)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "CopyDisks")
    cancel = {"spec": {"cancel": [{"id": desk.machine(TWO_DISKS).id}]}}
    product.on_loop(lambda: product.lab.store.patch("Migration", NAMESPACE, "go", cancel))
    product.until("Plan", "plan", lambda it: has(it, "Canceled"))
    for kind in ("PersistentVolumeClaim", POPULATOR, "Secret", "Pod"):
        assert product.all(kind, TARGET) == [], kind


def test_the_array_copies_a_virtual_volume_without_a_host(desk: OffloadDesk, product: Product) -> None:
    (disk,) = desk.machine(RHEL).disks
    store = next(store for store in product.world.datastores.values() if store.name == WITHOUT_XCOPY)
    store.type = "VVOL"
    product.on_loop(lambda: move_disk(disk, WITHOUT_XCOPY))
    plan = desk.offloaded(RHEL)[-1]
    assert xcopy_used(plan) == {disk.file: "0"}
    (populator,) = product.all(POPULATOR, TARGET)
    assert "vibVersion" not in populator["status"]
    assert "volume.csi.k8s.io/affinity-source-naa" not in populator["metadata"]["labels"], "no VMFS, no LUN"


def test_a_name_that_two_disks_share_leaves_the_second_without_a_claim(desk: OffloadDesk) -> None:
    vm = vm_of(desk.offloaded(TWO_DISKS, pvcNameTemplate="pvc", pvcNameTemplateUseGenerateName=False)[-1])
    assert vm["error"] == {"phase": "CopyDisks", "reasons": ["PVC is missing; disk transfer cannot continue"]}
    assert [claim["metadata"]["name"] for claim in desk.claims().values()] == ["pvc"]


def test_a_disk_with_snapshots_is_copied_as_it_is_now(desk: OffloadDesk, product: Product) -> None:
    source = desk.machine(RHEL)
    product.on_loop(lambda: snapshots.take(product.world, source, "before"))
    source.disks[0].digest = "written since"
    product.pause(5)
    plan = desk.offloaded(RHEL)[-1]
    (file,) = xcopy_used(plan)
    assert file == "[lab-vmfs-1] mtv-tests-rhel8/mtv-tests-rhel8-000001.vmdk"
    claim = desk.claims()[file]
    assert product.world.volumes[claim["metadata"]["uid"]].digest == "written since"
    assert [item.name for item in source.snapshots] == ["before"]


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"PURE_CLUSTER_PREFIX": ""}, "clusterPrefix is missing and PURE_CLUSTER_PREFIX is not set."),
        ({"PURE_CLUSTER_PREFIX": "px_other"}, "nothing on array-1.lab.test belongs to this PURE_CLUSTER_PREFIX"),
        ({"STORAGE_PASSWORD": "wrong"}, "API token request failed with status 400: invalid credentials"),
        ({"STORAGE_USERNAME": "", "STORAGE_PASSWORD": ""}, "both STORAGE_USERNAME and STORAGE_PASSWORD must be"),
        ({"STORAGE_HOSTNAME": "elsewhere.lab.test"}, "no pureFlashArray answers at elsewhere.lab.test"),
    ],
)
def test_a_populator_that_fails_is_not_tried_again(
    desk: OffloadDesk, product: Product, keys: dict[str, str], says: str
) -> None:
    desk.providers()
    desk.storage_secret(**keys)
    desk.offload_maps()
    vm = vm_of(desk.run_plan(RHEL)[-1])
    (claim,) = desk.claims().values()
    uid = claim["metadata"]["uid"]
    message = f"populator pod failed for PVC {uid}. Please check the pod logs"
    assert vm["error"] == {"phase": "CopyDisks", "reasons": [message]}
    assert steps_of(vm)["DiskTransfer"]["error"]["reasons"] == [message]
    pod = product.get("Pod", f"populate-{uid}", TARGET)
    assert pod is not None
    assert says in desk.last_words(pod)
    prime = product.get("PersistentVolumeClaim", f"prime-{uid}", TARGET)
    assert prime is not None
    assert prime["spec"]["volumeMode"] == "Block"
    assert "dataSourceRef" not in prime["spec"]
    (event,) = [it for it in product.all("Event", TARGET) if it["reason"] == "PopulatorFailed"]
    assert event["message"].startswith("VSphere xcopy populator failed (no retry)")
    assert "recreations" not in claim["metadata"]["annotations"]


def test_a_token_stands_for_user_and_password(desk: OffloadDesk) -> None:
    desk.providers()
    desk.storage_secret(STORAGE_USERNAME="", STORAGE_PASSWORD="", STORAGE_TOKEN="lab-array-token")
    desk.offload_maps()
    assert has(desk.run_plan(RHEL)[-1], "Succeeded")


def test_a_claim_must_be_on_the_array_too(desk: OffloadDesk, product: Product) -> None:
    desk.providers()
    desk.storage_secret()
    desk.offload_maps(storage_class="lab-file")
    plan = desk.run_plan(RHEL)[-1]
    assert has(plan, "Failed")
    (claim,) = desk.claims().values()
    pod = product.get("Pod", f"populate-{claim['metadata']['uid']}", TARGET)
    assert pod is not None
    assert "lab-file" in desk.last_words(pod)


def test_without_the_storages_secret_no_disk_is_copied(desk: OffloadDesk) -> None:
    desk.providers()
    desk.offload_maps()
    vm = vm_of(desk.run_plan(RHEL)[-1])
    assert vm["error"]["phase"] == "CreateDataVolumes"
    said = 'failed to merge secrets for populators failed to get storage secret: secrets "array" not found'
    assert vm["error"]["reasons"] == [said]


def test_all_disks_must_be_copied_one_way(desk: OffloadDesk, product: Product) -> None:
    product.on_loop(lambda: move_disk(desk.machine(TWO_DISKS).disks[1], WITHOUT_XCOPY))
    desk.providers()
    desk.offload_maps(WITHOUT_XCOPY)
    desk.plan(TWO_DISKS)
    plan = product.until("Plan", "plan", lambda it: has(it, "VDDKAndOffloadMixedUsage"))[-1]
    assert not has(plan, "Ready")
    desk.configure(feature_copy_offload="false")
    product.until("Plan", "plan", lambda it: has(it, "Ready") and not has(it, "VDDKAndOffloadMixedUsage"))


def test_with_the_feature_off_cdi_copies(desk: OffloadDesk, product: Product) -> None:
    desk.configure(feature_copy_offload="false")
    plan = desk.offloaded(RHEL, settings={"vddkInitImage": "registry.lab.test/vddk:8"})[-1]
    assert has(plan, "Succeeded")
    assert xcopy_used(plan) == {desk.machine(RHEL).disks[0].file: ""}
    assert product.all(POPULATOR, TARGET) == []


def test_a_busy_host_lets_a_populator_wait(desk: OffloadDesk, product: Product) -> None:
    desk.configure(controller_max_populator_inflight=1)
    plan = desk.offloaded(TWO_DISKS)[-1]
    assert has(plan, "Succeeded")
    (event,) = [it for it in product.all("Event", TARGET) if it["reason"] == "PopulatorThrottled"]
    host = desk.machine(TWO_DISKS).host
    assert event["message"] == f"Waiting for available populator slot on host {host} (1/1 in-flight)"


def test_by_ssh_a_host_must_take_the_key(desk: OffloadDesk, product: Product) -> None:
    assert has(desk.offloaded(RHEL, settings={"esxiCloneMethod": "ssh"})[-1], "Failed")
    (pod,) = [pod for pod in product.all("Pod", TARGET) if pod["metadata"]["name"].startswith("populate-")]
    assert "failed to enable SSH access" in desk.last_words(pod)
    desk.install_key(desk.machine(RHEL).host)
    desk.migration("next")
    product.until("Plan", "plan", lambda it: has(it, "Succeeded"))
    (populator,) = product.all(POPULATOR, TARGET)
    assert populator["status"] == {"progress": "100", "xcopyUsed": "1"}
