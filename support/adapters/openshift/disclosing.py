"""What may be shown of an object: values where secrets can be are left out unless they are listed as harmless."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"

_SECRET_KEYS = frozenset({"insecureSkipVerify", "url", "regionName", "projectName", "domainName", "provider"})
"""Keys of a Secret whose values say what a Provider does and nothing that lets anybody in."""
_CONFIG_KEYS = frozenset({"plan.yml", "workload.yml", "vddk-config-file"})
"""Keys of ConfigMaps that MTV itself writes; a playbook or a script may hold anything."""
_ENVIRONMENT = re.compile(
    r"(FEATURE|MAX|PRECOPY|HOST_LEASE|SNAPSHOT|BLOCK|FILESYSTEM|LOCAL|WATCH|POD|LOG|OWNER|CPU|MEMORY)_[A-Z_]+"
    r"|V2V_(source|vmName|inPlace|libvirtDomain|NewName)|IMPORTER_(SOURCE|CONTENTTYPE|IMAGE_SIZE|BACKING_FILE|UUID)"
    r"|ROLE|PORT|NAMESPACE|[A-Z_]+_IMAGE"
)
"""Variables of MTV's and CDI's containers that are known to be no secrets."""
_HIDDEN_FIELDS = re.compile(
    r"userData(Base64)?|networkData(Base64)?|playbook|.*(password|passwd|passphrase|token|private_?key)", re.IGNORECASE
)
"""Fields anywhere whose text may let somebody in: cloud-init, playbooks, and what calls itself a password."""
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""A whole copy of the object, secrets and all, in an annotation."""


def disclosed(obj: Mapping[str, Any]) -> dict[str, Any]:
    """The object as it may be written into a report."""
    keys = {"Secret": _SECRET_KEYS, "ConfigMap": _CONFIG_KEYS}.get(str(obj.get("kind")))
    shown = {name: value for name, value in obj.items() if keys is None or name not in _DATA}
    shown["metadata"] = _metadata(obj.get("metadata") or {})
    told: dict[str, Any] = {name: value if name == "metadata" else _told(name, value) for name, value in shown.items()}
    for name in _DATA:
        if keys is not None and obj.get(name):
            told[name] = _data(obj[name], keys, encoded=obj.get("kind") == "Secret" and name == "data")
    return told


_DATA = ("data", "stringData", "binaryData")


def _metadata(meta: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in meta.items() if name != "managedFields"}
    if "annotations" in kept:
        kept["annotations"] = {key: value for key, value in kept["annotations"].items() if key != _LAST_APPLIED}
    return kept


def _data(data: Mapping[str, Any], harmless: frozenset[str], *, encoded: bool) -> dict[str, str]:
    return {key: _plain(str(value), encoded) if key in harmless else HIDDEN for key, value in data.items()}


def _plain(value: str, encoded: bool) -> str:
    if not encoded:
        return value
    try:
        return base64.b64decode(value).decode()
    except (binascii.Error, UnicodeDecodeError):
        return HIDDEN


def _told(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _told(str(key), each) for key, each in value.items()}
    if isinstance(value, list):
        return [_variable(each) if name == "env" else _told("", each) for each in value]
    if isinstance(value, str) and value and _HIDDEN_FIELDS.fullmatch(name):
        return HIDDEN
    return value


def _variable(variable: Any) -> Any:
    """An environment variable; one that takes its value from a Secret only names it."""
    known = not isinstance(variable, Mapping) or _ENVIRONMENT.fullmatch(str(variable.get("name")))
    return variable if known or not variable.get("value") else {**variable, "value": HIDDEN}
