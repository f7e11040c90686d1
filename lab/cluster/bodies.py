"""Reading what clients send: JSON, YAML, and the protobuf of kubectl (facts/openshift.md 1.8)."""

import json
from typing import Any

from aiohttp import web

from lab.cluster.history import Object
from lab.cluster.protobuf import from_protobuf
from lab.cluster.refusals import bad_request, unsupported_media

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"


def media_type(request: web.Request) -> str:
    """Without parameters; JSON when the client did not say."""
    return request.headers.get("Content-Type", JSON).partition(";")[0].strip() or JSON


async def decoded(request: web.Request) -> Any:
    """The body as JSON values, None when it is empty; raises Refused (400)."""
    raw = await request.read()
    if not raw.strip():
        return None
    if media_type(request) == PROTOBUF:
        return from_protobuf(raw)
    if media_type(request).endswith("yaml"):
        return _yaml(raw)
    try:
        return json.loads(raw)
    except ValueError as broken:
        raise bad_request(f"the object provided is unrecognized (must be of type Object): {broken}") from broken


def _yaml(raw: bytes) -> Any:
    import yaml  # only clients that send YAML pay for its import

    try:
        return yaml.safe_load(raw)
    except yaml.YAMLError as broken:
        raise bad_request(f"error converting YAML to JSON: {broken}") from broken


async def sent_object(request: web.Request) -> Object:
    """The object of a POST or PUT; protobuf is understood for what kubectl creates in it."""
    given = media_type(request)
    if given == PROTOBUF:
        return from_protobuf(await request.read())
    if given not in (JSON, YAML, "text/plain"):
        raise unsupported_media(given, accepted=(JSON, YAML))
    body = await decoded(request)
    if not isinstance(body, dict):
        raise bad_request("the object provided is unrecognized (must be of type Object): couldn't get version/kind")
    return body
