"""Machines, their instances and their pods (checklist items 7, 8 and 9 of facts/openshift.md section 9)."""

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]
INSTANCE = "VirtualMachineInstance"


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


def shown(obj: Object) -> str:
    return str(obj.get("status", {}).get("printableStatus", ""))


def condition(obj: Object, type_: str) -> Object | None:
    return next((item for item in obj["status"].get("conditions", ()) if item["type"] == type_), None)


def test_an_instance_goes_through_its_phases(destination: "Destination", yard: "Yard") -> None:
    """Item 8: Pending, Scheduling, Scheduled, Running."""
    machine = yard.machine("m", macs=("00:50:56:aa:bb:01",))
    start = partial(destination.lab.store.create, machine)
    seen = destination.until(INSTANCE, "m", lambda it: phase(it) == "Running", after=start)
    phases = list(dict.fromkeys(phase(item) for item in seen if phase(item)))
    assert phases == ["Pending", "Scheduling", "Scheduled", "Running"]
    assert seen[-1]["status"]["nodeName"] == "worker-0"
    assert seen[-1]["metadata"]["ownerReferences"][0]["kind"] == "VirtualMachine"


def test_false_is_left_out_of_the_status(destination: "Destination", yard: "Yard") -> None:
    """Item 8: `created` and `ready` are absent unless true."""
    destination.create(yard.machine("m", runStrategy="Halted"))
    stopped = destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")[-1]
    assert not {"created", "ready"} & stopped["status"].keys()
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Always"}})
    started = destination.until("VirtualMachine", "m", lambda it: shown(it) == "Running")[-1]
    assert started["status"]["created"] is True
    assert started["status"]["ready"] is True
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Halted"}})
    again = destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")[-1]
    assert not {"created", "ready"} & again["status"].keys()


def test_the_agent_connects_later_and_leaves_no_trace(destination: "Destination", yard: "Yard") -> None:
    """Item 8: AgentConnected is absent until connected and again after the stop; guestOSInfo is empty without it."""
    connected = yard.running("m")
    assert connected["status"]["guestOSInfo"]["prettyName"] == "Red Hat Enterprise Linux 8.10"
    destination.patch("VirtualMachine", "m", {"spec": {"runStrategy": "Halted"}})
    ended = destination.until(INSTANCE, "m", lambda it: phase(it) == "Succeeded")
    assert all(condition(item, "AgentConnected") is None for item in ended if phase(item) == "Succeeded")
    assert ended[-1]["status"]["guestOSInfo"] == {}


def test_only_the_agent_knows_addresses_beyond_the_pod(destination: "Destination", yard: "Yard") -> None:
    """Item 8: the pod's address from the start, a bridged one with the agent only."""
    name = "mtv-rhel8-warm-2disks2nics"
    first, second = yard.running("m", name)["status"]["interfaces"]
    source = destination.world.machine_named(name)
    assert source is not None
    assert first["ipAddress"].startswith("10.129.")
    assert second["ipAddress"] == source.guest.addresses[1].address
    assert second["mac"] == source.nics[1].mac
    assert second["infoSource"] == "domain, guest-agent, multus-status"


def test_without_an_agent_only_the_pod_address_is_known(destination: "Destination", yard: "Yard") -> None:
    """Item 8: an empty disk boots nothing."""
    destination.create(yard.machine("m", macs=("00:50:56:aa:bb:01", "00:50:56:aa:bb:02")))
    status = destination.until(INSTANCE, "m", lambda it: phase(it) == "Running")[-1]["status"]
    first, second = status["interfaces"]
    assert first["ipAddress"] == first["ipAddresses"][0]
    assert "ipAddress" not in second
    assert first["infoSource"] == "domain"
    assert status["guestOSInfo"] == {}


def test_the_pod_network_comes_first(destination: "Destination", yard: "Yard") -> None:
    """Item 8: domain order with the pod's NIC moved to the front."""
    machine = yard.machine("m", macs=("00:50:56:aa:bb:01", "00:50:56:aa:bb:02"))
    machine["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"].reverse()
    destination.create(machine)
    status = destination.until(INSTANCE, "m", lambda it: phase(it) == "Running")[-1]["status"]
    assert [item["name"] for item in status["interfaces"]] == ["net-0", "net-1"]


def test_admission_fills_in_the_firmware(destination: "Destination", yard: "Yard") -> None:
    """Item 8: uuid and serial when absent, nothing that was given."""
    machine = yard.machine("m", runStrategy="Halted")
    machine["spec"]["template"]["spec"]["domain"]["firmware"] = {"serial": "VMware-42"}
    destination.create(machine)
    filled = destination.until("VirtualMachine", "m", lambda it: bool(shown(it)))[-1]
    firmware = filled["spec"]["template"]["spec"]["domain"]["firmware"]
    assert firmware["serial"] == "VMware-42"
    assert len(firmware["uuid"]) == 36


def test_a_machine_takes_its_claims_and_pods_with_it(destination: "Destination", yard: "Yard") -> None:
    """Item 7: VM -> VMI -> pod, and the claims that MTV gave to the machine."""
    yard.running("m")
    machine = destination.get("VirtualMachine", "m")
    assert machine is not None
    owner = {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "name": "m",
        "uid": machine["metadata"]["uid"],
        "blockOwnerDeletion": True,
    }
    destination.patch("PersistentVolumeClaim", "m-disk", {"metadata": {"ownerReferences": [owner]}})
    destination.until(
        "VirtualMachine",
        "m",
        lambda it: shown(it) == "Terminating",
        after=lambda: destination.lab.store.delete("VirtualMachine", "demo", "m"),
    )
    if destination.get("PersistentVolumeClaim", "m-disk") is not None:
        destination.gone("PersistentVolumeClaim", "m-disk")
    assert destination.names("VirtualMachine") == set()
    assert destination.names(INSTANCE) == set()
    assert destination.names("Pod") == set()
    assert destination.world.running == {}


