"""A machine is moved to another cluster by kubectl alone, with a ServiceAccount's token (forklift.md 9.9.43)."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lab.process.asking import ask
from tests.lab_cluster.kubectl import Kubectl, driven_lab
from tests.lab_cluster.mtv_objects import HERE, MACHINE, forklift, named, source_provider

ACCOUNT = ("-n", "default")
HOME = ("-n", "moved")


@pytest.fixture
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    with driven_lab(tmp_path_factory.mktemp("moving")) as ready:
        yield ready


@pytest.fixture
def there(here: Kubectl) -> Kubectl:
    return replace(here, kubeconfig="remote-kubeconfig")


def test_a_machine_moves_to_the_other_cluster_and_back_to_nothing(here: Kubectl, there: Kubectl) -> None:
    source_provider(here, vddkInitImage="registry.lab.test/vddk:8")
    _mover(there)
    _destination(here, there)
    _moved(here)
    there("wait", f"vm/{MACHINE}", *HOME, "--for=condition=Ready", "--timeout=30s")
    assert there.table("vmi", *HOME)[0]["PHASE"] == "Running"
    assert [row["STATUS"] for row in there.table("pvc", *HOME)] == ["Bound"]
    assert "NotFound" in here.refused("get", "namespace", "moved")
    assert not [path for path in ask(here.lab.folder, "/diff")["added"] if path.startswith("virtualization/")]
    _deleted(here, there)
    assert ask(here.lab.folder, "/diff") == {"added": [], "removed": [], "changed": []}


def _mover(there: Kubectl) -> None:
    """Whoever MTV is on the other cluster."""
    there("create", "serviceaccount", "mover", *ACCOUNT)
    there.apply(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "mover"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", "name": "mover", "namespace": "default"}],
        }
    )


def _destination(here: Kubectl, there: Kubectl) -> None:
    """A Provider that verifies the cluster's certificate."""
    token = there("create", "token", "mover", *ACCOUNT, "--duration=48h").strip()
    url = json.loads((here.lab.folder / "endpoints.json").read_text())["remote_cluster"]
    authority = f"--from-file=cacert={here.lab.folder / 'ca.crt'}"
    here("create", "secret", "generic", "there", *HERE, f"--from-literal=token={token}", authority)
    here.apply(forklift("Provider", "there", {"type": "openshift", "url": url, "secret": named("there")}))
    here("wait", "provider/there", *HERE, "--for=condition=Ready", "--timeout=30s")


def _moved(here: Kubectl) -> None:
    ends = {"provider": {"source": named("vc"), "destination": named("there")}}
    network = {"source": {"name": "VM Network"}, "destination": {"type": "pod"}}
    storage = {"source": {"name": "lab-vmfs-1"}, "destination": {"storageClass": "remote-block"}}
    maps = {"map": {"network": named("nets"), "storage": named("stores")}}
    here.apply(
        forklift("NetworkMap", "nets", ends | {"map": [network]}),
        forklift("StorageMap", "stores", ends | {"map": [storage]}),
        forklift(
            "Plan",
            "p",
            ends | maps | {"targetNamespace": "moved", "targetPowerState": "on", "vms": [{"name": MACHINE}]},
        ),
    )
    here("wait", "plan/p", *HERE, "--for=condition=Ready", "--timeout=30s")
    here.apply(forklift("Migration", "m", {"plan": named("p")}))
    here("wait", "migration/m", *HERE, "--for=condition=Succeeded", "--timeout=60s")


def _deleted(here: Kubectl, there: Kubectl) -> None:
    """Once archived, a Plan has left nothing but the machine there."""
    here("patch", "plan", "p", *HERE, "--type", "merge", "-p", '{"spec":{"archived":true}}')
    here("wait", "plan/p", *HERE, "--for=condition=Archived", "--timeout=30s")
    here("delete", "plan/p", "networkmap/nets", "storagemap/stores", "provider/vc", "provider/there", *HERE)
    here("delete", "secret/vc", "secret/there", *HERE)
    there("delete", "namespace", "moved", "--timeout=60s")
    there("delete", "clusterrolebinding", "mover")
    there("delete", "serviceaccount", "mover", *ACCOUNT)
    here("wait", "migration/m", *HERE, "--for=delete", "--timeout=30s")
