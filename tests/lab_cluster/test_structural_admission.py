"""What the API server does with the fields of a custom resource."""

from typing import Any

import pytest

from lab.cluster.kinds import KINDS
from lab.cluster.structural import Invalid, admit, complaints


def plan(**spec: Any) -> dict[str, Any]:
    needed = {"targetNamespace": "vms", "provider": {"source": {}, "destination": {}}, "vms": [{"id": "vm-1"}]}
    return {"metadata": {"name": "p"}, "spec": needed | {"map": {"network": {}, "storage": {}}} | spec}


def test_an_unknown_field_is_pruned_and_named_by_its_path() -> None:
    admitted = admit(KINDS["Plan"], plan(vms=[{"id": "vm-1", "foo": 1}]), mtv="2.12")
    assert admitted.pruned == ("spec.vms[0].foo",)
    assert admitted.object["spec"]["vms"] == [{"id": "vm-1"}]


@pytest.mark.parametrize(("mtv", "default"), [("2.10", None), ("2.11", True), ("2.12", True)])
def test_a_default_is_that_of_the_release(mtv: str, default: bool | None) -> None:
    spec = admit(KINDS["Plan"], plan(), mtv=mtv).object["spec"]
    assert spec.get("deleteVmOnFailMigration") is default
    assert spec["preserveStaticIPs"] is True


def test_every_problem_is_reported_with_its_reason() -> None:
    with pytest.raises(Invalid) as refused:
        admit(KINDS["Plan"], plan(warm="yes", type="hot", map={"network": {}}), mtv="2.12")
    assert {(field, reason) for field, reason, _ in refused.value.causes} == {
        ("spec.warm", "FieldValueTypeInvalid"),
        ("spec.type", "FieldValueNotSupported"),
        ("spec.map.storage", "FieldValueRequired"),
    }


def storage_map(**plugin: Any) -> dict[str, Any]:
    entry = {"source": {"id": "datastore-1"}, "destination": {"storageClass": "block"}, "offloadPlugin": plugin}
    return {"metadata": {"name": "m"}, "spec": {"provider": {"source": {}, "destination": {}}, "map": [entry]}}


@pytest.mark.parametrize("mtv", ["2.10", "2.11", "2.12"])
def test_a_plugin_names_a_secret_and_a_vendor_that_mtv_knows(mtv: str) -> None:
    """All that is asked of it before a migration (facts/forklift.md 4.1)."""
    known = {"secretRef": "array", "storageVendorProduct": "powermax"}
    assert admit(KINDS["StorageMap"], storage_map(vsphereXcopyConfig=known), mtv=mtv).pruned == ()
    with pytest.raises(Invalid) as refused:
        admit(KINDS["StorageMap"], storage_map(vsphereXcopyConfig={"storageVendorProduct": "netapp"}), mtv=mtv)
    where = "spec.map[0].offloadPlugin.vsphereXcopyConfig"
    assert {(field, reason) for field, reason, _ in refused.value.causes} == {
        (f"{where}.secretRef", "FieldValueRequired"),
        (f"{where}.storageVendorProduct", "FieldValueNotSupported"),
    }


def test_a_kind_without_a_table_passes_unchanged() -> None:
    obj = {"metadata": {"name": "c"}, "data": {"any": "thing"}}
    assert admit(KINDS["ConfigMap"], obj, mtv="2.12").object is obj
    assert complaints(KINDS["ConfigMap"], obj, "2.12") == []
