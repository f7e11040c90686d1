"""Label and field selectors: which objects a list or a watch is about (facts/openshift.md 1.3)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lab.cluster.history import Object
from lab.cluster.kinds import Kind
from lab.cluster.refusals import bad_request

Labels = Mapping[str, str]
_SET = re.compile(r"^(?P<key>[^\s!=,()]+)\s+(?P<operator>in|notin)\s*\((?P<values>[^)]*)\)$")
_EQUAL = re.compile(r"^(?P<key>[^\s!=,()]+)\s*(?P<operator>==|!=|=)\s*(?P<value>[^\s!=,()]*)$")
_PRESENT = re.compile(r"^(?P<absent>!?)\s*(?P<key>[^\s!=,()]+)$")
_FIELDS = {
    "Pod": ("spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase", "status.podIP"),
    "Event": (
        *(f"involvedObject.{key}" for key in ("apiVersion", "fieldPath", "kind", "name", "namespace", "uid")),
        "reason",
        "type",
    ),
    "Node": ("spec.unschedulable",),
    "Namespace": ("status.phase",),
    "Secret": ("type",),
    "Route": ("spec.host", "spec.to.name"),
}
"""What can be selected beside name and namespace; custom resources have nothing more."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Both selectors of a request."""

    labels: tuple[Callable[[Labels], bool], ...] = ()
    fields: tuple[Callable[[Object], bool], ...] = ()

    def matches(self, obj: Object) -> bool:
        found = obj["metadata"].get("labels") or {}
        return all(label(found) for label in self.labels) and all(field(obj) for field in self.fields)


def selector(kind: Kind, label_text: str, field_text: str) -> Selector:
    """Parse both; raises Refused (400) for what the server would not understand."""
    return Selector(
        tuple(_label(part) for part in _parts(label_text)), tuple(_field(kind, part) for part in _parts(field_text))
    )


def _parts(text: str) -> Iterator[str]:
    """Split at commas outside parentheses."""
    for part in re.split(r",(?![^(]*\))", text):
        if part.strip():
            yield part.strip()


def _label(part: str) -> Callable[[Labels], bool]:
    if found := _SET.match(part):
        key, values = found["key"], {value.strip() for value in found["values"].split(",")}
        if found["operator"] == "in":
            return lambda labels: key in labels and labels[key] in values
        return lambda labels: labels.get(key) not in values
    if found := _EQUAL.match(part):
        key, value = found["key"], found["value"]
        if found["operator"] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := _PRESENT.match(part):
        key, wanted = found["key"], not found["absent"]
        return lambda labels: (key in labels) == wanted
    raise bad_request(f'unable to parse requirement: found "{part}", expected: a label selector')


def _field(kind: Kind, part: str) -> Callable[[Object], bool]:
    found = _EQUAL.match(part) or re.match(r"^(?P<key>[^=!]+)(?P<operator>==|!=|=)(?P<value>.*)$", part)
    if not found:
        raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
    path, value, equal = found["key"], found["value"], found["operator"] != "!="
    if path not in ("metadata.name", "metadata.namespace", *_FIELDS.get(kind.kind, ())):
        raise bad_request(f"field label not supported: {path}")
    return lambda obj: (_text(obj, path) == value) == equal


def _text(obj: Object, path: str) -> str:
    found: object = obj
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return str(found).lower()
    return "" if found is None else str(found)
