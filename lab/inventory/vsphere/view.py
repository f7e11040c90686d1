"""The vSphere part of the inventory service."""

from typing import Any

from lab.cluster.store import Object
from lab.inventory.providers import root_of
from lab.inventory.questions import Question
from lab.inventory.record import Record
from lab.inventory.views import View, ask, counts, found
from lab.inventory.vsphere import collections, tree
from lab.kernel.service import Lab

_TREES = {"vm": tree.by_folder, "host": tree.by_host}


def _answer(lab: Lab, asked: Question, provider: Object) -> Any:
    root = root_of(provider)

    def link(record: Record) -> str:
        return collections.link(root, record)

    collection, *rest = asked.parts[2:]
    if collection == "tree" and rest and rest[0] in _TREES:
        return _TREES[rest[0]](lab, lambda record: record.shown(asked.detail, link(record)))
    if collection == "workloads" and rest:
        return found(collections.workload(lab, root, rest[0]))
    return ask(lab, asked, collections.COLLECTIONS, link)


def _facts(lab: Lab, provider: Object) -> dict[str, Any]:
    return {**collections.about(lab), **counts(lab, provider, collections.COLLECTIONS, collections.COUNTS)}


VSPHERE = View(answer=_answer, facts=_facts)
