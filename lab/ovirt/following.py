"""The parameter `follow`: what is behind links and references is put in their place, as deep as asked for."""

from collections.abc import Iterator
from typing import Any

from lab.ovirt.documents import Doc
from lab.ovirt.engine import Engine
from lab.ovirt.faults import OPERATION_FAILED, Refused
from lab.ovirt.paths import ROOT
from lab.ovirt.resources import find, members, place

Wanted = dict[str, Any]
"""Segment -> what to follow below it."""


def wanted(text: str) -> Wanted:
    """`nics.vnic_profile,snapshots` as a tree."""
    tree: Wanted = {}
    for path in filter(None, text.split(",")):
        branch = tree
        for segment in path.strip().split("."):
            branch = branch.setdefault(segment, {})
    return tree


def follow(engine: Engine, doc: Doc, tree: Wanted) -> None:
    """Complete a document in place; raises Refused for what is neither a link nor a reference of it."""
    for segment, below in tree.items():
        for found in _fetched(engine, doc, segment):
            follow(engine, found, below)


def _fetched(engine: Engine, doc: Doc, segment: str) -> Iterator[Doc]:
    rel = segment.replace("_", "")
    link = next((link for link in doc.get("link", []) if link["@rel"] == rel), None)
    known = doc.get(segment)
    if link is not None:
        yield from _collection(engine, doc, segment, link["@href"])
    elif isinstance(known, dict) and "@href" in known:
        known.update(_behind(engine, known["@href"]))
        yield known
    else:
        raise _no_link(segment)


def _no_link(segment: str) -> Refused:
    """The engine fails where it finds no link: for a reference that is not set, and for lists that are there already.

    That is what its LinkFollower does; the second are a disk's `storage_domains`.
    """
    return Refused(500, OPERATION_FAILED, f"Problem fetching '{segment}'")


def _collection(engine: Engine, doc: Doc, segment: str, address: str) -> list[Doc]:
    where = place(address.removeprefix(f"{ROOT}/"))
    if where is None:
        raise _no_link(segment)
    docs = members(engine, where)
    doc["link"] = [link for link in doc["link"] if link["@href"] != address]
    doc[where.collection.root] = {where.collection.member: docs}
    return docs


def _behind(engine: Engine, address: str) -> Doc:
    where = place(address.removeprefix(f"{ROOT}/"))
    if where is None:
        raise _no_link(address)
    return find(engine, where)
