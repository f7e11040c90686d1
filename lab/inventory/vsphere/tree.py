"""The two trees of the vSphere inventory: by folder and by host."""

from collections.abc import Callable
from typing import Any

from lab.inventory.record import Record
from lab.inventory.vsphere import estate
from lab.inventory.vsphere.machines import machines
from lab.kernel.service import Lab

Show = Callable[[Record], dict[str, Any]]
Node = dict[str, Any]


def _node(kind: str, object_: Any, children: list[Node] | None) -> Node:
    return {"kind": kind, "object": object_, "children": children}


def _leaf(record: Record, show: Show) -> Node:
    return _node(record.kind, show(record), None)


def _rooted(lab: Lab, show: Show, children: list[Node]) -> Node:
    """The root has neither kind nor object; below it is one node per datacentre."""
    (datacenter,) = estate.datacenters(lab)
    return _node("", None, [_node(datacenter.kind, show(datacenter), children)])


def by_folder(lab: Lab, show: Show) -> Node:
    """`tree/vm`."""
    return _rooted(lab, show, [_leaf(record, show) for record in machines(lab) if record.listed])


def by_host(lab: Lab, show: Show) -> Node:
    """`tree/host`."""
    (cluster,) = estate.clusters(lab)
    found = [record for record in machines(lab) if record.listed]
    hosts = [
        _node(host.kind, show(host), [_leaf(record, show) for record in found if record.body["host"] == host.id])
        for host in estate.hosts(lab)
    ]
    return _rooted(lab, show, [_node(cluster.kind, show(cluster), hosts)])
