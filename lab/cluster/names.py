"""Which names and labels the API server takes, and what it says about the others."""

import re

from lab.cluster.history import Object
from lab.cluster.kinds import Kind
from lab.cluster.refusals import Cause

_LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
_SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
_SERVICE = re.compile(r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")
_VALUE = re.compile(r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")
_QUALIFIED = re.compile(r"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_SERVICE_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_KEY_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_FREE = ("rbac.authorization.k8s.io", "oauth.openshift.io", "user.openshift.io")
"""Groups whose names are path segments: colons and capitals are welcome there."""


def complaints(kind: Kind, obj: Object) -> list[Cause]:
    """Everything wrong with the name, the labels and the annotations."""
    metadata = obj["metadata"]
    found = _name(kind, str(metadata.get("name", "")))
    for key, value in (metadata.get("labels") or {}).items():
        if not _QUALIFIED.match(key):
            found.append(_bad("metadata.labels", key, _KEY_RULE))
        if len(str(value)) > 63:
            found.append(_bad("metadata.labels", value, "must be no more than 63 characters"))
        elif not _VALUE.match(str(value)):
            found.append(_bad("metadata.labels", value, _VALUE_RULE))
    for key in metadata.get("annotations") or {}:
        if not _QUALIFIED.match(key.lower()):
            found.append(_bad("metadata.annotations", key, _KEY_RULE))
    return found


def _name(kind: Kind, name: str) -> list[Cause]:
    if not name:
        return [("metadata.name", "FieldValueRequired", "Required value: name or generateName is required")]
    if kind.group in _FREE:
        return []
    if kind.kind == "Namespace":
        pattern, rule, longest = _LABEL, _LABEL_RULE, 63
    elif kind.kind == "Service":
        pattern, rule, longest = _SERVICE, _SERVICE_RULE, 63
    else:
        pattern, rule, longest = _SUBDOMAIN, _SUBDOMAIN_RULE, 253
    if len(name) > longest:
        return [_bad("metadata.name", name, f"must be no more than {longest} characters")]
    return [] if pattern.match(name) else [_bad("metadata.name", name, rule)]


def _bad(field: str, value: object, rule: str) -> Cause:
    return field, "FieldValueInvalid", f'Invalid value: "{value}": {rule}'
