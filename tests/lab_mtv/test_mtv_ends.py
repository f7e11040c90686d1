"""How a run ends otherwise: failed, canceled, deleted, archived, tried again (facts/forklift.md 2.8, 7.4, 9.10)."""

from typing import Any

import pytest

from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, conditions, ended, executing, has, steps_of, vm_of

Object = dict[str, Any]
EFI = "mtv-tests-rhel9-efi"
LEFTOVERS = ("VirtualMachine", "DataVolume", "PersistentVolumeClaim", "Secret", "ConfigMap", "Pod")


def in_phase(phase: str) -> Any:
    return lambda plan: executing(plan) and vm_of(plan)["phase"] == phase


def left(product: Product, plan: Object) -> list[str]:
    labels = {"plan": plan["metadata"]["uid"]}
    return [f"{kind} {it['metadata']['name']}" for kind in LEFTOVERS for it in product.all(kind, TARGET, labels)]


def cancel(desk: Desk, product: Product, name: str = RHEL) -> None:
    product.patch("Migration", "go", {"spec": {"cancel": [{"id": desk.machine(name).id}]}})


class TestCancel:
    def test_a_canceled_machine_is_taken_back_and_its_source_runs_again(self, desk: Desk, product: Product) -> None:
        """forklift.md 9.10.45."""
        desk.switch_on(RHEL)
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", in_phase("ConvertGuest"))
        assert product.on_loop(lambda: desk.machine(RHEL).power) == "off"
        cancel(desk, product)
        versions = product.until("Plan", "plan", ended)
        first = next(it for it in versions if vm_of(it).get("conditions"))
        assert vm_of(first)["phase"] == "Completed"
        assert "completed" not in vm_of(first)
        plan = versions[-1]
        assert has(plan, "Canceled", "Ready")
        assert conditions(plan)["Canceled"]["message"] == "The plan execution has been CANCELED."
        (condition,) = vm_of(plan)["conditions"]
        assert (condition["type"], condition["reason"]) == ("Canceled", "UserRequested")
        assert product.on_loop(lambda: desk.machine(RHEL).power) == "on"
        shown = {name: step["phase"] for name, step in steps_of(vm_of(plan)).items()}
        assert shown["ImageConversion"] == "Completed"
        assert shown["VirtualMachineCreation"] == "Pending"
        product.pause(10)
        assert left(product, plan) == []

    def test_a_canceled_migration_has_its_condition_and_never_a_time_of_completion(
        self, desk: Desk, product: Product
    ) -> None:
        """forklift.md 9.10.45 and 1.7."""
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", in_phase("ConvertGuest"))
        cancel(desk, product)
        migration = product.until("Migration", "go", lambda it: has(it, "Canceled"))[-1]
        assert conditions(migration)["Canceled"]["message"] == "The plan execution has been CANCELED."
        assert not has(migration, "Running")
        assert "completed" not in migration["status"]

    def test_one_canceled_among_succeeded_is_a_success(self, desk: Desk, product: Product) -> None:
        """forklift.md 2.1."""
        desk.ready(RHEL, EFI)
        desk.migration()
        product.until("Plan", "plan", in_phase("AllocateDisks"))
        cancel(desk, product, EFI)
        plan = product.until("Plan", "plan", ended)[-1]
        assert has(plan, "Succeeded")
        assert {vm["conditions"][0]["type"] for vm in plan["status"]["migration"]["vms"]} == {"Succeeded", "Canceled"}

    def test_an_unknown_entry_warns_and_cancels_nothing(self, desk: Desk, product: Product) -> None:
        desk.ready(RHEL)
        desk.migration()
        product.patch("Migration", "go", {"spec": {"cancel": [{"name": RHEL}]}})
        product.until("Migration", "go", lambda it: has(it, "VMNotFound"))
        assert has(product.until("Plan", "plan", ended)[-1], "Succeeded")


