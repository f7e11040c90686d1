"""What differs between the releases, and what the operator installs (facts/forklift.md 0.2 and 6)."""

from typing import Any

import pytest

from lab.mtv.releases import release_named
from tests.lab_mtv.scene import RHEL, TARGET, Desk, Product, executing, has, vm_of

Object = dict[str, Any]
MTV = "openshift-mtv"


def steps(plan: Object) -> list[str]:
    return [step["name"] for step in vm_of(plan)["pipeline"]]


@pytest.mark.parametrize("options", [{"mtv": "2.10"}])
class TestMtv210:
    def test_secrets_stay_until_the_plan_is_archived(self, desk: Desk, product: Product) -> None:
        """forklift.md 0.2: no clean-up right after success."""
        plan = desk.moved(RHEL)[-1]
        labels = {"plan": plan["metadata"]["uid"]}
        assert product.all("Secret", TARGET, labels)
        product.patch("Plan", "plan", {"spec": {"archived": True}})
        product.until("Plan", "plan", lambda it: has(it, "Archived"))
        assert product.all("Secret", TARGET, labels) == []

    def test_objects_do_not_carry_the_name_of_the_plan(self, desk: Desk, product: Product) -> None:
        desk.moved(RHEL)
        machine = product.get("VirtualMachine", RHEL, TARGET)
        assert machine is not None
        assert "plan-name" not in machine["metadata"]["labels"]

    def test_there_is_a_conversion_pod_but_no_conversion_resource(self, desk: Desk, product: Product) -> None:
        desk.moved(RHEL)
        assert product.all("Pod", TARGET, {"forklift.app": "virt-v2v"})
        assert product.all("Conversion") == []

    def test_windows_reboots_are_not_waited_for(self, desk: Desk, product: Product) -> None:
        plan = desk.moved("mtv-win2019-79")[-1]
        assert "WaitForGuestReboots" not in steps(plan)
        machine = product.get("VirtualMachine", "mtv-win2019-79", TARGET)
        assert machine is not None
        assert machine["spec"]["runStrategy"] == "Halted"

    def test_editing_the_plan_during_its_run_cancels_it(self, desk: Desk, product: Product) -> None:
        """forklift.md 2.8."""
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", executing)
        product.patch("Plan", "plan", {"spec": {"description": "edited"}})
        plan = product.until("Plan", "plan", lambda it: has(it, "Canceled"))[-1]
        assert vm_of(plan)["conditions"][0]["reason"] == "Modified"

    def test_a_machine_of_a_failed_run_is_kept_by_default(self, desk: Desk, product: Product) -> None:
        """forklift.md 0.2: deleteVmOnFailMigration has no default."""
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "ConvertGuest")
        product.patch("Migration", "go", {"spec": {"cancel": [{"id": desk.machine(RHEL).id}]}})
        product.until("Plan", "plan", lambda it: has(it, "Canceled"))
        assert product.all("PersistentVolumeClaim", TARGET)


@pytest.mark.parametrize("options", [{"mtv": "2.11"}])
class TestMtv211:
    """What 2.11 has in common with 2.10, and what not."""

    def test_a_success_leaves_its_secrets_and_waits_for_no_reboot(self, desk: Desk, product: Product) -> None:
        plan = desk.moved("mtv-win2019-79")[-1]
        assert "WaitForGuestReboots" not in steps(plan)
        assert product.all("Secret", TARGET, {"plan": plan["metadata"]["uid"]})
        assert product.all("Conversion") == []
        machine = product.get("VirtualMachine", "mtv-win2019-79", TARGET)
        assert machine is not None
        assert "plan-name" not in machine["metadata"]["labels"]
        assert machine["spec"]["runStrategy"] == "Halted"
        provider = product.get("Provider", "vc")
        assert provider is not None
        assert provider["status"]["secretResourceVersion"]

    def test_an_edit_cancels_and_by_default_nothing_stays(self, desk: Desk, product: Product) -> None:
        desk.ready(RHEL)
        desk.migration()
        product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "ConvertGuest")
        product.patch("Plan", "plan", {"spec": {"description": "edited"}})
        plan = product.until("Plan", "plan", lambda it: has(it, "Canceled"))[-1]
        assert vm_of(plan)["conditions"][0]["reason"] == "Modified"
        assert product.all("PersistentVolumeClaim", TARGET) == []


def test_editing_the_plan_during_its_run_is_ignored_from_212_on(desk: Desk, product: Product) -> None:
    """forklift.md 2.8."""
    desk.ready(RHEL)
    desk.migration()
    product.until("Plan", "plan", executing)
    product.patch("Plan", "plan", {"spec": {"description": "edited"}})
    product.until("Plan", "plan", lambda it: has(it, "Succeeded"))


def test_a_conversion_resource_tells_the_phase_of_its_pod(desk: Desk, product: Product) -> None:
    """forklift.md 0.2."""
    desk.moved(RHEL)
    (conversion,) = product.all("Conversion")
    assert conversion["spec"]["type"] == "Remote"
    assert conversion["status"]["phase"] == "Succeeded"
    (pod,) = product.all("Pod", TARGET, {"forklift.app": "virt-v2v"})
    assert pod["metadata"]["labels"]["conversion"] == conversion["metadata"]["name"]


def test_a_release_that_the_lab_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"2\.9.*2\.10 or 2\.11 or 2\.12"):
        release_named("2.9")


def test_the_operators_namespace_is_furnished(product: Product) -> None:
    """forklift.md 9.1.5."""
    names = {pod["metadata"]["name"] for pod in product.all("Pod", MTV)}
    assert all(name.startswith("forklift-") for name in names)
    assert {pod["status"]["phase"] for pod in product.all("Pod", MTV)} == {"Running"}
    subscription = product.get("Subscription", "mtv-operator", MTV)
    assert subscription is not None
    csv = product.get("ClusterServiceVersion", subscription["status"]["installedCSV"], MTV)
    assert csv is not None
    assert csv["metadata"]["name"].startswith("mtv-operator.v2.12.")
    (deployment,) = csv["spec"]["install"]["spec"]["deployments"]
    (env,) = deployment["spec"]["template"]["spec"]["containers"][0]["env"]
    assert env["name"] == "MUST_GATHER_IMAGE"
    assert product.get("Route", "forklift-services", MTV) is not None
    assert product.get("Secret", "forklift-controller-token", MTV) is not None


def test_a_patched_controller_runs_and_is_successful_again(product: Product) -> None:
    """forklift.md 9.1.6."""
    name = "forklift-controller"
    product.until("ForkliftController", name, lambda it: len(it.get("status", {}).get("conditions", ())) == 3)
    product.patch("ForkliftController", name, {"spec": {"controller_precopy_interval": 2}}, MTV)
    versions = product.until("ForkliftController", name, lambda it: it["status"].get("observedGeneration") == 2)
    shown = [[item["type"] for item in it["status"]["conditions"] if item["status"] == "True"] for it in versions]
    assert ["Running"] in shown
    assert shown[-1] == ["Running", "Successful"]


def test_a_quoted_number_of_the_controller_is_ignored(product: Product) -> None:
    """forklift.md 6.2."""
    change = {"spec": {"controller_precopy_interval": "2"}}
    product.patch("ForkliftController", "forklift-controller", change, MTV)
    toolkit = product.mtv.toolkit
    assert product.on_loop(lambda: toolkit.setting("controller_precopy_interval", 60)) == 60
