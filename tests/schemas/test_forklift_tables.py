"""The lab's field tables are compared key by key with the schemas that upstream publishes."""

import json
from pathlib import Path
from typing import Any

import pytest

from lab.cluster.kinds import KINDS
from lab.cluster.structural.tables import Field, structure

FOLDER = Path(__file__).parents[3] / "shared" / "schemas" / "forklift"
KIND_NAMES = ("Provider", "NetworkMap", "StorageMap", "Host", "Hook", "Plan", "Migration", "ForkliftController")


def differences(table: Field, schema: dict[str, Any], path: str) -> list[str]:
    if table.inner is not None:
        below = schema.get("items") or schema.get("additionalProperties")
        return differences(table.inner, below, f"{path}[]") if below else [f"{path}: not a list or map"]
    real = {name: item for name, item in schema.get("properties", {}).items() if path or name in ("spec", "status")}
    found = [f"{path}.{name}: only on one side" for name in set(real) ^ set(table.fields)]
    if path and set(table.required) != set(schema.get("required", [])):
        found.append(f"{path}: required fields")
    if table.defaults != {name: item["default"] for name, item in real.items() if "default" in item}:
        found.append(f"{path}: defaults")
    if table.base == "enum" and table.rule[1:].split("|") != schema.get("enum"):
        found.append(f"{path}: allowed values")
    for name in set(real) & set(table.fields):
        found += differences(table.fields[name], real[name], f"{path}.{name}")
    return found


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no folder shared/schemas beside the project")
@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize(("mtv", "release"), [("2.10", "2.10.6"), ("2.12", "2.12.5")])
def test_a_table_has_the_keys_of_the_real_schema(kind: str, mtv: str, release: str) -> None:
    crd = json.loads((FOLDER / release / f"{KINDS[kind].plural}.json").read_text())
    table = structure(KINDS[kind].group, kind, mtv)
    assert table is not None
    assert differences(table, crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"], "") == []