class TestDelete:
    def test_a_deleted_migration_leaves_its_mark_in_the_history_only(self, desk: Desk, product: Product) -> None:
        """forklift.md 9.10.45 and 2.8."""
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", in_phase("ConvertGuest"))
        product.delete("Migration", "go")
        plan = product.until("Plan", "plan", lambda it: not has(it, "Executing"))[-1]
        assert not has(plan, "Canceled")
        assert "completed" not in plan["status"]["migration"]
        (condition,) = plan["status"]["migration"]["history"][0]["conditions"]
        assert (condition["type"], condition["reason"]) == ("Canceled", "Deleted")
        assert vm_of(plan)["conditions"][0]["reason"] == "Modified"
        assert vm_of(plan)["phase"] == "ConvertGuest"
        product.pause(10)
        assert left(product, plan) == []

    def test_a_deleted_plan_takes_its_migration_and_leftovers_but_not_the_target(
        self, desk: Desk, product: Product
    ) -> None:
        """forklift.md 9.10.47."""
        plan = desk.moved(RHEL)[-1]
        product.delete("Plan", "plan")
        product.gone("Migration", "go")
        product.pause(10)
        assert product.get("VirtualMachine", RHEL, TARGET) is not None
        assert [it.partition(" ")[0] for it in left(product, plan)] == ["VirtualMachine", "PersistentVolumeClaim"]

    def test_a_plan_deleted_during_its_run_leaves_nothing_behind(self, desk: Desk, product: Product) -> None:
        """forklift.md 7.4: and its source stays off."""
        desk.switch_on(RHEL)
        plan = desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", in_phase("ConvertGuest"))
        product.delete("Plan", "plan")
        product.gone("Migration", "go")
        product.pause(15)
        assert left(product, plan) == []
        assert product.on_loop(lambda: desk.machine(RHEL).power) == "off"


class TestArchive:
    def test_an_archived_plan_keeps_its_machine_and_loses_pods_and_ready(self, desk: Desk, product: Product) -> None:
        """forklift.md 9.10.46."""
        desk.moved(RHEL)
        product.patch("Plan", "plan", {"spec": {"archived": True}})
        plan = product.until("Plan", "plan", lambda it: has(it, "Archived"))[-1]
        assert conditions(plan)["Archived"]["reason"] == "UserRequested"
        assert has(plan, "Succeeded")
        assert not has(plan, "Ready")
        product.pause(5)
        assert product.all("Pod", TARGET, {"plan": plan["metadata"]["uid"]}) == []
        assert product.get("VirtualMachine", RHEL, TARGET) is not None

    def test_a_plan_that_never_ran_is_ready_again_when_it_comes_back(self, desk: Desk, product: Product) -> None:
        """forklift.md 7.5."""
        desk.ready(RHEL)
        product.patch("Plan", "plan", {"spec": {"archived": True}})
        product.until("Plan", "plan", lambda it: has(it, "Archived"))
        product.patch("Plan", "plan", {"spec": {"archived": False}})
        plan = product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]
        assert not has(plan, "Archived")


@pytest.mark.parametrize("options", [{"defect": "guest-conversion-fails"}])
class TestFailure:
    def test_a_failed_conversion_fails_step_machine_plan_and_migration(self, desk: Desk, product: Product) -> None:
        """forklift.md 2.2: nothing is cleaned up, the source stays off."""
        desk.switch_on(RHEL)
        plan = desk.moved(RHEL)[-1]
        assert has(plan, "Failed", "Ready")
        assert conditions(plan)["Failed"]["message"] == "The plan execution has FAILED."
        vm = vm_of(plan)
        step = next(step for step in vm["pipeline"] if "error" in step)
        assert step["name"] == "ImageConversion"
        assert step["phase"] == "Running"
        reasons = ["Guest conversion failed. See pod logs for details."]
        assert step["error"] == {"phase": "ConvertGuest", "reasons": reasons}
        assert vm["error"] == {"phase": "ConvertGuest", "reasons": reasons}
        assert vm["completed"]
        assert steps_of(vm)["DiskTransferV2v"]["phase"] == "Pending"
        product.until("Migration", "go", lambda it: has(it, "Failed"))
        assert "PersistentVolumeClaim" in {it.partition(" ")[0] for it in left(product, plan)}
        assert product.on_loop(lambda: desk.machine(RHEL).power) == "off"

    def test_a_failed_plan_runs_again_with_a_new_migration_after_cleaning_up(
        self, desk: Desk, product: Product
    ) -> None:
        """forklift.md 9.10.48."""
        first = desk.moved(RHEL)[-1]
        claims = {it["metadata"]["uid"] for it in product.all("PersistentVolumeClaim", TARGET)}
        desk.migration("again")
        plan = product.until("Plan", "plan", in_phase("AllocateDisks"))[-1]
        assert not has(plan, "Failed")
        assert "error" not in vm_of(plan)
        assert len(plan["status"]["migration"]["history"]) == 2
        assert claims.isdisjoint({it["metadata"]["uid"] for it in product.all("PersistentVolumeClaim", TARGET)})
        assert first["status"]["migration"]["history"][0]["conditions"][0]["type"] == "Failed"

    def test_archiving_a_failed_plan_removes_the_disks(self, desk: Desk, product: Product) -> None:
        """forklift.md 7.5."""
        plan = desk.moved(RHEL)[-1]
        product.patch("Plan", "plan", {"spec": {"archived": True}})
        product.until("Plan", "plan", lambda it: has(it, "Archived"))
        product.pause(10)
        assert left(product, plan) == []


