"""The little protobuf that kubectl and oc send whatever the server prefers: reviews and simple core objects.

A reader of numbers and length-delimited fields is enough for these (facts/openshift.md 1.8); field numbers are those of
the published k8s.io/api definitions.
"""

from base64 import b64encode
from collections.abc import Iterator

from lab.cluster import protobuf_messages
from lab.cluster.history import Object
from lab.cluster.refusals import Refused, bad_request

_MAGIC = b"k8s\0"
_MAPS_OF_METADATA = {11: "labels", 12: "annotations"}
_NAMES_OF_METADATA = {1: "name", 2: "generateName", 3: "namespace"}


def from_protobuf(raw: bytes) -> Object:
    """The object in an envelope of Kubernetes' protobuf; raises Refused (400, 415)."""
    if not raw.startswith(_MAGIC):
        raise bad_request("the object provided is unrecognized (must be of type Object)")
    envelope = dict(_fields(raw[len(_MAGIC) :]))
    meta = dict(_fields(envelope.get(1, b"")))
    version, kind = meta.get(1, b"").decode(), meta.get(2, b"").decode()
    return {"apiVersion": version, "kind": kind} | _content(kind, envelope.get(2, b""))


def _content(kind: str, raw: bytes) -> Object:
    if kind in protobuf_messages.KINDS:
        return protobuf_messages.read(kind, raw, _tagged)
    parts = dict(_fields(raw))
    header: Object = {"metadata": _metadata(parts.get(1, b""))}
    spec = dict(_fields(parts.get(2, b"")))
    if kind == "SelfSubjectAccessReview":
        return header | {"spec": _access(spec)}
    if kind == "SelfSubjectRulesReview":
        return header | {"spec": {"namespace": spec.get(1, b"").decode()}}
    if kind in ("SelfSubjectReview", "Namespace", "ServiceAccount"):
        return header
    if kind == "ConfigMap":
        data = {key: value.decode() for key, value in _map(raw, 2).items()}
        return header | {"data": data} | _present("binaryData", _encoded(_map(raw, 3)))
    if kind == "Secret":
        return header | {"type": parts.get(3, b"").decode(), "data": _encoded(_map(raw, 2))}
    if kind == "TokenRequest":
        return header | {"spec": _token_request(parts.get(2, b""))}
    raise Refused(415, "UnsupportedMediaType", f"the embedded lab reads no protobuf of {kind}")


def _metadata(raw: bytes) -> Object:
    parts = dict(_fields(raw))
    named = {_NAMES_OF_METADATA[number]: parts[number].decode() for number in _NAMES_OF_METADATA if parts.get(number)}
    for number, key in _MAPS_OF_METADATA.items():
        named |= _present(key, {name: value.decode() for name, value in _map(raw, number).items()})
    return named


def _map(raw: bytes, number: int) -> dict[str, bytes]:
    """Maps are repeated messages of key and value."""
    entries = (dict(_fields(value)) for field, value in _fields(raw) if field == number)
    return {entry.get(1, b"").decode(): entry.get(2, b"") for entry in entries}


def _encoded(data: dict[str, bytes]) -> dict[str, str]:
    return {key: b64encode(value).decode() for key, value in data.items()}


def _present(key: str, value: Object | list[str]) -> Object:
    return {key: value} if value else {}


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


def _token_request(raw: bytes) -> Object:
    audiences = [value.decode() for number, value in _fields(raw) if number == 1]
    seconds = next((value for number, value in _tagged(raw) if number == 4 and isinstance(value, int)), None)
    return _present("audiences", audiences) | ({"expirationSeconds": seconds} if seconds else {})


def _fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Length-delimited fields of a message, that is text and messages, by number."""
    return ((number, value) for number, value in _tagged(raw) if isinstance(value, bytes))


def _tagged(raw: bytes) -> Iterator[tuple[int, bytes | int]]:
    """All fields of a protobuf message; other wire types do not occur in what is read here."""
    position = 0
    try:
        while position < len(raw):
            tag, position = _varint(raw, position)
            value, position = _varint(raw, position)
            if tag & 7 == 2:
                yield tag >> 3, raw[position : position + value]
                position += value
            elif tag & 7 == 0:
                yield tag >> 3, value
            else:
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
