"""A worker node chosen for a scenario's machines, known by a label of the run's own until the scenario ends."""

from collections.abc import Iterable

from support.domain.errors import SuiteError
from support.domain.journal import OpenThing, Thing
from support.domain.names import ObjectRef, RunId, dns_label, random_part
from support.domain.request import Mark
from support.workflow.owning import cluster_thing
from support.workflow.ports_in_use import Ports

NODE = "Node"
_KEY, _VALUE = "label", "value"
"""Details by which teardown knows what to take off."""


def key_begins(run: RunId) -> str:
    """How the keys of a run's labels on nodes begin, and no other run's."""
    return f"mtv-acceptance/{run}-"


def mark_worker(ports: Ports, run: RunId, scope: str) -> Mark:
    """Choose a worker and label it, journalled first. Raises SuiteError where no worker takes machines."""
    with ports.tells.step("choose a worker node"):
        node, why = _choice(ports)
        mark = Mark(node=node, key=f"{key_begins(run)}{random_part()}", value=dns_label(run), why=why)
        details = {_KEY: mark.key, _VALUE: mark.value}
        key = ports.journal.patching(cluster_thing(ObjectRef(NODE, node), scope, details))
        ports.cluster.nodes.mark(node, mark.key, mark.value)
        ports.journal.patched(key)
    ports.tells.attach("chosen worker", f"{node}: {why}\nlabel {mark.key}={mark.value}")
    return mark


def _choice(ports: Ports) -> tuple[str, str]:
    """The one with most room, the first by name where several have the same or nobody tells."""
    workers = ports.cluster.nodes.workers()
    if not workers:
        raise SuiteError("no worker node takes machines now, expected one that is Ready, schedulable and untainted")
    room = ports.cluster.nodes.headroom()
    known = [each for each in workers if each in room]
    if not known:
        return workers[0], "the first worker by name, as monitoring tells nothing of their room"
    best = max(known, key=lambda each: room[each])
    return best, f"at least {room[best]:.0%} of its memory and CPU are free, the most of {len(known)} workers"


def unmark(ports: Ports, thing: OpenThing) -> None:
    """Take a run's label off again."""
    ports.cluster.nodes.unmark(thing.thing.name, thing.details[_KEY], thing.details[_VALUE])


def still_marked(ports: Ports, beginnings: Iterable[str]) -> list[tuple[ObjectRef, str]]:
    """Nodes that carry a label whose key begins with one of these; without uid, as nobody is to delete them."""
    names = {name for each in beginnings for name in ports.cluster.nodes.marked(each)}
    return [(ObjectRef(NODE, name), "") for name in sorted(names)]


def keys_of(things: Iterable[Thing]) -> list[str]:
    """Keys of the labels that journalled things speak of."""
    return [thing.details[_KEY] for thing in things if thing.kind == NODE]
