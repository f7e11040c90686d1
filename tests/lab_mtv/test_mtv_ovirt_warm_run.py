"""A warm migration from an oVirt engine as clients see it, against facts/forklift.md 2.3, 2.4, 2.6 and 3.6."""

from base64 import b64encode
from typing import Any

import pytest

from lab.ovirt import events
from lab.ovirt.ids import disk_id
from tests.lab_mtv.engines import RHEL, TWO_OF_EACH, EngineDesk, EngineProduct
from tests.lab_mtv.scene import conditions, executing, forklift, has, reference, steps_of, vm_of
from tests.lab_mtv.test_mtv_ovirt_run import without_repeats

Object = dict[str, Any]

PAST = "2020-01-01T00:00:00Z"
PHASES = [
    *("Started", "CreateInitialSnapshot", "WaitForInitialSnapshot", "CreateDataVolumes", "CopyDisks", "CopyingPaused"),
    *("StorePowerState", "PowerOffSource", "WaitForPowerOff", "CreateFinalSnapshot", "WaitForFinalSnapshot"),
    *("AddFinalCheckpoint", "Finalize", "CreateVM", "Completed"),
]
LOOP = ["CopyDisks", "CopyingPaused", "CreateSnapshot", "WaitForSnapshot", "AddCheckpoint", "CopyDisks"]


def phases(versions: list[Object]) -> list[str]:
    return without_repeats([vm_of(plan)["phase"] for plan in versions if executing(plan)])


def copied(desk: EngineDesk) -> None:
    """A warm run that waits between its first copy and the cutover."""
    desk.providers()
    desk.maps()
    desk.plan(RHEL, warm=True)
    desk.product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migrate()
    desk.product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "CopyingPaused")


