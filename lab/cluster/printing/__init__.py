"""Tables for people: what `kubectl get` prints is made by the server, with the columns of each kind."""

from collections.abc import Sequence
from datetime import datetime

from lab.cluster.kinds import Kind
from lab.cluster.printing.columns import AGE, NAME, Object, Table
from lab.cluster.printing.core import CORE
from lab.cluster.printing.custom import CUSTOM
from lab.cluster.printing.openshift import OPENSHIFT
from lab.cluster.printing.pods import PODS
from lab.cluster.printing.storage import STORAGE
from lab.cluster.printing.workloads import WORKLOADS

COLUMNS: Table = {**CORE, **PODS, **STORAGE, **WORKLOADS, **OPENSHIFT, **CUSTOM}
_OTHERS = (NAME, AGE)


def table(kind: Kind, objects: Sequence[Object], now: datetime, *, list_meta: Object) -> Object:
    """A meta.k8s.io/v1 Table (facts/openshift.md 1.8); each row carries the metadata of its object."""
    columns = COLUMNS.get(kind.kind, _OTHERS)
    rows = [
        {
            "cells": [column.cell(obj, now) for column in columns],
            "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]},
        }
        for obj in objects
    ]
    head = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": list_meta}
    return head | {"columnDefinitions": [column.definition() for column in columns], "rows": rows}
