"""What the controllers write fits the product's own schemas, unknown fields being errors."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.lab_mtv.scene import RHEL, Desk, Product, ended, executing, has, vm_of

Object = dict[str, Any]
SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas" / "forklift"
KINDS = {
    "Plan": "plans",
    "Migration": "migrations",
    "Provider": "providers",
    "NetworkMap": "networkmaps",
    "StorageMap": "storagemaps",
}

pytestmark = pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"no schemas in {SCHEMAS}")


def validator(kind: str, release: str) -> Draft7Validator:
    definition = json.loads((SCHEMAS / release / f"{KINDS[kind]}.json").read_text())
    schema = closed(definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"] = {}
    return Draft7Validator(schema)


def closed(schema: Any) -> Any:
    """The same schema with unknown fields forbidden, as the server prunes them."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    typed = schema.get("type") == "object" and "properties" in schema
    if typed and not schema.get("x-kubernetes-preserve-unknown-fields"):
        inner.setdefault("additionalProperties", False)
    return inner


def complaints(kind: str, release: str, objects: list[Object]) -> set[str]:
    judge = validator(kind, release)
    found = (error for obj in objects for error in judge.iter_errors(obj))
    return {f"{'/'.join(str(part) for part in error.path)}: {error.message}" for error in found}


@pytest.mark.parametrize(("options", "release"), [({"mtv": "2.12"}, "2.12.5"), ({"mtv": "2.10"}, "2.10.6")])
def test_every_version_of_a_cold_run_fits_the_schema_of_its_release(desk: Desk, product: Product, release: str) -> None:
    versions = desk.moved(RHEL)
    product.until("Migration", "go", lambda it: has(it, "Succeeded"))
    assert complaints("Plan", release, versions) == set()
    for kind in KINDS:
        objects = product.all(kind, None)
        assert objects, kind
        assert complaints(kind, release, objects) == set(), kind


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
    assert complaints("Plan", "2.12.5", versions) == set()
