"""A cold migration from an oVirt engine as clients see it, against facts/forklift.md 2.4, 3.1, 3.6 and 3.7."""

from itertools import pairwise
from typing import Any

import pytest

from lab.ovirt import events
from lab.ovirt.ids import disk_id
from tests.lab_mtv.engines import EFI, RHEL, TWO_OF_EACH, WIN2022, EngineDesk, EngineProduct
from tests.lab_mtv.scene import conditions, executing, steps_of, vm_of

Object = dict[str, Any]

STEPS = ["Initialize", "DiskTransfer", "VirtualMachineCreation"]
PHASES = [
    *("Started", "StorePowerState", "PowerOffSource", "WaitForPowerOff", "CreateDataVolumes", "CopyDisks"),
    *("CreateVM", "Completed"),
]
_MIB = 1024**2


def without_repeats(items: list[Any]) -> list[Any]:
    return items[:1] + [item for before, item in pairwise(items) if item != before]


def made(product: EngineProduct, kind: str) -> Object:
    (found,) = product.all(kind)
    return found


def test_a_machine_walks_the_phases_and_its_disks_are_tasks_by_id(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    machine = engine_product.machine(TWO_OF_EACH)
    versions = [plan for plan in engine_desk.moved(TWO_OF_EACH) if executing(plan)]
    last = vm_of(versions[-1])
    assert without_repeats([vm_of(plan)["phase"] for plan in versions]) == PHASES
    assert [step["name"] for step in last["pipeline"]] == STEPS
    assert {step["phase"] for step in last["pipeline"]} == {"Completed"}
    tasks = steps_of(last)["DiskTransfer"]["tasks"]
    assert [(task["name"], task["progress"]["total"]) for task in tasks] == [
        (disk_id(disk), disk.size // _MIB) for disk in machine.disks
    ]
    assert {(task["phase"], task["reason"]) for task in tasks} == {("Completed", "Transfer completed.")}
    assert "Succeeded" in conditions(versions[-1])


def test_progress_of_a_task_is_seen_before_it_has_a_phase(engine_desk: EngineDesk) -> None:
    """forklift.md 2.5: what the populator tells, and nothing else until the claim is bound."""
    versions = [plan for plan in engine_desk.moved(RHEL) if executing(plan)]
    tasks = [steps_of(vm_of(plan))["DiskTransfer"]["tasks"][0] for plan in versions]
    under_way = [task for task in tasks if 0 < task["progress"]["completed"] < task["progress"]["total"]]
    assert under_way
    assert not [task for task in under_way if "phase" in task]


def test_the_guest_is_asked_to_end_and_not_switched_off(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    """What the engine's log says of it; the source stays off."""
    machine = engine_product.machine(RHEL)
    engine_product.switch_on(machine)
    (*_, last) = engine_desk.moved(RHEL)
    codes = [it.code for it in engine_product.engine.events.log if it.machine == machine.id]
    assert events.SHUTDOWN_BEGUN in codes
    assert codes[-1] == events.VM_DOWN
    assert events.VM_STOPPED not in codes
    assert vm_of(last)["restorePowerState"] == "On"
    assert machine.power == "off"
    assert made(engine_product, "VirtualMachine")["spec"]["runStrategy"] == "Always"


def test_each_disk_has_a_populator_and_a_claim_with_few_labels(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """forklift.md 3.1, 3.6: modes by the class, names by the disk, and nowhere the plan's."""
    machine = engine_product.machine(RHEL)
    engine_desk.providers()
    engine_desk.maps()
    engine_desk.plan(RHEL)
    engine_product.until("Plan", "plan", lambda it: "Ready" in conditions(it))
    engine_desk.migrate()
    engine_product.eventually(lambda: bool(engine_product.lab.store.list("PersistentVolumeClaim", "moved")))
    populator = made(engine_product, "OvirtVolumePopulator")
    claim = next(it for it in engine_product.all("PersistentVolumeClaim") if "dataSourceRef" in it["spec"])
    (secret,) = [it for it in engine_product.all("Secret") if "isPopulator" in it["metadata"].get("labels", {})]
    id_ = disk_id(machine.disks[0])
    plan = engine_product.get("Plan", "plan")
    assert plan is not None
    for obj in (populator, claim):
        assert obj["metadata"]["name"].startswith(f"{id_}-")
        assert set(obj["metadata"]["labels"]) == {"vmID", "migration", "plan", "diskID"}
        assert obj["metadata"]["labels"]["plan"] == plan["metadata"]["uid"]
    assert populator["spec"] == {
        "engineUrl": engine_product.lab.endpoints["ovirt"].removesuffix("/ovirt-engine/api"),
        "engineSecretName": secret["metadata"]["name"],
        "diskId": id_,
    }
    assert {"user", "password", "url", "ca.crt"} <= set(secret["data"])
    assert claim["metadata"]["annotations"]["forklift.konveyor.io/disk-source"] == id_
    assert (claim["spec"]["accessModes"], claim["spec"]["volumeMode"]) == (["ReadWriteMany"], "Block")
    assert claim["spec"]["dataSourceRef"]["name"] == populator["metadata"]["name"]


def test_a_filesystem_gets_room_for_itself(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    machine = engine_product.machine(RHEL)
    engine_desk.providers()
    engine_desk.maps({it.name: "lab-file" for it in engine_product.world.ovirt.datastores.values()})
    engine_desk.run(RHEL)
    claim = made(engine_product, "PersistentVolumeClaim")
    assert claim["spec"]["volumeMode"] == "Filesystem"
    assert int(claim["spec"]["resources"]["requests"]["storage"]) == -(-machine.disks[0].size * 10 // 9)


def test_a_late_class_is_bound_by_a_pod_that_is_gone_with_the_machines_creation(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    engine_desk.providers()
    engine_desk.maps({it.name: "lab-wffc" for it in engine_product.world.ovirt.datastores.values()})
    last = engine_desk.run(TWO_OF_EACH)[-1]
    assert "Succeeded" in conditions(last)
    assert [it for it in engine_product.all("Pod") if "pvcinit" in it["metadata"]["name"]] == []


def test_nothing_of_the_populators_outlives_a_success(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    engine_desk.moved(TWO_OF_EACH)
    engine_product.eventually(
        lambda: (
            not [
                it
                for kind in ("OvirtVolumePopulator", "Secret", "Pod", "DataVolume")
                for it in engine_product.lab.store.list(kind, "moved")
                if it["metadata"].get("labels", {}).get("vmID")
                and not it["metadata"]["name"].startswith("virt-launcher")
            ]
        )
    )
    claims = engine_product.all("PersistentVolumeClaim")
    assert len(claims) == 2
    assert {it["metadata"]["ownerReferences"][0]["kind"] for it in claims} == {"VirtualMachine"}


def test_a_machine_keeps_its_uuid_interfaces_and_ids_of_disks(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """forklift.md 3.7."""
    machine = engine_product.machine(TWO_OF_EACH)
    engine_desk.moved(TWO_OF_EACH)
    target = made(engine_product, "VirtualMachine")
    spec = target["spec"]["template"]["spec"]
    domain, ids = spec["domain"], [disk_id(disk) for disk in machine.disks]
    assert domain["cpu"] == {"sockets": 2, "cores": 1, "threads": 1}
    assert domain["memory"] == {"guest": "4Gi"}
    assert domain["firmware"] == {"serial": machine.id, "uuid": machine.id, "bootloader": {"bios": {}}}
    assert domain["clock"] == {"timezone": "Etc/GMT"}
    assert domain["devices"]["disks"] == [
        {"name": ids[0], "disk": {"bus": "scsi"}, "serial": ids[0], "bootOrder": 1},
        {"name": ids[1], "disk": {"bus": "scsi"}, "serial": ids[1]},
    ]
    assert [volume["name"] for volume in spec["volumes"]] == ids
    (interface,) = domain["devices"]["interfaces"]
    assert interface == {
        "name": "net-0",
        "model": "virtio",
        "macAddress": machine.nics[0].mac,
        "masquerade": {},
    }, "the other network is ignored"
    assert "guestConverted" not in target["metadata"]["labels"]
    assert target["spec"]["runStrategy"] == "Halted"


def test_secure_boot_is_left_behind(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    """Upstream's builder: without the source's NVRAM nothing would boot."""
    engine_desk.moved(EFI)
    domain = made(engine_product, "VirtualMachine")["spec"]["template"]["spec"]["domain"]
    assert domain["firmware"]["bootloader"] == {"efi": {"secureBoot": False}}
    assert "features" not in domain


def test_windows_of_2022_gets_a_tpm_and_is_started(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    engine_desk.moved(WIN2022)
    target = made(engine_product, "VirtualMachine")
    assert target["spec"]["template"]["spec"]["domain"]["devices"]["tpm"] == {"persistent": True}
    assert target["spec"]["runStrategy"] == "Always"


def test_the_clusters_cpu_is_kept_on_request(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    engine_desk.moved(RHEL, preserveClusterCpuModel=True)
    cpu = made(engine_product, "VirtualMachine")["spec"]["template"]["spec"]["domain"]["cpu"]
    assert cpu["model"] == "Cascadelake-Server-noTSX"
    assert {"name": "vmx", "policy": "require"} in cpu["features"]


@pytest.mark.parametrize("options", [{"defect": "disk-transfer-fails"}])
def test_a_populator_that_fails_for_good_fails_the_migration(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    last = vm_of(engine_desk.moved(RHEL)[-1])
    (claim,) = [it for it in engine_product.all("PersistentVolumeClaim") if "dataSourceRef" in it["spec"]]
    (reason,) = steps_of(last)["DiskTransfer"]["error"]["reasons"]
    assert reason == f"populator pod failed for PVC {claim['metadata']['uid']}. Please check the pod logs"


def test_a_cancel_takes_everything_back(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    """forklift.md 2.8: with the source's power."""
    machine = engine_product.machine(RHEL)
    engine_product.switch_on(machine)
    engine_desk.providers()
    engine_desk.maps()
    engine_desk.plan(RHEL)
    engine_product.until("Plan", "plan", lambda it: "Ready" in conditions(it))
    engine_desk.migrate()
    engine_product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "CopyDisks")
    engine_product.patch("Migration", "go", {"spec": {"cancel": [{"id": machine.id}]}})
    engine_product.until("Plan", "plan", lambda it: "Canceled" in conditions(it))
    kinds = ("OvirtVolumePopulator", "PersistentVolumeClaim", "VirtualMachine")
    engine_product.eventually(lambda: not [it for kind in kinds for it in engine_product.lab.store.list(kind, "moved")])
    assert machine.power == "on"
