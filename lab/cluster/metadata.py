"""What the API server writes into `metadata`, whoever sends the object."""

import secrets
from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from lab.cluster.history import Object
from lab.cluster.kinds import Kind

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_OMITTED_WHEN_EMPTY = ("labels", "annotations", "finalizers", "ownerReferences")
_SERVERS_OWN = ("uid", "creationTimestamp", "generation", "resourceVersion", "deletionTimestamp")
"""Whatever a client sends here is replaced; a name and a namespace never change."""


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def generated(base: str) -> str:
    """Name from generateName: at most 58 characters of it and five of Kubernetes' own alphabet."""
    return base[:58] + "".join(secrets.choice(_ALPHABET) for _ in range(5))


def newborn(kind: Kind, obj: Object) -> Object:
    """The object as it is stored first; the argument stays as it was."""
    made = deepcopy(obj)
    metadata = made.setdefault("metadata", {})
    for key in (*_SERVERS_OWN, "selfLink", "managedFields", "deletionGracePeriodSeconds"):
        metadata.pop(key, None)
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = generated(metadata["generateName"])
    if not kind.namespaced:
        metadata.pop("namespace", None)
    metadata |= {"uid": str(uuid4()), "creationTimestamp": now()}
    if kind.generations:
        metadata["generation"] = 1
    if kind.kind == "Namespace":
        _as_namespace(made)
    return _tidy(made)


def _as_namespace(made: Object) -> None:
    metadata = made["metadata"]
    metadata["labels"] = (metadata.get("labels") or {}) | {"kubernetes.io/metadata.name": metadata["name"]}
    made["spec"] = (made.get("spec") or {}) | {"finalizers": ["kubernetes"]}
    made["status"] = {"phase": "Active"}


def successor(kind: Kind, before: Object, wanted: Object) -> Object:
    """The next version: what the server owns is kept, generation counts changes outside metadata and status."""
    kept = {key: before["metadata"][key] for key in _SERVERS_OWN if key in before["metadata"]}
    kept |= {key: before["metadata"][key] for key in ("name", "namespace") if key in before["metadata"]}
    metadata = {key: value for key, value in wanted["metadata"].items() if key not in _SERVERS_OWN} | kept
    metadata.pop("managedFields", None)
    if kind.generations and _substance(before) != _substance(wanted):
        metadata["generation"] = before["metadata"].get("generation", 1) + 1
    return _tidy(wanted | {"metadata": metadata})


def _substance(obj: Object) -> dict[str, Any]:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status", "apiVersion", "kind")}


def _tidy(obj: Object) -> Object:
    metadata = obj["metadata"]
    empty = [key for key in _OMITTED_WHEN_EMPTY if key in metadata and not metadata[key]]
    if not empty:
        return obj
    return obj | {"metadata": {key: value for key, value in metadata.items() if key not in empty}}


def with_metadata(obj: Object, **changes: Any) -> Object:
    """A copy with other metadata; None removes."""
    metadata = obj["metadata"] | changes
    return obj | {"metadata": {key: value for key, value in metadata.items() if value is not None}}


def finalizers_without(obj: Object, name: str) -> list[str]:
    found: Iterable[str] = obj["metadata"].get("finalizers") or []
    return [item for item in found if item != name]
