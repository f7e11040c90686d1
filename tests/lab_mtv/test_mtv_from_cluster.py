"""Migrations from OpenShift to OpenShift (facts/forklift.md 2.3, 2.4, 3.5 to 3.7, 9.9.44)."""

from typing import Any

import pytest

from tests.harness.from_image import attachment
from tests.lab_mtv.from_cluster import DESTINATION, HOME, NAME, NETWORKS, SOURCE, TARGET, FromCluster, arrived
from tests.lab_mtv.scene import Desk, Product, conditions, executing, forklift, has, steps_of, vm_of

Object = dict[str, Any]
STEPS = ["Initialize", "DiskTransfer", "VirtualMachineCreation"]


@pytest.fixture
def options() -> dict[str, Any]:
    return {"clusters": True}


@pytest.fixture(params=["from another cluster", "from another namespace"])
def source(request: pytest.FixtureRequest, desk: Desk) -> FromCluster:
    made = FromCluster(desk, local=request.param == "from another namespace")
    made.provided()
    return made


@pytest.fixture
def elsewhere(desk: Desk) -> FromCluster:
    made = FromCluster(desk)
    made.provided()
    return made


def test_a_machine_moves_with_its_disk_and_its_source_stays_off(source: FromCluster, product: Product) -> None:
    source.machine()
    versions = [plan for plan in source.moved() if executing(plan)]
    assert has(versions[-1], "Succeeded")
    vm = vm_of(versions[-1])
    assert list(steps_of(vm)) == STEPS
    assert (vm["name"], vm["namespace"], vm["restorePowerState"]) == (NAME, HOME, "On")
    (task,) = steps_of(vm)["DiskTransfer"]["tasks"]
    assert (task["name"], task["progress"]["total"]) == (f"{HOME}/{NAME}-root", 30 * 1024)
    left = source.source("VirtualMachine")
    assert left is not None
    assert left["spec"]["runStrategy"] == "Halted"
    made, claim = arrived(product, "VirtualMachine"), arrived(product, "PersistentVolumeClaim")
    assert made["spec"]["runStrategy"] == "Always"
    assert claim["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
    original = source.source("PersistentVolumeClaim", f"{NAME}-root")
    assert original is not None
    there = source.cluster.world.volumes[original["metadata"]["uid"]]
    here = product.world.volumes[claim["metadata"]["uid"]]
    assert here.digest == there.digest
    assert here.guest is not None
    assert there.guest is not None
    assert (here.guest.machine_id, here.guest.hostname) == (there.guest.machine_id, NAME)


def test_its_claim_keeps_its_name_and_says_where_it_comes_from(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine()
    elsewhere.moved()
    claim = arrived(product, "PersistentVolumeClaim")
    assert claim["metadata"]["name"] == f"{NAME}-root"
    assert claim["spec"]["storageClassName"] == "nfs"
    marks = claim["metadata"]["annotations"]
    assert marks["forklift.konveyor.io/disk-source"] == f"{HOME}/{NAME}-root"
    assert marks["cdi.kubevirt.io/storage.bind.immediate.requested"] == "true"


def test_size_and_firmware_are_written_out_and_nothing_else_comes_along(
    elsewhere: FromCluster, product: Product
) -> None:
    was = elsewhere.machine()
    elsewhere.moved(targetLabels={"wished": "for"})
    made = arrived(product, "VirtualMachine")
    domain, before = made["spec"]["template"]["spec"]["domain"], was["spec"]["template"]["spec"]["domain"]
    assert domain["memory"] == {"guest": "2Gi"}
    assert domain["cpu"]["sockets"] == 1
    assert domain["firmware"]["bootloader"] == {"efi": {"secureBoot": True}}
    assert domain["firmware"]["uuid"] == before["firmware"]["uuid"]
    assert domain["firmware"]["serial"] == before["firmware"]["serial"]
    assert {"instancetype", "preference", "dataVolumeTemplates"}.isdisjoint(made["spec"])
    assert made["spec"]["template"]["metadata"]["labels"] == {"kept": "yes"}
    assert "only" not in made["metadata"]["labels"]


def test_each_nic_goes_where_the_map_says(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine()
    elsewhere.moved()
    spec = arrived(product, "VirtualMachine")["spec"]["template"]["spec"]
    assert spec["networks"] == [
        {"name": "default", "pod": {}},
        {"name": "second", "multus": {"networkName": f"{TARGET}/arrived"}},
    ]
    assert [item["name"] for item in spec["domain"]["devices"]["interfaces"]] == ["default", "second"]


def test_a_nic_that_would_leave_the_pod_network_is_dropped(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine()
    product.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TARGET}})
    product.create(attachment("other", TARGET))
    to_nad = {"type": "multus", "name": "other", "namespace": TARGET}
    elsewhere.moved({"source": {"type": "pod"}, "destination": to_nad}, NETWORKS[1])
    spec = arrived(product, "VirtualMachine")["spec"]["template"]["spec"]
    assert [item["name"] for item in spec["networks"]] == ["second"]


def test_the_disk_is_fetched_from_an_export_that_is_gone_at_the_end(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine()
    seen: list[Object] = []

    def watch() -> None:
        seen.extend(product.remote.store.list("VirtualMachineExport"))

    versions = elsewhere.moved()
    assert versions
    product.on_loop(watch)
    assert seen == []
    assert product.world.served == {}
    assert elsewhere.source("Secret", f"export-token-{NAME}") is None
    assert [it for it in product.all("Secret", TARGET) if it["metadata"]["name"].startswith("plan-")] == []
    assert product.all("DataVolume", TARGET) == []


def test_a_machine_that_was_off_stays_off(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine(on=False)
    elsewhere.moved()
    assert arrived(product, "VirtualMachine")["spec"]["runStrategy"] == "Halted"


def test_the_machine_that_arrived_boots(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine()
    elsewhere.moved()
    booted = product.until(
        "VirtualMachineInstance",
        NAME,
        lambda it: any(item["type"] == "AgentConnected" for item in it.get("status", {}).get("conditions", ())),
    )[-1]
    assert booted["metadata"]["namespace"] == TARGET


@pytest.mark.parametrize("options", [{"clusters": True}, {"clusters": True, "mtv": "2.11"}])
def test_a_template_names_the_claims(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine()
    text = "{{.SourcePVCNamespace}}-{{.SourcePVCName}}-{{.DiskIndex}}"
    elsewhere.moved(pvcNameTemplate=text, pvcNameTemplateUseGenerateName=False)
    claim, made = arrived(product, "PersistentVolumeClaim"), arrived(product, "VirtualMachine")
    assert claim["metadata"]["name"] == f"{HOME}-{NAME}-root-0"
    names = [volume["dataVolume"]["name"] for volume in made["spec"]["template"]["spec"]["volumes"][:1]]
    assert names == [claim["metadata"]["name"]]


def test_user_data_in_a_secret_comes_along(elsewhere: FromCluster, product: Product) -> None:
    made = elsewhere.machine(on=False)
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "user-data", "namespace": HOME}}
    product.on_loop(lambda: product.remote.store.create(secret | {"data": {"userdata": "I2Nsb3VkLWNvbmZpZwo="}}))
    volumes = [*made["spec"]["template"]["spec"]["volumes"][:1]]
    volumes.append({"name": "cloudinit", "cloudInitNoCloud": {"secretRef": {"name": "user-data"}}})
    change = {"spec": {"template": {"spec": {"volumes": volumes}}}}
    product.on_loop(lambda: product.remote.store.patch("VirtualMachine", HOME, NAME, change))
    elsewhere.moved()
    assert product.get("Secret", "user-data", TARGET) is not None


@pytest.mark.parametrize(
    ("vms", "type_"),
    [
        ([{"name": "nobody", "namespace": HOME}], "VMNotFound"),
        ([{"name": NAME}], "VMNotFound"),
    ],
)
def test_a_machine_is_known_by_namespace_and_name(
    elsewhere: FromCluster, product: Product, vms: list[Object], type_: str
) -> None:
    elsewhere.machine(on=False)
    elsewhere.planned(vms=vms)
    assert product.until("Plan", "plan", lambda it: has(it, type_))


def test_what_the_maps_do_not_name_blocks_the_plan(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine(on=False)
    elsewhere.planned(NETWORKS[0])
    seen = product.until("Plan", "plan", lambda it: has(it, "VMNetworksNotMapped"))[-1]
    assert not has(seen, "Ready")


def test_a_warm_plan_is_refused(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine(on=False)
    elsewhere.planned(warm=True)
    assert product.until("Plan", "plan", lambda it: has(it, "WarmMigrationNotReady"))


def test_maps_tell_what_their_references_mean(elsewhere: FromCluster, product: Product) -> None:
    elsewhere.machine(on=False)
    elsewhere.planned()
    nets = product.until("NetworkMap", "nets", lambda it: has(it, "Ready"))[-1]
    stores = product.until("StorageMap", "stores", lambda it: has(it, "Ready"))[-1]
    nad = elsewhere.source("NetworkAttachmentDefinition", "nad")
    assert nad is not None
    uid = nad["metadata"]["uid"]
    assert nets["status"]["references"] == [{"type": "pod"}, {"id": uid, "name": "nad", "namespace": HOME}]
    assert [item["name"] for item in stores["status"]["references"]] == ["lab-block"]


def test_a_canceled_machine_runs_again_where_it_was(elsewhere: FromCluster, product: Product) -> None:
    made = elsewhere.machine()
    elsewhere.planned()
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    elsewhere.desk.migration()
    product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "CopyDisks")
    product.patch("Migration", "go", {"spec": {"cancel": [{"id": made["metadata"]["uid"]}]}})
    product.until("Plan", "plan", lambda it: has(it, "Canceled"))
    left = elsewhere.source("VirtualMachine")
    assert left is not None
    assert left["spec"]["runStrategy"] == "Always"
    assert elsewhere.source("VirtualMachineExport") is None
    product.gone("PersistentVolumeClaim", f"{NAME}-root", TARGET)


def test_conditions_stay_the_same_to_the_end(elsewhere: FromCluster) -> None:
    elsewhere.machine()
    assert set(conditions(elsewhere.moved()[-1])) == {"Ready", "Succeeded"}


def test_a_provider_of_the_own_cluster_shows_its_own_namespace_only(desk: Desk, product: Product) -> None:
    """forklift.md 1.1 and 5.8: one without URL outside of MTV's namespace is restricted."""
    source = FromCluster(desk, local=True)
    source.machine(on=False)
    for name in (SOURCE, DESTINATION):
        product.create(forklift("Provider", name, {"type": "openshift", "url": "", "secret": {}}))
        product.until("Provider", name, lambda it: has(it, "Ready"))
    source.planned()
    assert product.until("Plan", "plan", lambda it: has(it, "VMNotFound"))


class TestBefore:
    """MTV 2.10: claims always keep their names (v2.10.6, adapter/ocp/builder.go)."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"clusters": True, "mtv": "2.10"}

    def test_templates_do_not_name_claims(self, elsewhere: FromCluster, product: Product) -> None:
        elsewhere.machine(on=False)
        elsewhere.moved(pvcNameTemplate="other-{{.DiskIndex}}")
        assert arrived(product, "PersistentVolumeClaim")["metadata"]["name"] == f"{NAME}-root"