def test_a_claim_of_nobody_stays(destination: "Destination", yard: "Yard") -> None:
    """Item 7: only owned claims follow their machine."""
    yard.running("m")
    destination.gone("VirtualMachine", "m", after=lambda: destination.lab.store.delete("VirtualMachine", "demo", "m"))
    assert destination.names("PersistentVolumeClaim") == {"m-disk"}


def test_the_pod_carries_the_labels_of_the_template(destination: "Destination", yard: "Yard") -> None:
    """Item 8: virt-launcher's own labels and those of the guest."""
    instance = yard.running("m")
    pods = destination.on_loop(lambda: destination.lab.store.list("Pod", "demo", {"kubevirt.io": "virt-launcher"}))
    labels = pods[0]["metadata"]["labels"]
    assert pods[0]["metadata"]["name"].startswith("virt-launcher-m-")
    assert labels["app"] == "m"
    assert labels["kubevirt.io/created-by"] == instance["metadata"]["uid"]
    assert pods[0]["status"]["containerStatuses"][0]["ready"] is True


def test_a_selector_chooses_the_node(destination: "Destination", yard: "Yard") -> None:
    """Item 8: the node label decides, and a label that no node has makes it unschedulable until one gets it."""
    destination.patch("Node", "worker-2", {"metadata": {"labels": {"disk": "fast"}}}, "")
    destination.create(yard.machine("m", template={"nodeSelector": {"disk": "fast"}}))
    destination.create(yard.machine("n", template={"nodeSelector": {"disk": "huge"}}))
    chosen = destination.until(INSTANCE, "m", lambda it: phase(it) == "Running")[-1]
    assert chosen["status"]["nodeName"] == "worker-2"
    destination.until("VirtualMachine", "n", lambda it: shown(it) == "ErrorUnschedulable")
    destination.patch("Node", "worker-1", {"metadata": {"labels": {"disk": "huge"}}}, "")
    assert destination.until(INSTANCE, "n", lambda it: phase(it) == "Running")[-1]["status"]["nodeName"] == "worker-1"


def test_required_affinity_chooses_the_node(destination: "Destination", yard: "Yard") -> None:
    """Item 8: nodeAffinity by expression."""
    destination.patch("Node", "worker-1", {"metadata": {"labels": {"zone": "b"}}}, "")
    expression = {"key": "zone", "operator": "In", "values": ["b"]}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    destination.create(yard.machine("m", template={"affinity": affinity}))
    assert destination.until(INSTANCE, "m", lambda it: phase(it) == "Running")[-1]["status"]["nodeName"] == "worker-1"


def test_a_missing_claim_is_told_and_waited_for(destination: "Destination", yard: "Yard") -> None:
    """Item 8: ErrorPvcNotFound until the claim exists."""
    destination.create(yard.machine("m", claims=("absent",)))
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "ErrorPvcNotFound")
    destination.create(yard.claim("absent"))
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "Running")


def test_an_always_machine_comes_back(destination: "Destination", yard: "Yard") -> None:
    """Item 8: deleting only the instance restarts it."""
    first = yard.running("m")
    destination.delete(INSTANCE, "m")
    again = destination.until(
        INSTANCE, "m", lambda it: phase(it) == "Running" and it["metadata"]["uid"] != first["metadata"]["uid"]
    )
    assert again[-1]["metadata"]["uid"] != first["metadata"]["uid"]


@pytest.mark.parametrize("strategy", ["Always", "Once"])
def test_a_lost_pod_fails_its_instance(destination: "Destination", yard: "Yard", strategy: str) -> None:
    """Item 8: Once stays failed, Always starts anew."""
    destination.create(yard.machine("m", runStrategy=strategy))
    first = destination.until(INSTANCE, "m", lambda it: phase(it) == "Running")[-1]
    pod = next(iter(destination.names("Pod")))
    destination.until(
        INSTANCE,
        "m",
        lambda it: phase(it) == "Failed",
        after=lambda: destination.lab.store.delete("Pod", "demo", pod),
    )
    if strategy == "Always":
        destination.until(
            INSTANCE, "m", lambda it: phase(it) == "Running" and it["metadata"]["uid"] != first["metadata"]["uid"]
        )
    else:
        destination.until("VirtualMachine", "m", lambda it: shown(it) == "Stopped")


def test_events_tell_why_a_machine_hangs(destination: "Destination", yard: "Yard") -> None:
    """Item 12: on transitions, with the involved object filled; they outlive it, as on a cluster."""
    destination.create(yard.machine("m", template={"nodeSelector": {"disk": "huge"}}))
    destination.until("VirtualMachine", "m", lambda it: shown(it) == "ErrorUnschedulable")
    events = destination.on_loop(lambda: destination.lab.store.list("Event", "demo"))
    told = {(item["involvedObject"]["kind"], item["reason"], item["type"]) for item in events}
    assert ("VirtualMachine", "SuccessfulCreate", "Normal") in told
    assert ("Pod", "FailedScheduling", "Warning") in told
