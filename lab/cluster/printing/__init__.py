"""Tables for kubectl, with the printer columns of the custom resource definitions; name and age for the rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lab.cluster.kinds import Kind

Object = dict[str, Any]
_COLUMNS = {
    "Provider": "TYPE=spec.type STATUS=status.phase READY=?Ready CONNECTED=?ConnectionTestSucceeded "
    "INVENTORY=?InventoryCreated URL=spec.url",
    "Plan": "READY=?Ready EXECUTING=?Executing SUCCEEDED=?Succeeded FAILED=?Failed",
    "Migration": "READY=?Ready RUNNING=?Running SUCCEEDED=?Succeeded FAILED=?Failed",
    "NetworkMap": "READY=?Ready",
    "StorageMap": "READY=?Ready",
    "Host": "READY=?Ready CONNECTED=?ConnectionTestSucceeded",
    "Hook": "Ready=?Ready Image=spec.image",
    "Namespace": "Status=status.phase",
    "DataVolume": "Phase=status.phase Progress=status.progress",
}
"""Kind -> column=path; `?X` is the status of condition X (facts/forklift.md 1.1, 1.5)."""


def table(kind: Kind, objects: Sequence[Object], now: datetime, *, list_meta: Object) -> Object:
    """A meta.k8s.io/v1 Table; each row carries the object's metadata."""
    pairs = [text.split("=") for text in _COLUMNS.get(kind.kind, "").split()]
    names = ["Name", *(name for name, _ in pairs), "Age"]
    columns = [
        {"name": name, "type": "string", "format": "name" if name == "Name" else "", "description": "", "priority": 0}
        for name in names
    ]
    rows = [
        {
            "cells": [obj["metadata"]["name"], *(_cell(obj, path) for _, path in pairs), _age(obj, now)],
            "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]},
        }
        for obj in objects
    ]
    head = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": list_meta}
    return head | {"columnDefinitions": columns, "rows": rows}


def _cell(obj: Object, path: str) -> str:
    if path.startswith("?"):
        conditions = obj.get("status", {}).get("conditions", [])
        return next((item["status"] for item in conditions if item["type"] == path[1:]), "")
    value: Any = obj
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def _age(obj: Object, now: datetime) -> str:
    made = obj["metadata"].get("creationTimestamp")
    if not made:
        return "<unknown>"
    seconds = max(0, int((now - datetime.fromisoformat(made)).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
