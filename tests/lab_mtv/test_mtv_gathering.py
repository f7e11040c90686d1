"""MTV's must-gather image in the lab: what its scripts find, by what they are told (facts/forklift.md 6.3)."""

import io
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from lab.cluster.containers import state_of
from tests.lab_mtv.conftest import up
from tests.lab_mtv.scene import NAMESPACE, RHEL, TARGET, Desk, Product

Object = dict[str, Any]
WORK, MTV = "openshift-must-gather-x", "openshift-mtv"
IMAGE = "registry.lab.test/mtv/mtv-must-gather-rhel9:2.12.5"
SCRIPT = "checker & if true; then\n  setsid -w bash <<-MUSTGATHER_EOF\n{}\nMUSTGATHER_EOF\nelse\n  {}\nfi; sync"

ADMINISTRATOR: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "cluster-admin"},
    "rules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A machine has arrived, and somebody may gather."""
    with up(Product(tmp_path_factory.mktemp("gathering"))) as product:
        Desk(product).moved(RHEL)
        product.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": WORK}})
        product.create(ADMINISTRATOR)
        allow(product)
        yield product


def allow(product: Product) -> None:
    product.create(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "must-gather-x"},
            "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": WORK}],
        }
    )


class Gathered:
    """One pod's work: what `gather` printed, and what `copy` has of it."""

    def __init__(self, product: Product, command: str, image: str = IMAGE) -> None:
        metadata = {"generateName": "must-gather-", "namespace": WORK, "labels": {"app": "must-gather"}}
        script = ["/bin/bash", "-c", SCRIPT.format(command, command)]
        containers = [{"name": "gather", "image": image, "command": script}, {"name": "copy", "image": image}]
        status = {"phase": "Pending"}
        pod = product.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}
            | {"status": status}
        )
        self.pod = product.until("Pod", pod["metadata"]["name"], _over)[-1]
        uid, lab = pod["metadata"]["uid"], product.lab
        self.said = [text for _, text in product.on_loop(lambda: lab.logs.lines(uid, "gather"))]
        program = product.on_loop(lambda: lab.programs.get((uid, "copy")))
        self.left = _unpacked(program(["tar", "-C", "/must-gather/", "-c", "."]).out) if program else {}
        self.files = _unpacked(self.left["./must-gather.tar.gz"]) if "./must-gather.tar.gz" in self.left else {}

    def objects(self, folder: str) -> list[Object]:
        found = (text for name, text in self.files.items() if name.startswith(f"must-gather/{folder}/"))
        return [yaml.safe_load(text) for text in found]


def _over(pod: Object) -> bool:
    return bool({"terminated", "waiting"} & state_of(pod, "gather").keys())


def _unpacked(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        members = [(each.name, opened.extractfile(each)) for each in opened.getmembers()]
        return {name: content.read() for name, content in members if content is not None}


def test_a_plan_brings_its_machine_its_disks_and_their_logs(moved: Product) -> None:
    gathered = Gathered(moved, f"NS={NAMESPACE} PLAN=plan /usr/bin/targeted")
    assert list(gathered.left) == ["./must-gather.tar.gz"]
    (machine,) = gathered.objects(f"namespaces/{TARGET}/crs/virtualmachine")
    assert machine["metadata"]["name"] == RHEL
    assert gathered.objects(f"namespaces/{TARGET}/crs/persistentvolumeclaim")
    logs = {name: text for name, text in gathered.files.items() if "/logs/virt-launcher" in name}
    assert list(logs) or f"Virt-launcher Pod for {TARGET},{RHEL}" in "".join(gathered.said)
    assert gathered.said[-2:] == ["Waiting for copy phase...", "Caches written to disk"]


def test_a_plan_that_leads_elsewhere_is_looked_for_where_it_leads(moved: Product) -> None:
    gathered = Gathered(moved, f"NS={NAMESPACE} PLAN=plan /usr/bin/targeted")
    text = gathered.files[f"must-gather/namespaces/{TARGET}/crs/plan/plan.yaml"].decode()
    assert text == 'Error from server (NotFound): plans.forklift.konveyor.io "plan" not found\n'


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (f"NS={MTV} /usr/bin/targeted", "ERROR: No resources matching the criteria were found."),
        (f"NS={NAMESPACE} PLAN=gone /usr/bin/targeted", "ERROR: No resources matching the criteria were found."),
        ("NS=nowhere /usr/bin/targeted", "ERROR: Specified NS doesn't exist"),
        (f"NS={MTV} VM=nobody /usr/bin/targeted", "ERROR: No existing VMs were found in the cluster."),
        ("/usr/bin/targeted", "ERROR: Missing targeted gathering parameters."),
        (f"-- NS={MTV}", "bash: line 1: --: command not found"),
    ],
)
def test_what_finds_nothing_says_so_and_leaves_nothing(moved: Product, command: str, said: str) -> None:
    gathered = Gathered(moved, command)
    assert gathered.left == {}
    assert any(line.startswith(said) for line in gathered.said), gathered.said
    assert state_of(gathered.pod, "gather")["terminated"]["exitCode"] == 0
    assert "running" in state_of(gathered.pod, "copy")


def test_all_of_mtv_is_gathered_by_default(moved: Product) -> None:
    gathered = Gathered(moved, "/usr/bin/gather")
    (plan,) = gathered.objects(f"namespaces/{NAMESPACE}/crs/plans.forklift.konveyor.io")
    assert plan["metadata"]["name"] == "plan"
    assert gathered.objects(f"namespaces/{TARGET}/crs/virtualmachines.kubevirt.io")
    assert any(f"namespaces/{MTV}/logs/forklift-controller" in name for name in gathered.files)
    assert not any("secret" in name.lower() for name in gathered.files)


def test_without_the_rights_of_an_administrator_there_is_nothing_in_it(moved: Product) -> None:
    moved.delete("ClusterRoleBinding", "must-gather-x", "")
    try:
        gathered = Gathered(moved, "/usr/bin/gather")
    finally:
        allow(moved)
    assert (list(gathered.left), gathered.files) == (["./must-gather.tar.gz"], {})
    assert any("(Forbidden)" in line for line in gathered.said)


def test_another_image_cannot_be_pulled(moved: Product) -> None:
    gathered = Gathered(moved, "/usr/bin/gather", "registry.redhat.io/openshift4/ose-must-gather:latest")
    assert state_of(gathered.pod, "gather")["waiting"]["reason"] == "ErrImagePull"
    assert gathered.said == []


def test_nothing_is_kept_of_a_pod_that_is_gone(moved: Product) -> None:
    gathered = Gathered(moved, f"NS={MTV} /usr/bin/targeted")
    uid, name = gathered.pod["metadata"]["uid"], gathered.pod["metadata"]["name"]
    assert moved.on_loop(lambda: (uid, "copy") in moved.lab.programs)
    moved.delete("Pod", name, WORK)
    moved.pause(30)
    assert moved.on_loop(lambda: (uid, "copy") not in moved.lab.programs)
