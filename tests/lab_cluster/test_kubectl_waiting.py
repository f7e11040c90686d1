"""kubectl watches and waits: for conditions, fields and ends of objects that a lab's controllers move."""

import signal
import time
from collections.abc import Iterator

import pytest

from tests.lab_cluster.kubectl import Kubectl, Object, first_line

NAME = "waits"
MACHINE = ("vm", NAME)


def machine(strategy: str) -> Object:
    storage = {"resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "lab-block"}
    disk = {"metadata": {"name": f"{NAME}-disk"}, "spec": {"source": {"blank": {}}, "storage": storage}}
    devices = {
        "disks": [{"name": "root", "disk": {"bus": "virtio"}}],
        "interfaces": [{"name": "default", "masquerade": {}}],
    }
    spec = {
        "domain": {"devices": devices, "memory": {"guest": "1Gi"}},
        "networks": [{"name": "default", "pod": {}}],
        "volumes": [{"name": "root", "dataVolume": {"name": f"{NAME}-disk"}}],
    }
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": NAME, "namespace": "default"},
        "spec": {"runStrategy": strategy, "dataVolumeTemplates": [disk], "template": {"spec": spec}},
    }


@pytest.fixture
def running(kubectl: Kubectl) -> Iterator[None]:
    kubectl.apply(machine("Always"))
    kubectl("wait", "/".join(MACHINE), "--for=condition=Ready", "--timeout=30s")
    yield
    kubectl("delete", *MACHINE, "--ignore-not-found")


@pytest.mark.usefixtures("running")
def test_a_machine_is_waited_for_by_condition_and_field(kubectl: Kubectl) -> None:
    assert kubectl("wait", "vmi", NAME, "--for=jsonpath={.status.phase}=Running", "--timeout=30s")
    row = kubectl.table(*MACHINE)[0]
    assert (row["STATUS"], row["READY"]) == ("Running", "True")
    instance = kubectl.table("vmi", NAME)[0]
    emptiest = "worker-1"  # MTV's own pods are on worker-0
    assert (instance["PHASE"], instance["NODENAME"]) == ("Running", emptiest)
    assert instance["IP"].startswith("10.")
    pods = kubectl.table("pods", "-l", f"vm.kubevirt.io/name={NAME}")
    assert [row["STATUS"] for row in pods] == ["Running"]
    assert kubectl.table("dv")[0]["PHASE"] == "Succeeded"
    assert "Type:" in kubectl("describe", *MACHINE)


@pytest.mark.usefixtures("running")
def test_applying_another_run_strategy_stops_a_machine(kubectl: Kubectl) -> None:
    kubectl.apply(machine("Halted"))
    stopped = "--for=jsonpath={.status.printableStatus}=Stopped"
    assert kubectl("wait", "/".join(MACHINE), stopped, "--timeout=30s")
    kubectl("wait", "vmi", NAME, "--for=delete", "--timeout=30s")


@pytest.mark.usefixtures("running")
def test_deleting_a_machine_takes_all_it_owns(kubectl: Kubectl) -> None:
    volume = kubectl("get", "pvc", f"{NAME}-disk", "-o", "jsonpath={.spec.volumeName}")
    assert kubectl("delete", *MACHINE) == f'virtualmachine.kubevirt.io "{NAME}" deleted\n'
    for target in ("vmi", "dv", "pvc"):
        kubectl("wait", target, "--all", "--for=delete", "--timeout=30s")
    kubectl("wait", "pv", volume, "--for=delete", "--timeout=30s")
    assert kubectl("get", "vm,vmi,dv,pvc,pods") == ""


@pytest.mark.usefixtures("running")
def test_a_watch_shows_what_changes(kubectl: Kubectl) -> None:
    watching = kubectl.start("get", *MACHINE, "-w")
    try:
        assert "Running" in first_line(watching, NAME)
        kubectl.apply(machine("Halted"))
        assert "Stopping" in first_line(watching, "Stopping")
        assert "Stopped" in first_line(watching, "Stopped")
    finally:
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=10)


def test_a_watch_as_json_tells_every_event(kubectl: Kubectl) -> None:
    options = ("-w", "--output-watch-events", "-o", "jsonpath={.type} {.object.metadata.name}{'\\n'}")
    watching = kubectl.start("get", "configmaps", *options)
    try:
        first_line(watching, "ADDED kube-root-ca.crt")
        kubectl("create", "configmap", "seen")
        first_line(watching, "ADDED seen")
        kubectl("label", "configmap", "seen", "a=b")
        first_line(watching, "MODIFIED seen")
        kubectl("delete", "configmap", "seen")
        first_line(watching, "DELETED seen")
    finally:
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=10)


def test_waiting_for_what_never_comes_ends_with_its_timeout(kubectl: Kubectl) -> None:
    started = time.monotonic()
    why = kubectl.refused("wait", "node/worker-0", "--for=condition=Ready=False", "--timeout=1s")
    assert "timed out waiting for the condition" in why
    assert time.monotonic() - started < 10


def test_waiting_for_the_end_of_what_is_not_there_is_over_at_once(kubectl: Kubectl) -> None:
    kubectl("wait", "cm/never", "--for=delete", "--timeout=5s")
