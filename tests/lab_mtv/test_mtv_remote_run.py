"""Migrations to another cluster: machine and disks land there, everything else of MTV stays (forklift.md 9.9)."""

from base64 import b64encode
from typing import Any

import pytest

from lab.cluster.store import Subscription
from lab.kernel.service import Lab
from tests.lab_mtv.elsewhere import Elsewhere, all_to, objects, traces
from tests.lab_mtv.scene import (
    RHEL,
    TARGET,
    Desk,
    Product,
    conditions,
    ended,
    executing,
    forklift,
    has,
    pair,
    reference,
    steps_of,
    vm_of,
)

Object = dict[str, Any]
TO_REMOTE = ["Initialize", "DiskTransfer", "ImageConversion", "VirtualMachineCreation"]
IMMEDIATE = "cdi.kubevirt.io/storage.bind.immediate.requested"


@pytest.fixture
def options() -> dict[str, Any]:
    return {"clusters": True}


@pytest.fixture
def elsewhere(desk: Desk) -> Elsewhere:
    made = Elsewhere(desk)
    made.provider()
    return made


def there(product: Product, kind: str) -> Object:
    """The only object of a kind in the target namespace of the second cluster."""
    (found,) = objects(product, product.remote, kind)
    return found


def test_a_cold_machine_lands_there_and_nothing_of_it_here(elsewhere: Elsewhere, product: Product) -> None:
    """forklift.md 9.9.43: CDI copies with VDDK, the pod that converts in place runs there."""
    versions = [plan for plan in elsewhere.moved(RHEL) if executing(plan)]
    assert has(versions[-1], "Succeeded")
    assert [step["name"] for step in vm_of(versions[-1])["pipeline"]] == TO_REMOTE
    assert there(product, "VirtualMachine")["metadata"]["name"] == RHEL
    pod = there(product, "Pod")
    assert pod["metadata"]["annotations"]["forklift.konveyor.io/conversion-type"] == "InPlace"
    assert pod["status"]["phase"] == "Succeeded"
    assert traces(product, product.lab) == []
    assert product.get("Namespace", TARGET, "") is None
    assert product.on_loop(lambda: dict(product.world.volumes)).keys() == _golden(product)


def _golden(product: Product) -> set[str]:
    found = product.on_loop(lambda: product.lab.store.list("PersistentVolumeClaim"))
    return {claim["metadata"]["uid"] for claim in found}


