"""What the controllers write fits the product's own schemas, unknown fields being errors."""

from typing import Any

import pytest

from lab.world.appliance_estate import LARGE
from tests.lab_mtv.appliances import ApplianceDesk
from tests.lab_mtv.engines import TWO_OF_EACH, EngineDesk, EngineProduct
from tests.lab_mtv.offloading import POPULATOR, OffloadDesk
from tests.lab_mtv.scene import NAMESPACE, RHEL, TARGET, Desk, Product, ended, executing, has, vm_of
from tests.schemas.real import RELEASE_OF, RealSchemas, needs_schemas

Object = dict[str, Any]
PLURALS = {
    "Plan": "plans",
    "Migration": "migrations",
    "Provider": "providers",
    "NetworkMap": "networkmaps",
    "StorageMap": "storagemaps",
}
OTHERS = {POPULATOR: "vspherexcopyvolumepopulators", "ForkliftController": "forkliftcontrollers"}

pytestmark = needs_schemas


def complaints(kind: str, mtv: str, objects: list[Object]) -> set[str]:
    judge = RealSchemas(RELEASE_OF[mtv])
    return {error for obj in objects for error in judge.errors((PLURALS | OTHERS)[kind], obj)}


@pytest.mark.parametrize("options", [{"mtv": mtv} for mtv in RELEASE_OF])
def test_every_version_of_a_cold_run_fits_the_schema_of_its_release(desk: Desk, product: Product) -> None:
    mtv = product.lab.options.mtv
    versions = desk.moved(RHEL)
    product.until("Migration", "go", lambda it: has(it, "Succeeded"))
    assert complaints("Plan", mtv, versions) == set()
    for kind in PLURALS:
        objects = product.all(kind, None)
        assert objects, kind
        assert complaints(kind, mtv, objects) == set(), kind


@pytest.mark.parametrize("options", [{"mtv": mtv} for mtv in RELEASE_OF])
def test_what_comes_of_an_appliance_fits_too_and_so_does_the_machine(product: Product) -> None:
    mtv, desk = product.lab.options.mtv, ApplianceDesk(product)
    assert complaints("Provider", mtv, desk.coming()) == set()
    store = product.lab.store
    product.gone("Provider", "vc", after=lambda: store.delete("Provider", NAMESPACE, "vc"))
    product.delete("Secret", "vc-secret")
    versions = desk.moved(LARGE)
    assert complaints("Plan", mtv, versions) == set()
    machine = product.get("VirtualMachine", LARGE, TARGET)
    assert machine is not None
    assert RealSchemas(RELEASE_OF[mtv]).errors("virtualmachines", {**machine, "status": {}}) == []


@pytest.mark.parametrize("options", [{"mtv": mtv} for mtv in RELEASE_OF])
def test_what_an_array_copies_fits_the_schema_of_its_release(product: Product) -> None:
    mtv, desk = product.lab.options.mtv, OffloadDesk(product)
    desk.configure(feature_copy_offload="true")
    versions = desk.offloaded(RHEL)
    assert has(versions[-1], "Succeeded")
    assert complaints("Plan", mtv, versions) == set()
    for kind in ("StorageMap", POPULATOR, "ForkliftController"):
        objects = product.all(kind, None)
        assert objects, kind
        assert complaints(kind, mtv, objects) == set(), kind


def test_every_version_of_a_warm_run_fits_the_schema(desk: Desk, product: Product) -> None:
    product.on_loop(lambda: setattr(desk.machine(RHEL), "change_tracking", True))
    desk.switch_on(RHEL)
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.maps()
    desk.plan(RHEL, warm=True)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    product.patch("Migration", "go", {"spec": {"cutover": "2020-01-01T00:00:00Z"}})
    versions = product.until("Plan", "plan", ended)
    assert any(executing(it) and "warm" in vm_of(it) for it in versions)
    assert complaints("Plan", "2.12", versions) == set()


def complaints_of_moved_machine(product: EngineProduct, versions: list[Object]) -> set[str]:
    """About what came of it on both sides."""
    mtv = product.lab.options.mtv
    judge, found = RealSchemas(RELEASE_OF[mtv]), complaints("Plan", mtv, versions)
    found |= complaints("Provider", mtv, product.all("Provider", NAMESPACE))
    for machine in product.all("VirtualMachine"):
        found |= set(judge.errors("virtualmachines", {**machine, "status": {}}))
    for volume in product.all("DataVolume"):
        found |= set(judge.errors("datavolumes", volume))
    return found


@pytest.mark.parametrize("options", [{"mtv": mtv} for mtv in RELEASE_OF])
def test_what_comes_of_an_engines_machine_fits_too(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    versions = engine_desk.moved(TWO_OF_EACH)
    assert engine_product.all("VirtualMachine")
    assert complaints_of_moved_machine(engine_product, versions) == set()


@pytest.mark.parametrize("options", [{"mtv": mtv} for mtv in RELEASE_OF])
def test_so_does_what_is_there_while_one_is_copied_that_runs(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    engine_product.switch_on(engine_product.machine(TWO_OF_EACH))
    engine_desk.providers()
    engine_desk.maps()
    engine_desk.plan(TWO_OF_EACH, warm=True)
    engine_product.until("Plan", "plan", lambda it: has(it, "Ready"))
    engine_desk.migrate()
    versions = engine_product.until("Plan", "plan", lambda it: executing(it) and vm_of(it)["phase"] == "CopyingPaused")
    assert engine_product.all("DataVolume")
    assert complaints_of_moved_machine(engine_product, versions) == set()
