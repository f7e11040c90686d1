"""The lab's field tables are compared key by key with the schemas that upstream publishes."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from lab.cluster.kinds import KINDS
from lab.cluster.structural.tables import Field, structure
from tests.schemas.real import FOLDER, RELEASE_OF, needs_schemas

Object = dict[str, Any]
TOOLKIT = (
    *("Provider", "NetworkMap", "StorageMap", "Host", "Hook", "Plan", "Migration"),
    *("ForkliftController", "VSphereXcopyVolumePopulator"),
)
MACHINES = {
    "VirtualMachine": "v1.VirtualMachine",
    "VirtualMachineInstance": "v1.VirtualMachineInstance",
}
TYPES = {"string": "string", "enum": "string", "time": "string", "bool": "boolean", "number": "number"}
TYPES |= {"double": "number", "int": "integer", "int32": "integer", "int64": "integer"}
TYPES |= {"list": "array", "map": "object", "object": "object"}
_BELOW_SPEC = ("spec", "status")

pytestmark = needs_schemas


def differences(table: Field, schema: Object, path: str, definitions: Mapping[str, Object]) -> list[str]:
    if path.endswith(".metadata"):  # of a template: the definitions that are installed keep whatever stands there
        return [] if table.base == "any" else [f"{path}: is not kept as it comes"]
    schema = resolved(schema, definitions)
    found = [] if same_type(table, schema) else [f"{path}: {table.base} is not {schema.get('type')}"]
    if table.inner is not None:
        below = schema.get("items") or schema.get("additionalProperties")
        more = differences(table.inner, below, f"{path}[]", definitions) if below else [f"{path}: no list or map"]
        return found + more
    real = {name: item for name, item in schema.get("properties", {}).items() if path or name in _BELOW_SPEC}
    found += [f"{path}.{name}: only on one side" for name in set(real) ^ set(table.fields)]
    if path and set(table.required) != set(schema.get("required", [])):
        found.append(f"{path}: required fields")
    if table.defaults != defaults(real, definitions):
        found.append(f"{path}: defaults")
    if table.base == "enum" and table.rule[1:].split("|") != schema.get("enum"):
        found.append(f"{path}: allowed values")
    for name in set(real) & set(table.fields):
        found += differences(table.fields[name], real[name], f"{path}.{name}", definitions)
    return found


def resolved(schema: Object, definitions: Mapping[str, Object]) -> Object:
    return definitions[schema["$ref"].removeprefix("#/definitions/")] if "$ref" in schema else schema


def same_type(table: Field, schema: Object) -> bool:
    types = schema.get("type", "object")
    if table.base == "any":
        return "type" not in schema or bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    if table.base == "quantity":
        return "x-kubernetes-int-or-string" in schema or isinstance(types, list)
    wanted = TYPES[table.base]
    return bool(types == ([wanted, "null"] if table.nullable and isinstance(types, list) else wanted))


def defaults(real: Object, definitions: Mapping[str, Object]) -> Object:
    """Definitions in OpenAPI carry the zero values of Go as defaults, which are none of a custom resource."""
    return {} if definitions else {name: item["default"] for name, item in real.items() if "default" in item}


@cache
def kubevirt() -> Mapping[str, Object]:
    found: Mapping[str, Object] = json.loads(next((FOLDER / "kubevirt").glob("*.json")).read_text())["definitions"]
    return found


@pytest.mark.parametrize("kind", TOOLKIT)
@pytest.mark.parametrize("mtv", RELEASE_OF)
def test_a_table_has_the_fields_of_the_real_schema(kind: str, mtv: str) -> None:
    crd = json.loads((FOLDER / "forklift" / RELEASE_OF[mtv] / f"{KINDS[kind].plural}.json").read_text())
    table = structure(KINDS[kind].group, kind, mtv)
    assert table is not None
    assert differences(table, crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"], "", {}) == []


@pytest.mark.parametrize("kind", MACHINES)
def test_a_machines_table_has_the_fields_of_kubevirts_definition(kind: str) -> None:
    table = structure(KINDS[kind].group, kind, "2.12")
    assert table is not None
    assert differences(table, kubevirt()[MACHINES[kind]], "", kubevirt()) == []


def test_the_table_of_data_volumes_has_the_fields_of_cdis_definition() -> None:
    table = structure("cdi.kubevirt.io", "DataVolume", "2.12")
    assert table is not None
    assert differences(table.fields["spec"], kubevirt()["v1beta1.DataVolumeSpec"], "spec", kubevirt()) == []
