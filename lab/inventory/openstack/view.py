"""The OpenStack part of the inventory service."""

from functools import partial
from typing import Any

from lab.cluster.store import Object
from lab.inventory.openstack.collector import FORMS, collector_of
from lab.inventory.openstack.records import link, linked, records
from lab.inventory.openstack.workloads import workload
from lab.inventory.providers import loaded, root_of
from lab.inventory.questions import Question
from lab.inventory.views import View, ask, found
from lab.kernel.service import Lab

_COLLECTIONS = {collection: partial(records, collection=collection) for collection in FORMS}
_COUNTED = {
    "regionCount": "regions",
    "projectCount": "projects",
    "vmCount": "vms",
    "imageCount": "images",
    "volumeCount": "volumes",
    "volumeTypeCount": "volumetypes",
    "networkCount": "networks",
}
"""Numbers of the Provider object (facts/forklift.md 5.3) and the collections they count."""


def _answer(lab: Lab, asked: Question, provider: Object) -> Any:
    root = root_of(provider)
    match asked.parts[2:]:
        case ("tree", "project"):
            return _tree(lab, root, asked.detail)
        case ("workloads", id_):
            return found(workload(lab, root, id_))
    return ask(lab, asked, _COLLECTIONS, partial(link, root))


def _tree(lab: Lab, root: str, detail: int) -> Any:
    """The root has neither kind nor object; below it is one node per project, with its servers."""
    servers = [
        {"kind": "VM", "object": record.shown(detail, link(root, record)), "children": None}
        for record in records(lab, "vms")
    ]
    projects = [
        {"kind": "Project", "object": linked(root, record), "children": servers} for record in records(lab, "projects")
    ]
    return {"kind": "", "object": None, "children": projects}


def _facts(lab: Lab, provider: Object) -> dict[str, Any]:
    rows = collector_of(lab).rows
    return {key: len(rows[collection]) if loaded(provider) else 0 for key, collection in _COUNTED.items()}


OPENSTACK = View(answer=_answer, facts=_facts)
