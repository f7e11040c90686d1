"""Providers, maps and Plans of an OpenStack source, and servers on images (facts/forklift.md 1, 7.2)."""

from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from lab.cluster.refusals import Refused
from lab.inventory.openstack.collector import collector_of
from lab.world.cloud import GLANCE, Image, Server
from lab.world.model import GIB
from tests.lab_mtv.clouds import RHEL, TWO_DISKS, CloudDesk, CloudProduct
from tests.lab_mtv.scene import conditions, has, steps_of, vm_of

Object = dict[str, Any]


def provider(cloud_product: CloudProduct, *types: str) -> dict[str, Object]:
    """Conditions of the Provider once it has these."""
    return conditions(cloud_product.until("Provider", "vc", lambda it: has(it, *types))[-1])


def test_a_provider_of_a_cloud_becomes_ready_by_a_login(cloud_desk: CloudDesk, cloud_product: CloudProduct) -> None:
    """forklift.md 9.2.8: verified by the CA of the Secret."""
    cloud_desk.secret()
    cloud_desk.provider()
    assert "ConnectionInsecure" not in provider(cloud_product, "Ready", "InventoryCreated")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"password": "wrong"}, "Authentication failed"),
        ({"projectName": "another"}, "Authentication failed"),
        ({"username": ""}, "Exactly one of Username and UserID"),
        ({"userDomainName": "Default"}, "exactly one of DomainID or DomainName"),
        ({"authType": "voms"}, "unsupported authentication type"),
        ({"cacert": ""}, "failed to verify certificate"),
    ],
)
def test_a_bad_secret_shows_as_a_test_that_failed_and_is_repeated(
    cloud_desk: CloudDesk, cloud_product: CloudProduct, data: dict[str, str], words: str
) -> None:
    """forklift.md 1.1: no key is required; what is wrong is a failed test, also for refused credentials."""
    cloud_desk.secret(**data)
    cloud_desk.provider()
    found = provider(cloud_product, "ConnectionTestFailed")
    assert words in found["ConnectionTestFailed"]["message"]
    assert "ConnectionAuthFailed" not in found


def test_a_warm_plan_is_refused_by_the_webhook(cloud_desk: CloudDesk, cloud_product: CloudProduct) -> None:
    """forklift.md 7.2 and 9.4.19."""
    cloud_desk.providers()
    cloud_desk.maps()
    plan = cloud_desk.plan(RHEL, warm=True)
    (webhook,) = cloud_product.lab.store.admitters["Plan"]
    with pytest.raises(Refused, match="warm migration is not supported"):
        cloud_product.on_loop(lambda: webhook("CREATE", plan, None))
    assert not has(cloud_product.until("Plan", "plan", lambda it: has(it, "WarmMigrationNotReady"))[-1], "Ready")


def test_maps_take_networks_and_volume_types_by_name_or_id(cloud_desk: CloudDesk, cloud_product: CloudProduct) -> None:
    cloud_desk.providers()
    cloud_desk.maps()
    stores = cloud_product.until("StorageMap", "stores", lambda it: has(it, "Ready"))[-1]
    types = [{"id": it.id, "name": it.name} for it in cloud_product.cloud.volume_types.values()]
    assert stores["status"]["references"] == types
    nets = cloud_product.until("NetworkMap", "nets", lambda it: has(it, "Ready"))[-1]
    assert {it["name"] for it in nets["status"]["references"]} == {
        it.name for it in cloud_product.cloud.networks.values()
    }


def test_an_unmapped_volume_type_or_network_blocks_the_plan(cloud_desk: CloudDesk, cloud_product: CloudProduct) -> None:
    """forklift.md 9.4.22."""
    cloud_desk.providers()
    fast = cloud_product.server(TWO_DISKS).machine.disks[0].datastore
    cloud_desk.maps({fast: "lab-block"})
    cloud_desk.plan(TWO_DISKS)
    found = cloud_product.until("Plan", "plan", lambda it: has(it, "VMStorageNotMapped"))[-1]
    assert not has(found, "Ready")
    assert not has(found, "VMMissingGuestIPs"), "only vSphere's guests get addresses from MTV"


def test_a_server_with_a_volume_in_trouble_blocks_its_plan(cloud_desk: CloudDesk, cloud_product: CloudProduct) -> None:
    """forklift.md 1.6, 3.9: a critical concern of forklift-validation."""
    cloud_desk.providers()
    cloud_desk.maps()
    volume = cloud_product.cloud.volumes[cloud_product.server(RHEL).attachments[0].volume]
    fine = volume.status

    def becomes(status: str) -> None:
        volume.status = status
        cloud_product.world.touch()

    cloud_product.on_loop(lambda: becomes("error"))
    cloud_desk.plan(RHEL)
    found = cloud_product.until("Plan", "plan", lambda it: has(it, "VMCriticalConcerns"))[-1]
    (item,) = conditions(found)["VMCriticalConcerns"]["items"]
    assert item.endswith("(VM has one or more disks with an unsupported status)")
    cloud_product.on_loop(lambda: becomes(fine))
    ready = cloud_product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]
    assert not has(ready, "VMCriticalConcerns")


