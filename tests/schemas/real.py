"""The schemas that upstream publishes, as judges of what is sent and served: with Kubernetes' own extensions, and with
every unknown field an error, since an API server would drop it in silence."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import ValidationError

FOLDER = Path(__file__).parents[3] / "shared" / "schemas"
RELEASES = ("2.9.0", "2.10.6", "2.11.7", "2.12.5")
NEWEST = RELEASES[-1]
RELEASE_OF = {"2.10": "2.10.6", "2.11": "2.11.7", "2.12": "2.12.5"}
"""MTV version of a lab -> the release whose schemas hold for it."""

needs_schemas = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no published schemas in {FOLDER}")

Object = dict[str, Any]
_VIRTUAL = {"virtualmachines": "v1.VirtualMachine", "virtualmachineinstances": "v1.VirtualMachineInstance"}
_VOLUME = "v1beta1.DataVolumeSpec"
_FORMATS = FormatChecker(formats=())


class RealSchemas:
    """Definitions of one MTV release; machines are judged by those of KubeVirt, whatever the release."""

    def __init__(self, release: str) -> None:
        self.release = release

    def errors(self, plural: str, obj: Mapping[str, Any]) -> list[str]:
        """Everything that is wrong, each with its path; metadata is the API server's own and not judged."""
        found = _validator(self.release, plural).iter_errors({**obj, "metadata": {}})
        return sorted(text for error in found for text in _told(error))


@cache
def _validator(release: str, plural: str) -> Draft4Validator:
    path = FOLDER / "forklift" / release / f"{plural}.json"
    if path.is_file():
        schema = json.loads(path.read_text())["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    else:
        schema = _virtual(plural)
    return Draft4Validator(structural(schema, root=True), format_checker=_FORMATS)


def _virtual(plural: str) -> Object:
    """A definition of KubeVirt's document, and beside it those it refers to, which are closed here already."""
    definitions = json.loads(next((FOLDER / "kubevirt").glob("*.json")).read_text())["definitions"]
    closed = {name: structural(schema) for name, schema in definitions.items()}
    if plural == "datavolumes":
        return {"type": "object", "properties": {"spec": closed[_VOLUME], "status": {}}, "definitions": closed}
    return {**definitions[_VIRTUAL[plural]], "definitions": closed}


def structural(schema: Any, *, root: bool = False) -> Any:
    """A JSON schema that judges as an API server does by a structural one, except that what it would prune is wrong."""
    if isinstance(schema, list):
        return [structural(item) for item in schema]
    if not isinstance(schema, dict) or "$ref" in schema:
        return {"$ref": schema["$ref"]} if isinstance(schema, dict) else schema
    made = {key: value for key, value in schema.items() if key not in ("properties", "items", "additionalProperties")}
    properties = schema.get("properties", {})
    made |= {key: structural(schema[key]) for key in ("items", "additionalProperties") if key in schema}
    if schema.get("type") == "object" or properties:
        made["properties"] = {name: structural(item) for name, item in properties.items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            made.setdefault("additionalProperties", False)
    if root or schema.get("x-kubernetes-embedded-resource"):
        made["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {}}
    if schema.get("x-kubernetes-int-or-string"):
        made |= {"type": ["integer", "string"]}
    if schema.get("nullable") and "type" in made:
        types = made["type"] if isinstance(made["type"], list) else [made["type"]]
        made["type"] = [*types, "null"]
    return made


def _told(error: ValidationError) -> list[str]:
    path = error.json_path.removeprefix("$").lstrip(".")
    if error.validator != "additionalProperties":
        return [f"{path}: {error.message}"]
    assert isinstance(error.schema, dict)
    assert isinstance(error.instance, dict)
    unknown = set(error.instance) - set(error.schema.get("properties", {}))
    return [f"{path}.{name}".lstrip(".") + ": unknown field" for name in unknown]


@_FORMATS.checks("date-time", raises=ValueError)
def _is_stamp(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@_FORMATS.checks("int32")
def _is_small(number: object) -> bool:
    return not isinstance(number, int) or -(2**31) <= number < 2**31
