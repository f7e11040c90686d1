"""What MTV and KubeVirt say, as the facts describe it, read as domain values."""

from copy import deepcopy
from typing import Any

import pytest

from support.adapters.openshift.quantities import size
from support.adapters.openshift.readings import plan_state, provider_state
from support.adapters.openshift.readings_machines import Found, arrival, target_machine
from support.domain.errors import ClusterError
from support.domain.machine import GIB, MIB, Cpu, Firmware, OsFamily, Power
from support.domain.migration import Ending, StepPhase
from support.domain.target import TargetNetwork

PLAN: dict[str, Any] = {
    "kind": "Plan",
    "metadata": {"name": "p", "namespace": "ns", "uid": "u", "generation": 2},
    "status": {
        "observedGeneration": 2,
        "conditions": [
            {"type": "Failed", "status": "True", "category": "Advisory", "durable": True},
            {"type": "VMNotFound", "status": "True", "category": "Critical", "items": [" id:vm-1"]},
            {"type": "Old", "status": "False", "category": "Critical", "items": None},
        ],
        "migration": {
            "vms": [
                {
                    "id": "vm-1",
                    "name": "My_VM",
                    "newName": "my-vm",
                    "phase": "Completed",
                    "error": {"phase": "CopyDisks", "reasons": []},
                    "conditions": None,
                    "pipeline": [
                        {"name": "Initialize", "phase": "Completed", "progress": {"completed": 0, "total": 1}},
                        {
                            "name": "DiskTransfer",
                            "phase": "Running",
                            "annotations": {"unit": "MB"},
                            "progress": {"completed": 3, "total": 16},
                            "error": {"phase": "CopyDisks", "reasons": ["no space"]},
                        },
                        {"name": "Cutover", "progress": {"completed": 0, "total": 16}},
                    ],
                }
            ]
        },
    },
}

MACHINE: dict[str, Any] = {
    "kind": "VirtualMachine",
    "metadata": {"name": "vm", "namespace": "vms", "uid": "u1"},
    "spec": {
        "runStrategy": "Always",
        "template": {
            "metadata": {"labels": {"app": "vm"}},
            "spec": {
                "domain": {
                    "cpu": {"sockets": 2},
                    "memory": {"guest": "1536Mi"},
                    "firmware": {"serial": "S", "bootloader": {"efi": {}}},
                    "devices": {
                        "disks": [
                            {"name": "b", "disk": {}, "bootOrder": 1},
                            {"name": "cloud", "disk": {}},
                            {"name": "a", "disk": {}},
                        ],
                        "interfaces": [
                            {"name": "n0", "macAddress": "00:50:56:AA:BB:01", "masquerade": {}},
                            {"name": "n1", "macAddress": "00-50-56-aa-bb-02", "bridge": {}},
                        ],
                    },
                },
                "networks": [{"name": "n0", "pod": {}}, {"name": "n1", "multus": {"networkName": "nad"}}],
                "volumes": [
                    {"name": "a", "dataVolume": {"name": "claim-a"}},
                    {"name": "b", "persistentVolumeClaim": {"claimName": "claim-b"}},
                    {"name": "cloud", "cloudInitNoCloud": {}},
                ],
            },
        },
    },
    "status": {"printableStatus": "Running"},
}
INSTANCE: dict[str, Any] = {
    "status": {
        "nodeName": "worker-0",
        "guestOSInfo": {"id": "mswindows", "prettyName": "Windows"},
        "conditions": [{"type": "AgentConnected", "status": "True"}],
        "interfaces": [
            {"name": "n0", "mac": "00:50:56:aa:bb:01", "ipAddresses": ["10.0.0.7"]},
            {"name": "n1", "mac": "00:50:56:AA:BB:02", "ipAddresses": ["fe80::1"]},
            {"mac": "02:42:00:00:00:01", "ipAddresses": ["172.17.0.1"]},
        ],
    }
}


def _claim(name: str, capacity: str | None) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "annotations": {"forklift.konveyor.io/disk-source": f"[ds] {name}.vmdk"}},
        "spec": {
            "storageClassName": "sc",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
        "status": {"capacity": {"storage": capacity}} if capacity else {},
    }


CLAIMS = {"claim-a": _claim("claim-a", None), "claim-b": _claim("claim-b", "2Gi")}


def test_a_plan_keeps_reasons_items_and_the_name_that_mtv_gave() -> None:
    state = plan_state(PLAN)
    assert (state.observed, state.ending) == (True, Ending.FAILED)
    assert [str(each) for each in state.blockers] == ["VMNotFound:  [id:vm-1]"]
    (machine,) = state.machines
    assert (machine.name, machine.target_name) == ("My_VM", "my-vm")
    assert machine.error == ("no reason given (phase CopyDisks)",)


def test_steps_are_read_by_phase_and_one_without_is_not_guessed() -> None:
    (machine,) = plan_state(PLAN).machines
    assert [step.phase for step in machine.steps] == [StepPhase.COMPLETED, StepPhase.RUNNING, None]
    failed = machine.failed_step
    assert failed is not None
    assert (failed.done, failed.total, failed.unit, failed.error) == (3, 16, "MB", ("no space",))


def test_conditions_of_an_older_spec_do_not_count_as_observed() -> None:
    plan = deepcopy(PLAN)
    plan["metadata"]["generation"] = 3
    assert not plan_state(plan).observed