def on_an_image(cloud_product: CloudProduct) -> Server:
    """Let a server be one that booted from an image: its root disk is no volume any more."""
    cloud, server = cloud_product.cloud, cloud_product.server(TWO_DISKS)

    def change() -> None:
        root = server.machine.disks[0]
        image = Image(
            id=str(UUID(int=7)),
            name="rhel",
            size=GIB,
            properties={"hw_disk_bus": "scsi"},
            content=deepcopy(root),
            guest=deepcopy(server.machine.guest),
            visibility="public",
        )
        cloud.images[image.id] = image
        server.image = image.id
        gone = server.attachments.pop(0)
        del cloud.volumes[gone.volume]
        root.datastore, root.uuid = GLANCE.name, UUID(image.id).hex
        cloud_product.world.touch()

    cloud_product.on_loop(change)
    server_id = server.machine.id
    collector = collector_of(cloud_product.lab)
    cloud_product.eventually(lambda: collector.rows["vms"][server_id].form.body.get("imageID") == server.image)
    return server


def test_a_server_on_an_image_needs_glance_in_the_storage_map(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    """forklift.md 1.2: the name needs no lookup."""
    cloud_desk.providers()
    on_an_image(cloud_product)
    cloud_desk.maps()
    cloud_desk.plan(TWO_DISKS)
    cloud_product.until("Plan", "plan", lambda it: has(it, "VMStorageNotMapped"))
    source = {"source": {"name": "glance"}, "destination": {"storageClass": "lab-file"}}
    entries = cloud_product.get("StorageMap", "stores")
    assert entries is not None
    cloud_product.patch("StorageMap", "stores", {"spec": {"map": [*entries["spec"]["map"], source]}})
    cloud_product.until("Plan", "plan", lambda it: has(it, "Ready"))
    stores = cloud_product.get("StorageMap", "stores")
    assert stores is not None
    assert {"name": "glance"} in stores["status"]["references"]


def test_a_server_on_an_image_comes_through_an_image_of_itself_which_is_made_raw(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    cloud_desk.providers()
    server = on_an_image(cloud_product)
    types = {it.name: "lab-block" for it in cloud_product.cloud.volume_types.values()}
    cloud_desk.maps(types | {"glance": "lab-file"})
    plan = cloud_desk.run(TWO_DISKS)[-1]
    assert has(plan, "Succeeded")
    tasks = {task["name"] for task in steps_of(vm_of(plan))["DiskTransfer"]["tasks"]}
    assert f"forklift-migration-vm-{server.machine.id}" in tasks
    claims = {
        claim["metadata"]["annotations"]["forklift.konveyor.io/disk-source"]: claim
        for claim in cloud_product.all("PersistentVolumeClaim")
    }
    assert set(claims) == {server.image, server.attachments[0].volume}
    assert claims[server.image]["metadata"]["annotations"]["forklift.konveyor.io/requires-conversion"] == "true"
    assert {claim["spec"]["storageClassName"] for claim in claims.values()} == {"lab-file"}, "all go where images go"
    (machine,) = cloud_product.all("VirtualMachine")
    disks = machine["spec"]["template"]["spec"]["domain"]["devices"]["disks"]
    assert {disk["name"]: disk.get("bootOrder") for disk in disks}[f"vol-{server.image}"] == 1
    assert {disk["disk"]["bus"] for disk in disks} == {"scsi"}
    assert cloud_product.all("DataVolume") == []


def test_a_canceled_migration_gives_the_server_its_power_back(
    cloud_desk: CloudDesk, cloud_product: CloudProduct
) -> None:
    """forklift.md 2.8; what it had begun in the cloud stays, since nobody removes it before the images are there."""
    server = cloud_product.server(RHEL)
    cloud_desk.providers()
    cloud_desk.maps()
    cloud_product.switch_on(server)
    cloud_desk.plan(RHEL)
    cloud_product.until("Plan", "plan", lambda it: has(it, "Ready"))
    cloud_desk.migrate()
    cloud_product.until("Plan", "plan", lambda it: server.machine.power == "off")
    cancel = {"spec": {"cancel": [{"id": server.machine.id}]}}
    cloud_product.patch("Migration", "go", cancel)
    cloud_product.until("Plan", "plan", lambda it: has(it, "Canceled"))
    assert server.machine.power == "on"
    assert cloud_product.all("PersistentVolumeClaim") == []
