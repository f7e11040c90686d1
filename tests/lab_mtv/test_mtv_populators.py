"""Claims that a populator fills (facts/forklift.md 4.2): pod, prime claim, progress, and what is left at the end."""

from typing import Any

import pytest

from lab.ovirt.ids import disk_id
from lab.world.model import Disk, Machine
from tests.lab_mtv.scene import NAMESPACE, Product

Object = dict[str, Any]
KIND, CLAIM, LATE = "OvirtVolumePopulator", "PersistentVolumeClaim", "lab-wffc"
MARKS = {"vmID": "vm", "migration": "m-uid", "plan": "p-uid"}


def source(product: Product) -> tuple[Machine, Disk]:
    machine = next(each for each in product.world.ovirt.machines.values() if not each.template)
    return machine, machine.disks[0]


def wanted(product: Product, *, disk: str = "", storage_class: str = "lab-block") -> Object:
    """A populator and a claim that names it."""
    labels = MARKS | {"diskID": disk or disk_id(source(product)[1])}
    spec = {"engineUrl": "https://engine", "engineSecretName": "engine", "diskId": labels["diskID"]}
    metadata = {"namespace": NAMESPACE, "labels": labels}
    api = "forklift.konveyor.io"
    product.create(
        {"apiVersion": f"{api}/v1beta1", "kind": KIND, "metadata": metadata | {"name": "disk"}, "spec": spec}
    )
    claim = {
        "accessModes": ["ReadWriteMany"],
        "volumeMode": "Block",
        "resources": {"requests": {"storage": "17179869184"}},
        "storageClassName": storage_class,
        "dataSourceRef": {"apiGroup": api, "kind": KIND, "name": "disk"},
    }
    return product.create({"apiVersion": "v1", "kind": CLAIM, "metadata": metadata | {"name": "disk"}, "spec": claim})


def bound(obj: Object) -> bool:
    return bool(obj.get("status", {}).get("phase") == "Bound")


def test_a_claim_is_filled_through_a_prime_claim_that_is_gone_afterwards(product: Product) -> None:
    machine, disk = source(product)
    claim = wanted(product)
    uid = claim["metadata"]["uid"]
    product.until("Pod", f"populate-{uid}", lambda it: it.get("status", {}).get("phase") == "Running")
    pod, prime = product.get("Pod", f"populate-{uid}"), product.get(CLAIM, f"prime-{uid}")
    assert pod is not None
    assert prime is not None
    assert pod["metadata"]["labels"] == MARKS | {"pvcName": "disk"}
    assert prime["metadata"]["labels"] == MARKS
    for obj in (pod, prime):
        assert [owner["uid"] for owner in obj["metadata"]["ownerReferences"]] == [uid]
    product.until(CLAIM, "disk", bound)
    product.gone(CLAIM, f"prime-{uid}")
    volume = product.world.volumes[uid]
    assert (volume.digest, volume.source_machine) == (disk.digest, machine.id)
    assert volume.guest is not None
    told = {it["reason"] for it in product.all("Event") if it["involvedObject"]["uid"] == uid}
    assert {reason for reason in told if reason.startswith("Populator")} == {"PopulatorCreated", "PopulatorFinished"}
    assert volume.guest.hostname == machine.guest.hostname
    done = product.get("Pod", f"populate-{uid}")
    assert done is not None
    assert done["status"]["phase"] == "Succeeded", "it stays until its migration is cleaned up"


def test_progress_is_a_text_in_the_status_of_the_populator(product: Product) -> None:
    wanted(product)
    versions = product.until(KIND, "disk", lambda it: it.get("status", {}).get("progress") == "100")
    told = [it["status"]["progress"] for it in versions if "status" in it]
    assert told == sorted(told, key=int)
    assert len(told) > 3


def test_the_volume_says_what_it_was_populated_from(product: Product) -> None:
    claim = wanted(product)
    product.until(CLAIM, "disk", bound)
    volumes = product.on_loop(lambda: list(product.lab.store.list("PersistentVolume")))
    (volume,) = [it for it in volumes if it["spec"]["claimRef"]["uid"] == claim["metadata"]["uid"]]
    assert volume["metadata"]["annotations"]["forklift.konveyor.io/populated-from"] == f"{NAMESPACE}/disk"


def test_nothing_begins_before_a_late_class_knows_its_node(product: Product) -> None:
    claim = wanted(product, storage_class=LATE)
    product.pause(20)
    assert product.get("Pod", f"populate-{claim['metadata']['uid']}") is None
    volumes = [{"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}}]
    metadata = {"name": "consumer", "namespace": NAMESPACE}
    product.create(
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [], "volumes": volumes}}
    )
    product.until(CLAIM, "disk", bound)


def test_a_disk_that_is_not_there_is_tried_for_four_times(product: Product) -> None:
    claim = wanted(product, disk="00000000-0000-0000-0000-00000000dead")
    versions = product.until(CLAIM, "disk", lambda it: it["metadata"].get("annotations", {}).get("recreations") == "3")
    assert not bound(versions[-1])
    name = f"populate-{claim['metadata']['uid']}"
    product.until("Pod", name, lambda it: it.get("status", {}).get("phase") == "Failed")
    product.pause(20)
    left = product.get("Pod", name)
    assert left is not None
    assert left["status"]["phase"] == "Failed"


@pytest.mark.parametrize("options", [{"defect": "prime-claims-left"}])
def test_the_defect_keeps_the_prime_claim(product: Product) -> None:
    claim = wanted(product)
    product.until(CLAIM, "disk", bound)
    product.pause(20)
    assert product.get(CLAIM, f"prime-{claim['metadata']['uid']}") is not None


def test_a_populator_that_is_taken_away_stops_its_pod_from_writing(product: Product) -> None:
    claim = wanted(product)
    product.until(KIND, "disk", lambda it: bool(it.get("status", {}).get("progress")))
    product.delete(KIND, "disk")
    product.pause(200)
    left = product.get(CLAIM, "disk")
    assert left is not None
    assert not bound(left)
    assert claim["metadata"]["uid"] not in product.world.volumes
