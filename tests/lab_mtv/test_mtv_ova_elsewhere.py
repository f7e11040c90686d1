"""From an appliance to another cluster: virt-v2v copies there too, and mounts the export there (forklift.md 2.3)."""

from typing import Any

import pytest

from lab.world.appliance_estate import LARGE
from tests.lab_mtv.appliances import ApplianceDesk
from tests.lab_mtv.elsewhere import PLACES, Elsewhere, objects, traces
from tests.lab_mtv.scene import Product, executing, forklift, has, vm_of
from tests.lab_mtv.test_mtv_cold_run import COLD_TO_HOST

Object = dict[str, Any]


class OutOfFiles(Elsewhere):
    def maps(self, storage_class: str) -> None:
        export = self.product.world.export
        networks = [
            {"source": {"id": id_}, "destination": {"type": kind}}
            for id_, kind in zip(export.networks, ("pod", "ignored"), strict=True)
        ]
        stores = [{"source": {"id": id_}, "destination": {"storageClass": storage_class}} for id_ in export.files()]
        for kind, name, wanted in (("NetworkMap", "nets", networks), ("StorageMap", "stores", stores)):
            self.product.create(forklift(kind, name, {"provider": PLACES, "map": wanted}))


@pytest.fixture
def options() -> dict[str, Any]:
    return {"clusters": True}


def test_it_is_copied_by_virt_v2v_on_the_other_cluster(product: Product) -> None:
    elsewhere = OutOfFiles(ApplianceDesk(product))
    elsewhere.provider()
    versions = [plan for plan in elsewhere.moved(LARGE) if executing(plan)]
    assert has(versions[-1], "Succeeded")
    assert [step["name"] for step in vm_of(versions[-1])["pipeline"]] == COLD_TO_HOST
    (machine,) = objects(product, product.remote, "VirtualMachine")
    assert len(machine["spec"]["template"]["spec"]["networks"]) == 1
    (pod,) = objects(product, product.remote, "Pod")
    assert pod["metadata"]["annotations"]["forklift.konveyor.io/conversion-type"] == "Remote"
    labelled = {"ova": "nfs-pv"}
    (volume,) = product.on_loop(lambda: product.remote.store.list("PersistentVolume", None, labelled))
    assert volume["spec"]["nfs"]["server"] == "nfs.lab.test"
    assert product.on_loop(lambda: product.lab.store.list("PersistentVolume", None, labelled)) == []
    assert traces(product, product.lab) == []


def test_archiving_takes_the_mount_away_there(product: Product) -> None:
    elsewhere = OutOfFiles(ApplianceDesk(product))
    elsewhere.provider()
    elsewhere.moved(LARGE)
    product.patch("Plan", "plan", {"spec": {"archived": True}})
    product.until("Plan", "plan", lambda it: has(it, "Archived"))
    store = product.remote.store
    assert all(
        "deletionTimestamp" in item["metadata"]
        for item in product.on_loop(lambda: store.list("PersistentVolume", None, {"ova": "nfs-pv"}))
    )