@pytest.mark.parametrize("options", [{"defect": "disk-transfer-fails"}])
def test_a_failed_copy_is_an_error_of_the_copying_step(desk: Desk, product: Product) -> None:
    vm = vm_of(desk.moved(RHEL)[-1])
    assert [step["name"] for step in vm["pipeline"] if "error" in step] == ["DiskTransferV2v"]


@pytest.mark.parametrize("options", [{"defect": "plan-not-ready-storage"}])
def test_a_plan_can_be_kept_from_ready_by_its_storage_map(desk: Desk, product: Product) -> None:
    desk.providers()
    desk.maps()
    desk.plan(RHEL)
    plan = product.until("Plan", "plan", lambda it: has(it, "StorageMapNotReady"))[-1]
    assert not has(plan, "Ready")


@pytest.mark.parametrize("options", [{"defect": "migration-hangs"}])
def test_a_hanging_migration_goes_on_executing_and_can_be_canceled(desk: Desk, product: Product) -> None:
    desk.ready(RHEL)
    desk.migration()
    product.until("Plan", "plan", in_phase("ConvertGuest"))
    product.pause(120)
    plan = product.get("Plan", "plan")
    assert plan is not None
    assert has(plan, "Executing")
    assert steps_of(vm_of(plan))["ImageConversion"]["phase"] == "Running"
    cancel(desk, product)
    product.until("Plan", "plan", lambda it: has(it, "Canceled"))


class TestBlockerDuringRun:
    def test_it_fails_the_run_after_a_grace_period(self, desk: Desk, product: Product) -> None:
        """forklift.md 9.10.50."""
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", in_phase("AllocateDisks"))
        product.delete("StorageMap", "stores")
        plan = product.until("Plan", "plan", lambda it: has(it, "Failed"))[-1]
        message = conditions(plan)["Failed"]["message"]
        assert message.startswith("The migration has FAILED due to a validation blocker: ")
        assert vm_of(plan)["conditions"][-1]["message"] == message
        assert not has(plan, "Ready")

    @pytest.mark.parametrize("options", [{"mtv": "2.10"}, {"mtv": "2.11"}])
    def test_before_212_the_run_stalls_until_it_is_gone(self, desk: Desk, product: Product) -> None:
        """forklift.md 9.10.50."""
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", in_phase("AllocateDisks"))
        product.delete("StorageMap", "stores")
        product.until("Plan", "plan", lambda it: has(it, "StorageRefNotValid"))
        product.pause(60)
        plan = product.get("Plan", "plan")
        assert plan is not None
        assert has(plan, "Executing")


def test_two_migrations_of_a_plan_queue(desk: Desk, product: Product) -> None:
    """forklift.md 1.7."""
    desk.ready(RHEL)
    desk.migration()
    desk.migration("later")
    product.until("Plan", "plan", lambda it: has(it, "Executing"))
    later = product.until("Migration", "later", lambda it: has(it, "Ready"))[-1]
    assert not has(later, "Running")


def test_machines_above_the_budget_of_a_host_wait(desk: Desk, product: Product) -> None:
    """forklift.md 9.10.49."""
    change = {"spec": {"controller_max_vm_inflight": 1}}
    product.patch("ForkliftController", "forklift-controller", change, "openshift-mtv")
    host = desk.machine(RHEL).host
    product.on_loop(lambda: setattr(desk.machine(EFI), "host", host))
    product.on_loop(lambda: product.world.touch(desk.machine(EFI)))
    product.pause(10)
    desk.ready(RHEL, EFI)
    desk.migration()
    plan = product.until("Plan", "plan", in_phase("AllocateDisks"))[-1]
    waiting = vm_of(plan, 1)
    assert "started" not in waiting
    assert waiting["conditions"][0]["type"] == "Pending"
    done = product.until("Plan", "plan", ended)[-1]
    assert has(done, "Succeeded")
    assert [item["type"] for item in vm_of(done, 1)["conditions"]] == ["Succeeded"]