def test_a_cutover_in_the_past_means_one_copy_and_one_delta(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    machine = engine_product.machine(TWO_OF_EACH)
    engine_product.switch_on(machine)
    versions = engine_desk.moved(TWO_OF_EACH, cutover=PAST, warm=True)
    last = vm_of(versions[-1])
    assert phases(versions) == PHASES
    assert [step["name"] for step in last["pipeline"]] == [
        "Initialize",
        "DiskTransfer",
        "Cutover",
        "VirtualMachineCreation",
    ]
    first, final = last["warm"]["precopies"]
    assert "end" in first
    assert "end" not in final
    assert "deltas" not in first
    assert (last["warm"]["successes"], last["restorePowerState"]) == (1, "On")
    assert machine.power == "off"
    assert "Succeeded" in conditions(versions[-1])


def test_without_a_cutover_the_loop_goes_on_while_the_machine_runs(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    machine = engine_product.machine(RHEL)
    engine_product.switch_on(machine)
    controller = {"spec": {"controller_precopy_interval": 1}}
    engine_product.patch("ForkliftController", "forklift-controller", controller, "openshift-mtv")
    engine_desk.providers()
    engine_desk.maps()
    engine_desk.plan(RHEL, warm=True)
    engine_product.until("Plan", "plan", lambda it: has(it, "Ready"))
    engine_desk.migrate()
    versions = engine_product.until(
        "Plan", "plan", lambda it: executing(it) and vm_of(it).get("warm", {}).get("successes") == 2
    )
    seen = phases(versions)
    start = seen.index("CopyDisks")
    assert seen[start : start + len(LOOP)] == LOOP
    (task,) = steps_of(vm_of(versions[-1]))["DiskTransfer"]["tasks"]
    assert task["annotations"]["Precopy"] == "2"
    assert machine.power == "on"
    assert len(machine.snapshots) == 2, "nothing is removed before the end"


def test_disks_come_by_imageio_and_name_snapshots_as_the_engine_does(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """forklift.md 3.6; a checkpoint is the id that a snapshot gave to the disk, so each disk has its own."""
    machine = engine_product.machine(TWO_OF_EACH)
    engine_desk.providers()
    engine_desk.maps()
    engine_desk.plan(TWO_OF_EACH, warm=True)
    engine_product.until("Plan", "plan", lambda it: has(it, "Ready"))
    engine_desk.migrate()
    engine_product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "CopyingPaused")
    volumes = {
        it["metadata"]["annotations"]["forklift.konveyor.io/disk-source"]: it for it in engine_product.all("DataVolume")
    }
    assert volumes.keys() == {disk_id(disk) for disk in machine.disks}
    currents = set()
    for id_, volume in volumes.items():
        source = volume["spec"]["source"]["imageio"]
        assert (source["diskId"], source["url"]) == (id_, engine_product.lab.endpoints["ovirt"])
        (trust,) = [it for it in engine_product.all("ConfigMap") if it["metadata"]["name"] == source["certConfigMap"]]
        assert "ca.pem" in trust["binaryData"]
        (checkpoint,) = volume["spec"]["checkpoints"]
        assert checkpoint["previous"] == ""
        currents.add(checkpoint["current"])
        assert volume["metadata"]["annotations"]["cdi.kubevirt.io/storage.usePopulator"] == "false"
    assert len(currents) == 2


def test_every_snapshot_is_removed_once_the_run_has_ended(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """In the background: the Plan has Succeeded before (upstream, adapter/ovirt/client.go, Finalize)."""
    machine = engine_product.machine(RHEL)
    engine_desk.moved(RHEL, cutover=PAST, warm=True)
    engine_product.eventually(lambda: not machine.snapshots)
    codes = [it.code for it in engine_product.engine.events.log if it.machine == machine.id]
    assert codes.count(events.SNAPSHOT_ADDED) == codes.count(events.SNAPSHOT_REMOVED) == 2


def test_a_canceled_copy_leaves_no_snapshot_either(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    machine = engine_product.machine(RHEL)
    copied(engine_desk)
    engine_product.patch("Migration", "go", {"spec": {"cancel": [{"id": machine.id}]}})
    engine_product.until("Plan", "plan", lambda it: has(it, "Canceled"))
    engine_product.eventually(lambda: not machine.snapshots)


def test_what_changed_between_copy_and_cutover_arrives(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    machine = engine_product.machine(RHEL)
    copied(engine_desk)
    engine_product.on_loop(lambda: setattr(machine.disks[0], "digest", "changed"))
    engine_product.patch("Migration", "go", {"spec": {"cutover": PAST}})
    engine_product.until("Plan", "plan", lambda it: has(it, "Succeeded"))
    (claim,) = engine_product.all("PersistentVolumeClaim")
    assert engine_product.world.volumes[claim["metadata"]["uid"]].digest == "changed"


@pytest.mark.parametrize("options", [{"clusters": True}])
def test_a_cold_machine_for_another_cluster_comes_by_imageio_too(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """forklift.md 3.6: populators only fill claims of the own cluster."""
    places = {"source": reference("vc"), "destination": reference("there")}
    cluster = engine_product.remote
    token = engine_product.on_loop(lambda: cluster.tokens.issue("kubeadmin"))
    data = {key: b64encode(text.encode()).decode() for key, text in (("token", token), ("insecureSkipVerify", "true"))}
    engine_product.create(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "there-secret", "namespace": "run"},
            "data": data,
        }
    )
    spec = {"type": "openshift", "url": cluster.endpoints["cluster"], "secret": reference("there-secret")}
    engine_product.create(forklift("Provider", "there", spec))
    engine_desk.secret()
    engine_desk.provider()
    for name in ("vc", "there"):
        engine_product.until("Provider", name, lambda it: has(it, "Ready"))
    engine_desk.maps(providers=places)
    last = engine_desk.run(RHEL, provider=places)[-1]
    assert "Succeeded" in conditions(last)
    (machine,) = engine_product.on_loop(lambda: list(cluster.store.list("VirtualMachine", "moved")))
    assert machine["metadata"]["name"] == RHEL
    assert engine_product.all("OvirtVolumePopulator") == []
