"""Makes the JSON Schema that docs/ publishes from the models that check the file; a test keeps the two equal."""

import json
from typing import Annotated

from pydantic import Field, TypeAdapter

from support.run.profiles.models import OpenshiftEntry, OpenstackEntry, OvaEntry, OvirtEntry, VsphereEntry
from support.run.profiles.reading import SCHEMA_KEY

_Any = Annotated[
    VsphereEntry | OvirtEntry | OpenstackEntry | OpenshiftEntry | OvaEntry,
    Field(discriminator="type"),
]


def providers_schema() -> str:
    """Text of docs/providers.schema.json."""
    generated = TypeAdapter(_Any).json_schema(ref_template="#/$defs/{model}")
    definitions = generated.pop("$defs")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Source profiles of mtv-acceptance (.providers.json)",
        "description": "One entry per profile. An empty text or null counts as absent; secrets of the block "
        "copyoffload may come from COPYOFFLOAD_<KEY> instead.",
        "type": "object",
        "minProperties": 1,
        "properties": {SCHEMA_KEY: {"type": "string"}},
        "additionalProperties": {"oneOf": generated["oneOf"]},
        "$defs": definitions,
    }
    return json.dumps(schema, indent=2) + "\n"
