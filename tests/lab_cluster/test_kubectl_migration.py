"""A cold migration driven by kubectl alone, as somebody without the suite would do it."""

from tests.lab_cluster.kubectl import Kubectl
from tests.lab_cluster.mtv_objects import HERE, MACHINE, forklift, named, source_provider


def test_a_machine_is_migrated_and_shown(kubectl: Kubectl) -> None:
    source_provider(kubectl)
    ends = {"provider": {"source": named("vc"), "destination": named("host")}}
    network = {"source": {"name": "VM Network"}, "destination": {"type": "pod"}}
    storage = {"source": {"name": "lab-vmfs-1"}, "destination": {"storageClass": "lab-block"}}
    kubectl.apply(
        forklift("NetworkMap", "nets", ends | {"map": [network]}),
        forklift("StorageMap", "stores", ends | {"map": [storage]}),
    )
    maps = {"map": {"network": named("nets"), "storage": named("stores")}}
    plan = ends | maps | {"targetNamespace": "default", "targetPowerState": "on", "vms": [{"name": MACHINE}]}
    kubectl.apply(forklift("Plan", "p", plan))
    kubectl("wait", "plan/p", *HERE, "--for=condition=Ready", "--timeout=30s")
    kubectl.apply(forklift("Migration", "m", {"plan": named("p")}))
    kubectl("wait", "migration/m", *HERE, "--for=condition=Succeeded", "--timeout=60s")
    _shown(kubectl)
    _deleted(kubectl)


def _shown(kubectl: Kubectl) -> None:
    assert kubectl.table("plan", "p", *HERE)[0]["SUCCEEDED"] == "True"
    assert kubectl.table("migration", "m", *HERE)[0]["SUCCEEDED"] == "True"
    kubectl("wait", f"vm/{MACHINE}", "--for=condition=Ready", "--timeout=30s")
    assert kubectl.table("vm", MACHINE)[0]["STATUS"] == "Running"
    assert [row["STATUS"] for row in kubectl.table("pvc")] == ["Bound"]
    assert {row["STATUS"] for row in kubectl.table("pods")} == {"Completed", "Running"}
    told = kubectl("logs", "-f", "-l", "forklift.app=virt-v2v", "--tail=-1")
    assert [line.partition("] ")[2] for line in told.splitlines() if "Copying" in line] == ["Copying disk 1/1"]
    assert told.splitlines()[-1].endswith("] Finishing off")
    steps = kubectl("get", "migration", "m", *HERE, "-o", "jsonpath={.status.vms[0].pipeline[*].phase}").split()
    assert steps
    assert set(steps) == {"Completed"}


def _deleted(kubectl: Kubectl) -> None:
    kubectl("patch", "plan", "p", *HERE, "--type", "merge", "-p", '{"spec":{"archived":true}}')
    kubectl("wait", "plan/p", *HERE, "--for=condition=Archived", "--timeout=30s")
    kubectl("delete", "vm", MACHINE)
    kubectl("delete", "plan/p", "networkmap/nets", "storagemap/stores", "provider/vc", "secret/vc", *HERE)
    kubectl("wait", "migration/m", *HERE, "--for=delete", "--timeout=30s")
    kubectl("wait", "pvc", "--all", "--for=delete", "--timeout=30s")
