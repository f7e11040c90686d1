"""A cold migration from OpenStack as clients see it, against facts/forklift.md 2.4, 3.1, 3.6 and 3.7."""

from itertools import pairwise
from typing import Any

from tests.lab_mtv.clouds import EFI, RHEL, TWO_DISKS, CloudDesk, CloudProduct
from tests.lab_mtv.scene import executing, steps_of, vm_of

Object = dict[str, Any]

STEPS = ["Initialize", "DiskTransfer", "ConvertOpenstackSnapshot", "VirtualMachineCreation"]
PHASES = [
    *("Started", "StorePowerState", "PowerOffSource", "WaitForPowerOff", "CreateDataVolumes", "CopyDisks"),
    *("ConvertOpenstackSnapshot", "CreateVM", "Completed"),
]


def without_repeats(items: list[Any]) -> list[Any]:
    return items[:1] + [item for before, item in pairwise(items) if item != before]


def quiet(cloud_product: CloudProduct) -> dict[str, set[str]]:
    """Names of what the cloud has beside its servers."""
    cloud = cloud_product.cloud
    return {
        "volumes": {it.name for it in cloud.volumes.values()},
        "snapshots": {it.name for it in cloud.snapshots.values()},
        "images": {it.name for it in cloud.images.values()},
    }


def test_a_server_walks_the_phases_and_a_step_of_its_pipeline_is_never_begun(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    """forklift.md 2.4: the conversion is booked on DiskTransfer, its own step stays Pending for ever."""
    before = quiet(cloud_product)
    versions = [plan for plan in cloud_desk.moved(TWO_DISKS) if executing(plan)]
    last = vm_of(versions[-1])
    assert without_repeats([vm_of(plan)["phase"] for plan in versions]) == PHASES
    assert [step["name"] for step in last["pipeline"]] == STEPS
    phases = {step["name"]: step["phase"] for step in last["pipeline"]}
    assert phases == dict.fromkeys(STEPS, "Completed") | {"ConvertOpenstackSnapshot": "Pending"}
    idle = steps_of(last)["ConvertOpenstackSnapshot"]
    assert "started" not in idle
    assert idle["progress"]["completed"] == 0
    assert last["completed"]
    assert "completed" not in vm_of(versions[-2])
    assert "Succeeded" in {it["type"] for it in vm_of(versions[-2])["conditions"]}
    assert cloud_product.server(TWO_DISKS).machine.power == "off"
    cloud_product.eventually(lambda: quiet(cloud_product) == before)


def test_tasks_are_called_after_the_images_that_disks_are_copied_through(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    """forklift.md 2.4."""
    server = cloud_product.server(TWO_DISKS)
    copying = steps_of(vm_of(cloud_desk.moved(TWO_DISKS)[-1]))["DiskTransfer"]
    wanted = {
        f"forklift-migration-vm-{server.machine.id}-volume-{it.volume}": cloud_product.cloud.volumes[it.volume].size
        * 1024
        for it in server.attachments
    }
    assert {task["name"]: task["progress"]["total"] for task in copying["tasks"]} == wanted
    assert {task["reason"] for task in copying["tasks"]} == {"Transfer completed."}
    assert copying["progress"]["completed"] == copying["progress"]["total"] == sum(wanted.values())


def test_disks_come_through_a_snapshot_a_volume_and_an_image_of_each_volume(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    server = cloud_product.server(RHEL)
    cloud_desk.providers()
    cloud_desk.maps()
    seen = quiet(cloud_product)

    def note(_machine: Any) -> None:
        for kind, names in quiet(cloud_product).items():
            seen[kind].update(names)

    cloud_product.on_loop(lambda: cloud_product.world.listen(note))
    cloud_desk.run(RHEL)
    name = f"forklift-migration-vm-{server.machine.id}"
    assert f"snapshot for {name}" in seen["snapshots"]
    assert f"volume created from {name}" in seen["volumes"]
    assert {name, f"{name}-volume-{server.attachments[0].volume}"} <= seen["images"]


def test_claims_say_which_volume_they_are_and_nobody_else_is_left_of_the_copying(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    """forklift.md 3.1 and 4.2: populators, their pods and Secrets go as soon as the machine has succeeded."""
    server = cloud_product.server(TWO_DISKS)
    cloud_desk.moved(TWO_DISKS)
    claims = cloud_product.all("PersistentVolumeClaim")
    sources = {claim["metadata"]["annotations"]["forklift.konveyor.io/disk-source"]: claim for claim in claims}
    assert set(sources) == {it.volume for it in server.attachments}
    for claim in claims:
        labels = claim["metadata"]["labels"]
        assert {"migration", "plan", "vmID", "imageID"} == set(labels)
        assert claim["metadata"]["name"].startswith(labels["imageID"])
        assert claim["spec"]["dataSourceRef"]["kind"] == "OpenstackVolumePopulator"
        assert [it["kind"] for it in claim["metadata"]["ownerReferences"]] == ["VirtualMachine"]
    for volume, claim in sources.items():
        arrived = cloud_product.world.volumes[claim["metadata"]["uid"]]
        assert arrived.digest == cloud_product.cloud.volumes[volume].disk.digest
        assert (arrived.guest is not None) == (volume == server.attachments[0].volume)
    for kind in ("OpenstackVolumePopulator", "Secret", "DataVolume"):
        assert cloud_product.all(kind) == [], kind
    assert [pod for pod in cloud_product.all("Pod") if "virt-launcher" not in pod["metadata"]["name"]] == []


def test_the_machine_has_the_hardware_of_flavor_and_boot_volume(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    """forklift.md 3.7."""
    server = cloud_product.server(EFI)
    flavor = cloud_product.cloud.flavors[server.flavor]
    cloud_desk.moved(EFI, targetPowerState="on")
    (machine,) = cloud_product.all("VirtualMachine")
    spec = machine["spec"]["template"]["spec"]
    domain = spec["domain"]
    assert domain["cpu"] == {"sockets": flavor.vcpus, "cores": 1, "threads": 1}
    assert domain["memory"] == {"guest": f"{flavor.ram // 1024}Gi"}
    # Secure boot is never carried over: without the source's NVRAM the guest would not start.
    assert domain["firmware"]["bootloader"] == {"efi": {"secureBoot": False}}
    boot = server.attachments[0].volume
    assert domain["devices"]["disks"][0] == {"name": f"vol-{boot}", "disk": {"bus": "virtio"}, "bootOrder": 1}
    assert all("bootOrder" not in disk for disk in domain["devices"]["disks"][1:])
    (nic,) = domain["devices"]["interfaces"]
    mac = cloud_product.cloud.ports_of(server.machine.id)[0].nic.mac
    assert nic == {"name": "net-0", "model": "virtio", "macAddress": mac, "masquerade": {}}
    assert machine["spec"]["runStrategy"] == "Always"


def test_each_disk_goes_to_the_class_of_its_volume_type(cloud_desk: CloudDesk, cloud_product: CloudProduct) -> None:
    server = cloud_product.server(TWO_DISKS)
    cloud_desk.providers()
    fast, large = (disk.datastore for disk in server.machine.disks)
    cloud_desk.maps({fast: "lab-block", large: "lab-file"})
    cloud_desk.run(TWO_DISKS)
    classes = {
        claim["metadata"]["annotations"]["forklift.konveyor.io/disk-source"]: claim["spec"]["storageClassName"]
        for claim in cloud_product.all("PersistentVolumeClaim")
    }
    assert [classes[it.volume] for it in server.attachments] == ["lab-block", "lab-file"]
