"""The judge itself: what it lets pass and what it does not."""

from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.schemas.real import NEWEST, RELEASES, RealSchemas, needs_schemas, structural

Object = dict[str, Any]


def plan(**spec: Any) -> Object:
    provider = {"source": {"name": "a", "namespace": "n"}, "destination": {"name": "b", "namespace": "n"}}
    known = {"provider": provider, "map": {"network": {}, "storage": {}}, "targetNamespace": "vms", "vms": []}
    return {"apiVersion": "v1", "kind": "Plan", "metadata": {"name": "p"}, "spec": known | spec}


@needs_schemas
@pytest.mark.parametrize("release", RELEASES)
def test_what_fits_has_no_errors(release: str) -> None:
    assert RealSchemas(release).errors("plans", plan(warm=True, vms=[{"id": "vm-1"}])) == []


@needs_schemas
@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ({"wram": True}, "spec.wram: unknown field"),
        ({"vms": [{"id": "vm-1"}, {"ident": "vm-2"}]}, "spec.vms[1].ident: unknown field"),
        ({"warm": "yes"}, "spec.warm: 'yes' is not of type 'boolean'"),
        ({"map": {"network": {}}}, "spec.map: 'storage' is a required property"),
        ({"type": "hot"}, "spec.type: 'hot' is not one of"),
    ],
)
def test_what_does_not_fit_is_told_by_its_path(spec: Object, error: str) -> None:
    found = RealSchemas(NEWEST).errors("plans", plan(**spec))
    assert [text[: len(error)] for text in found] == [error]


@needs_schemas
def test_a_field_is_unknown_before_its_release() -> None:
    body = plan(targetPowerState="on")
    assert RealSchemas("2.9.0").errors("plans", body) == ["spec.targetPowerState: unknown field"]
    assert RealSchemas("2.10.6").errors("plans", body) == []


@needs_schemas
def test_an_unknown_field_at_the_top_is_an_error_too() -> None:
    assert RealSchemas(NEWEST).errors("plans", plan() | {"sepc": {}}) == ["sepc: unknown field"]


@needs_schemas
def test_a_time_without_a_zone_is_none() -> None:
    migration = {"spec": {"plan": {"name": "p", "namespace": "n"}, "cutover": "2026-01-01T00:00:00"}}
    assert RealSchemas(NEWEST).errors("migrations", migration)[0].startswith("spec.cutover: ")
    migration["spec"]["cutover"] = "2026-01-01T00:00:00Z"
    assert RealSchemas(NEWEST).errors("migrations", migration) == []


@needs_schemas
def test_machines_are_judged_by_kubevirts_definitions() -> None:
    schemas = RealSchemas(NEWEST)
    machine: Object = {"spec": {"runStrategy": "Always", "template": {"spec": {"domain": {"devices": {}}}}}}
    assert schemas.errors("virtualmachines", machine) == []
    machine["spec"]["template"]["spec"]["domain"]["devises"] = {}
    assert schemas.errors("virtualmachines", machine) == ["spec.template.spec.domain.devises: unknown field"]
    assert schemas.errors("datavolumes", {"spec": {"source": {"blanc": {}}}}) == ["spec.source.blanc: unknown field"]


def judged(schema: Object, value: Any) -> bool:
    return bool(Draft4Validator(structural(schema)).is_valid(value))


def test_preserved_fields_may_be_unknown() -> None:
    assert not judged({"type": "object"}, {"a": 1})
    assert judged({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"a": 1})
    below = {"type": "object", "properties": {"a": {"type": "object"}}, "x-kubernetes-preserve-unknown-fields": True}
    assert judged(below, {"b": 1})
    assert not judged(below, {"a": {"b": 1}})


def test_maps_take_any_key_and_only_their_kind_of_value() -> None:
    labels = {"type": "object", "additionalProperties": {"type": "string"}}
    assert judged(labels, {"a": "b"})
    assert not judged(labels, {"a": 1})


def test_a_number_or_text_is_both() -> None:
    port = {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert judged(port, 1)
    assert judged(port, "http")
    assert not judged(port, True)


def test_null_is_only_for_what_may_be_null() -> None:
    assert not judged({"type": "string"}, None)
    assert judged({"type": "string", "nullable": True}, None)


def test_embedded_objects_have_the_fields_of_every_object() -> None:
    template = {"type": "object", "properties": {"spec": {"type": "object"}}, "x-kubernetes-embedded-resource": True}
    assert judged(template, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {}})
    assert not judged(template, {"apiVersion": "v1", "data": {}})