def test_the_content_of_the_source_is_on_the_claims_there(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.moved(RHEL)
    claim, machine = there(product, "PersistentVolumeClaim"), elsewhere.desk.machine(RHEL)
    volume = product.remote.world.volumes[claim["metadata"]["uid"]]
    assert (volume.digest, volume.source_machine) == (machine.disks[0].digest, machine.id)
    (owner,) = claim["metadata"]["ownerReferences"]
    assert owner["uid"] == there(product, "VirtualMachine")["metadata"]["uid"]
    assert claim["spec"]["storageClassName"] == "lab-block"


def test_data_volumes_there_are_bound_at_once(elsewhere: Elsewhere, product: Product) -> None:
    """forklift.md 9.9.43: the annotation stands for the consumer pods that only the own cluster gets."""
    elsewhere.prepared(RHEL, storage_class="lab-wffc")
    seen = product.on_loop(lambda: product.remote.store.subscribe("DataVolume"))
    elsewhere.desk.migration()
    assert has(product.until("Plan", "plan", ended)[-1], "Succeeded")
    first = product.wait_for(anext(seen)).object
    assert first["metadata"]["annotations"][IMMEDIATE] == "true"
    assert first["spec"]["source"]["vddk"]["url"] == product.lab.endpoints["vcenter"]
    assert first["spec"]["source"]["vddk"]["secretRef"].startswith("plan-")


def test_the_conversion_resource_stays_beside_the_plan(elsewhere: Elsewhere, product: Product) -> None:
    """forklift.md 9.9.43; kubev2v/forklift pkg/controller/plan/kubevirt.go, deleteConversionPod."""
    elsewhere.moved(RHEL)
    (conversion,) = product.all("Conversion")
    assert conversion["status"]["phase"] == "Succeeded"
    assert conversion["status"]["pod"]["name"] == there(product, "Pod")["metadata"]["name"]
    assert product.on_loop(lambda: product.remote.store.list("Conversion")) == []


def test_its_guest_runs_there(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.moved(RHEL, targetPowerState="on")
    instance = there(product, "VirtualMachineInstance")
    product.pause(60)
    running = product.on_loop(lambda: dict(product.remote.world.running))
    assert running[instance["metadata"]["uid"]].guest.hostname == elsewhere.desk.machine(RHEL).guest.hostname
    assert product.on_loop(lambda: dict(product.world.running)) == {}


def test_a_warm_machine_lands_there_with_its_last_delta(elsewhere: Elsewhere, product: Product) -> None:
    machine = elsewhere.desk.machine(RHEL)
    product.on_loop(lambda: setattr(machine, "change_tracking", True))
    product.pause(10)
    elsewhere.prepared(RHEL, warm=True)
    migration = elsewhere.desk.migration()
    product.until("Plan", "plan", lambda plan: executing(plan) and vm_of(plan)["phase"] == "CopyingPaused")
    product.on_loop(lambda: setattr(machine.disks[0], "digest", "written last"))
    cutover = product.lab.clock.stamp()
    product.patch("Migration", migration["metadata"]["name"], {"spec": {"cutover": cutover}})
    last = product.until("Plan", "plan", ended)[-1]
    assert has(last, "Succeeded")
    assert steps_of(vm_of(last))["Cutover"]["phase"] == "Completed"
    claim = there(product, "PersistentVolumeClaim")
    assert product.remote.world.volumes[claim["metadata"]["uid"]].digest == "written last"
    assert traces(product, product.lab) == []


def test_maps_go_by_the_classes_of_the_destination(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.moved(RHEL, storage_class="remote-block")
    assert there(product, "PersistentVolumeClaim")["spec"]["storageClassName"] == "remote-block"
    product.create(forklift("Provider", "local", {"type": "openshift", "url": "", "secret": {}}))
    product.until("Provider", "local", lambda it: has(it, "Ready"))
    product.create(forklift("StorageMap", "here", {"provider": pair(), "map": all_to(product, "remote-block")}))
    refused = product.until("StorageMap", "here", lambda it: bool(conditions(it)))[-1]
    assert "DestinationStorageNotValid" in conditions(refused)


def test_archiving_clears_the_other_cluster(elsewhere: Elsewhere, product: Product) -> None:
    """The machine stays, its conversion pod goes."""
    elsewhere.moved(RHEL)
    product.patch("Plan", "plan", {"spec": {"archived": True}})
    product.until("Plan", "plan", lambda it: has(it, "Archived"))
    assert objects(product, product.remote, "Pod") == []
    assert there(product, "VirtualMachine")


def test_canceling_takes_everything_back_there(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.prepared(RHEL)
    elsewhere.desk.migration()
    product.until("Plan", "plan", lambda plan: executing(plan) and vm_of(plan)["phase"] == "CopyDisks")
    machine = elsewhere.desk.machine(RHEL)
    product.patch("Migration", "go", {"spec": {"cancel": [{"id": machine.id}]}})
    assert has(product.until("Plan", "plan", ended)[-1], "Canceled")
    product.pause(30)
    assert [path for path in traces(product, product.remote) if not path.startswith("Job/")] == []


def test_a_token_that_expires_midway_blocks_and_then_fails_the_run(elsewhere: Elsewhere, product: Product) -> None:
    """The Provider's next connection test takes its Ready away; the blocker fails the run after its grace period."""
    elsewhere.prepared(RHEL)
    elsewhere.desk.migration()
    product.until("Plan", "plan", lambda plan: executing(plan) and vm_of(plan)["phase"] == "CopyDisks")
    product.on_loop(lambda: [product.remote.tokens.revoke(each.name) for each in product.remote.tokens.living()])
    failed = product.until("Plan", "plan", ended)[-1]
    assert "DestinationProviderNotReady" in conditions(failed)
    assert "DestinationProviderNotReady" in conditions(failed)["Failed"]["message"]
    assert objects(product, product.remote, "VirtualMachine") == []


def test_a_token_that_is_renewed_in_time_lets_the_run_go_on(elsewhere: Elsewhere, product: Product) -> None:
    elsewhere.prepared(RHEL)
    elsewhere.desk.migration()
    product.until("Plan", "plan", lambda plan: executing(plan) and vm_of(plan)["phase"] == "CopyDisks")
    product.on_loop(lambda: [product.remote.tokens.revoke(each.name) for each in product.remote.tokens.living()])
    product.until("Plan", "plan", lambda plan: "DestinationProviderNotReady" in conditions(plan))
    fresh = b64encode(elsewhere.token(product.remote).encode()).decode()
    product.patch("Secret", "there-secret", {"data": {"token": fresh}})
    assert has(product.until("Plan", "plan", ended)[-1], "Succeeded")
    assert there(product, "VirtualMachine")["metadata"]["name"] == RHEL


def jobs(product: Product, cluster: Lab) -> Subscription:
    return product.on_loop(lambda: cluster.store.subscribe("Job"))


def test_hooks_run_beside_their_plan(elsewhere: Elsewhere, product: Product) -> None:
    """kubev2v/forklift pkg/controller/plan/hook.go."""
    product.create(forklift("Hook", "first", {"image": "registry.lab.test/hook:1", "playbook": ""}))
    hooks = [{"step": "PreHook", "hook": reference("first")}]
    elsewhere.prepared(RHEL, vms=[{"id": elsewhere.desk.machine(RHEL).id, "hooks": hooks}])
    seen = [jobs(product, cluster) for cluster in (product.lab, product.remote)]
    elsewhere.desk.migration()
    assert has(product.until("Plan", "plan", ended)[-1], "Succeeded")
    here, beyond = [product.wait_for(anext(events)).object["metadata"] for events in seen]
    assert here["labels"]["step"] == "prehook"
    assert beyond["name"].startswith("vddk-validator-")


@pytest.mark.parametrize("options", [{"clusters": True, "mtv": "2.11"}])
def test_an_earlier_release_has_a_step_more(elsewhere: Elsewhere, product: Product) -> None:
    """forklift.md 2.3: up to 2.11 DiskTransferV2v stands behind ImageConversion, with nothing left to do."""
    last = elsewhere.moved(RHEL)[-1]
    names = [step["name"] for step in vm_of(last)["pipeline"]]
    assert names == [*TO_REMOTE[:3], "DiskTransferV2v", TO_REMOTE[3]]
    assert there(product, "VirtualMachine")


@pytest.mark.parametrize("options", [{"clusters": True, "defect": "remote-landed-locally"}])
def test_a_defect_lands_machines_here_though_everything_says_there(elsewhere: Elsewhere, product: Product) -> None:
    assert has(elsewhere.moved(RHEL)[-1], "Succeeded")
    assert product.get("VirtualMachine", RHEL, TARGET) is not None
    assert traces(product, product.remote) == []


@pytest.mark.parametrize("options", [{"clusters": True, "defect": "remote-token-expired-midway"}])
def test_a_defect_lets_the_token_expire_while_disks_are_copied(elsewhere: Elsewhere, product: Product) -> None:
    versions = [plan for plan in elsewhere.moved(RHEL) if executing(plan)]
    assert "DestinationProviderNotReady" in conditions(versions[-1])["Failed"]["message"]
    assert {vm_of(plan)["phase"] for plan in versions if not ended(plan)} >= {"CopyDisks"}
    assert product.on_loop(product.remote.tokens.living) == []


def test_the_own_cluster_by_url_is_copied_to_as_any_other(desk: Desk, product: Product) -> None:
    own = Elsewhere(desk)
    own.provider(own.token(product.lab), url=product.lab.endpoints["cluster"])
    last = own.moved(RHEL)[-1]
    assert [step["name"] for step in vm_of(last)["pipeline"]] == TO_REMOTE
    assert product.get("VirtualMachine", RHEL, TARGET) is not None
    assert traces(product, product.remote) == []
