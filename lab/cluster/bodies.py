"""Reading what clients send: JSON, YAML, and the protobuf that kubectl uses for reviews (facts/openshift.md 1.8)."""

import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from lab.cluster.history import Object
from lab.cluster.refusals import Refused, bad_request, unsupported_media

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\0"


def media_type(request: web.Request) -> str:
    """Without parameters; JSON when the client did not say."""
    return request.headers.get("Content-Type", JSON).partition(";")[0].strip() or JSON


async def decoded(request: web.Request) -> Any:
    """The body as JSON values, None when it is empty; raises Refused (400)."""
    raw = await request.read()
    if not raw.strip():
        return None
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


async def sent_object(request: web.Request, *, reviews: bool = False) -> Object:
    """The object of a POST or PUT; protobuf is understood for `reviews` only."""
    given = media_type(request)
    if given == PROTOBUF and reviews:
        return review(await request.read())
    if given not in (JSON, YAML, "text/plain"):
        raise unsupported_media(given, accepted=(JSON, YAML))
    body = await decoded(request)
    if not isinstance(body, dict):
        raise bad_request("the object provided is unrecognized (must be of type Object): couldn't get version/kind")
    return body


def review(raw: bytes) -> Object:
    """The access and token reviews that kubectl posts; other protobuf is refused."""
    if not raw.startswith(_MAGIC):
        raise bad_request("the object provided is unrecognized (must be of type Object)")
    envelope = dict(_fields(raw[len(_MAGIC) :]))
    meta = dict(_fields(envelope.get(1, b"")))
    version, kind = meta.get(1, b"").decode(), meta.get(2, b"").decode()
    spec = dict(_fields(dict(_fields(envelope.get(2, b""))).get(2, b"")))
    obj: Object = {"apiVersion": version, "kind": kind, "metadata": {}, "spec": {}}
    if kind == "SelfSubjectAccessReview":
        obj["spec"] = _access(spec)
    elif kind == "SelfSubjectRulesReview":
        obj["spec"] = {"namespace": spec.get(1, b"").decode()}
    elif kind != "SelfSubjectReview":
        raise Refused(415, "UnsupportedMediaType", f"the embedded lab reads no protobuf of {kind}")
    return obj


def _access(spec: dict[int, bytes]) -> Object:
    names = {1: "namespace", 2: "verb", 3: "group", 4: "version", 5: "resource", 6: "subresource", 7: "name"}
    wanted: Object = {}
    if 1 in spec:
        wanted["resourceAttributes"] = {
            names[number]: value.decode() for number, value in _fields(spec[1]) if number in names
        }
    if 2 in spec:
        keys = {1: "path", 2: "verb"}
        wanted["nonResourceAttributes"] = {
            keys[number]: value.decode() for number, value in _fields(spec[2]) if number in keys
        }
    return wanted


def _fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Length-delimited fields of a protobuf message; numbers are skipped, nothing else occurs in reviews."""
    position = 0
    try:
        while position < len(raw):
            tag, position = _varint(raw, position)
            value, position = _varint(raw, position)
            if tag & 7 == 2:
                yield tag >> 3, raw[position : position + value]
                position += value
            elif tag & 7 != 0:
                raise bad_request(f"protobuf wire type {tag & 7} is not understood")
    except IndexError as short:
        raise bad_request("the protobuf body ends too early") from short


def _varint(raw: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[position]
        value, shift, position = value | (byte & 0x7F) << shift, shift + 7, position + 1
        if not byte & 0x80:
            return value, position
