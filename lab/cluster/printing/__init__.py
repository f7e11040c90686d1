"""Tables for kubectl: name and age of any kind, what a server shows of resources without printer columns."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lab.cluster.kinds import Kind

_COLUMNS = (("Name", "string", "name"), ("Age", "string", ""))


def table(kind: Kind, objects: Sequence[dict[str, Any]], now: datetime, *, list_meta: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - columns of single kinds come later
    """A meta.k8s.io/v1 Table with one row per object, each with the object's metadata."""
    columns = [
        {"name": name, "type": type_, "format": format_, "description": "", "priority": 0}
        for name, type_, format_ in _COLUMNS
    ]
    header = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": list_meta}
    return header | {"columnDefinitions": columns, "rows": [_row(obj, now) for obj in objects]}


def _row(obj: dict[str, Any], now: datetime) -> dict[str, Any]:
    metadata = obj["metadata"]
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    return {"cells": [metadata["name"], _age(metadata.get("creationTimestamp", ""), now)], "object": partial}


def _age(created: str, now: datetime) -> str:
    if not created:
        return "<unknown>"
    seconds = int((now - datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)).total_seconds())
    for length, unit in ((86_400, "d"), (3600, "h"), (120, "m")):
        if seconds >= length:
            return f"{seconds // (60 if unit == 'm' else length)}{unit}"
    return f"{max(0, seconds)}s"