def test_a_provider_without_status_is_not_observed_and_not_ready() -> None:
    state = provider_state({"kind": "Provider", "metadata": {"name": "p", "namespace": "ns", "generation": 1}})
    assert (state.observed, state.ready, state.phase, state.conditions) == (False, False, "", ())


def test_a_running_machine_arrives_with_agent_and_routable_addresses_of_its_own_nics() -> None:
    state = arrival(MACHINE, INSTANCE)
    assert (state.exists, state.wants_to_run, state.agent_connected) == (True, True, True)
    assert state.addressed_macs == {"00:50:56:aa:bb:01"}


def test_no_machine_is_an_arrival_too() -> None:
    assert not arrival(None, None).exists


@pytest.mark.parametrize(
    ("spec", "created", "wants"),
    [
        ({"runStrategy": "Halted"}, True, False),
        ({"runStrategy": "RerunOnFailure"}, False, True),
        ({"runStrategy": "Manual"}, True, True),
        ({"runStrategy": "Manual"}, None, False),
        ({"running": True}, None, True),
    ],
)
def test_what_a_machine_wants_is_its_strategy(spec: dict[str, Any], created: bool | None, wants: bool) -> None:
    machine = {"metadata": {}, "spec": spec, "status": {"created": created}}
    assert arrival(machine, None).wants_to_run is wants


def test_disks_come_in_template_order_with_size_and_identity() -> None:
    disks = target_machine(Found(machine=MACHINE, claims=CLAIMS)).disks
    assert [(disk.claim, disk.index, disk.size, disk.bootable) for disk in disks] == [
        ("claim-b", 0, 2 * GIB, True),
        ("claim-a", 1, GIB, False),
    ]
    assert disks[0].identity == "[ds] claim-b.vmdk"
    assert disks[0].volume_mode == "Filesystem"


def test_a_disk_that_was_copied_with_its_snapshots_is_known_by_the_file_below_them() -> None:
    """A cold plan notes the layer (forklift.md 2.4)."""
    claim = deepcopy(CLAIMS["claim-a"])
    claim["metadata"]["annotations"]["forklift.konveyor.io/disk-source"] = "[ds] vm/claim-a-000003.vmdk"
    (disk,) = target_machine(Found(machine=MACHINE, claims={"claim-a": claim})).disks
    assert disk.identity == "[ds] vm/claim-a.vmdk"


def test_a_claim_that_is_gone_is_no_disk() -> None:
    found = Found(machine=MACHINE, claims={"claim-a": CLAIMS["claim-a"]})
    assert [disk.claim for disk in target_machine(found).disks] == ["claim-a"]


def test_nics_fold_their_mac_and_a_network_without_namespace_is_the_machines_own() -> None:
    nics = target_machine(Found(machine=MACHINE, instance=INSTANCE)).nics
    assert [nic.mac for nic in nics] == ["00:50:56:aa:bb:01", "00:50:56:aa:bb:02"]
    assert nics[0].network == TargetNetwork(kind="pod")
    assert nics[1].network == TargetNetwork(kind="multus", name="nad", namespace="vms")


def test_anatomy_comes_from_the_template_with_kubevirts_defaults() -> None:
    machine = target_machine(Found(machine=MACHINE, instance=INSTANCE, hostname="web1"))
    assert machine.cpu == Cpu(sockets=2, cores=1, threads=1)
    assert machine.memory == 1536 * MIB
    assert (machine.firmware, machine.secure_boot, machine.serial) == (Firmware.UEFI, True, "S")
    assert (machine.power, machine.node, machine.labels) == (Power.ON, "worker-0", {"app": "vm"})
    assert (machine.guest.family, machine.guest.hostname) == (OsFamily.WINDOWS, "web1")


def test_what_an_instance_type_leaves_out_of_the_template_is_read_from_the_instance() -> None:
    machine = deepcopy(MACHINE)
    machine["spec"]["template"]["spec"]["domain"] = {"devices": {}}
    domain = {"cpu": {"cores": 4}, "memory": {"guest": "2Gi"}, "firmware": {"bootloader": {"bios": {}}}}
    read = target_machine(Found(machine=machine, instance={"spec": {"domain": domain}}))
    assert (read.cpu.cores, read.memory, read.firmware, read.secure_boot) == (4, 2 * GIB, Firmware.BIOS, False)


def test_memory_that_nobody_tells_is_an_error_not_zero() -> None:
    machine = deepcopy(MACHINE)
    del machine["spec"]["template"]["spec"]["domain"]["memory"]
    with pytest.raises(ClusterError, match="memory"):
        target_machine(Found(machine=machine))


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [("1Gi", GIB), ("1G", 10**9), ("1.5Gi", 3 * GIB // 2), ("1E", 10**18), ("1e3", 1000), ("100m", 1), (5, 5)],
)
def test_quantities_are_exact(text: str | int, bytes_: int) -> None:
    assert size(text) == bytes_


@pytest.mark.parametrize("text", ["", "Gi", "1 Gi", "1KiB", "nan"])
def test_what_is_no_quantity_is_an_error(text: str) -> None:
    with pytest.raises(ClusterError, match="not a Kubernetes quantity"):
        size(text)
