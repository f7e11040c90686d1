"""Where launcher pods go, and in the scheduler's words why nowhere (facts/openshift.md 3.1 and 7.2)."""

from typing import TYPE_CHECKING, Any

import pytest

from lab.cluster.store import Store
from lab.virtualization.placement import Placed, place

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]
HOSTNAME = "kubernetes.io/hostname"
PREEMPTION = "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."


def node(name: str, cpu: str = "4", memory: str = "8Gi", **spec: Any) -> Object:
    status = {"allocatable": {"cpu": cpu, "memory": memory}, "conditions": [{"type": "Ready", "status": "True"}]}
    metadata = {"name": name, "labels": {HOSTNAME: name}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": status}


def pod(name: str, cpu: str = "1", memory: str = "1Gi", **spec: Any) -> Object:
    container = {"name": "it", "resources": {"requests": {"cpu": cpu, "memory": memory}}}
    metadata = {"name": name, "namespace": "demo", "labels": {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container], **spec}}


def chosen(wanted: Object, *others: Object, nodes: tuple[Object, ...] = (node("a"), node("b"))) -> Placed:
    store = Store()
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo", "labels": {"team": "blue"}}}
    for obj in (namespace, *nodes, *others):
        store.create(obj)
    return place(store, wanted)


def term(**more: Any) -> Object:
    return {"labelSelector": {"matchLabels": {"app": "near"}}, "topologyKey": HOSTNAME, **more}


def wish(kind: str, *, required: bool = False, **more: Any) -> Object:
    if required:
        return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term(**more)]}}
    weighed = [{"weight": 50, "podAffinityTerm": term(**more)}]
    return {kind: {"preferredDuringSchedulingIgnoredDuringExecution": weighed}}


def test_the_emptier_node_is_chosen_and_then_the_first_name() -> None:
    assert chosen(pod("p")).node == "a"
    assert chosen(pod("p"), pod("other", nodeName="a")).node == "b"


def test_pods_that_have_ended_take_nothing() -> None:
    ended = pod("other", nodeName="a") | {"status": {"phase": "Succeeded"}}
    assert chosen(pod("p"), ended).node == "a"


def test_a_preferred_neighbour_outweighs_an_empty_node() -> None:
    assert chosen(pod("p", affinity=wish("podAffinity")), pod("near", nodeName="a")).node == "a"
    assert chosen(pod("p", affinity=wish("podAntiAffinity")), pod("near", memory="0", nodeName="a")).node == "b"


@pytest.mark.parametrize("more", [{"namespaces": ["demo"]}, {"namespaceSelector": {"matchLabels": {"team": "blue"}}}])
def test_neighbours_are_sought_in_the_namespaces_of_the_term(more: Object) -> None:
    stranger = pod("p", affinity=wish("podAffinity", required=True, **more))
    stranger["metadata"]["namespace"] = "elsewhere"
    assert chosen(stranger, pod("near", nodeName="b")).node == "b"


def test_a_required_neighbour_that_is_nowhere_leaves_no_node() -> None:
    placed = chosen(pod("p", affinity=wish("podAffinity", required=True)))
    assert placed.message == (f"0/2 nodes are available: 2 node(s) didn't match pod affinity rules. {PREEMPTION}")


def test_the_first_of_a_group_may_go_anywhere() -> None:
    assert chosen(pod("near", affinity=wish("podAffinity", required=True))).node == "a"


def test_what_is_forbidden_is_told_by_reason() -> None:
    nodes = (node("a", memory="512Mi"), node("b"))
    placed = chosen(pod("p", affinity=wish("podAntiAffinity", required=True)), pod("near", nodeName="b"), nodes=nodes)
    assert placed.message == (
        "0/2 nodes are available: 1 Insufficient memory, 1 node(s) didn't match pod anti-affinity rules. " + PREEMPTION
    )


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"unschedulable": True}, "node(s) were unschedulable"),
        (
            {"taints": [{"key": "only", "value": "gpu", "effect": "NoSchedule"}]},
            "node(s) had untolerated taint {only: gpu}",
        ),
    ],
)
def test_closed_nodes_are_left_out(spec: Object, reason: str) -> None:
    placed = chosen(pod("p"), nodes=(node("a", **spec), node("b", **spec)))
    assert placed.message == f"0/2 nodes are available: 2 {reason}. {PREEMPTION}"


def test_a_toleration_opens_a_tainted_node() -> None:
    tainted = node("a", taints=[{"key": "only", "value": "gpu", "effect": "NoSchedule"}])
    tolerant = pod("p", tolerations=[{"key": "only", "operator": "Exists"}])
    assert chosen(tolerant, nodes=(tainted,)).node == "a"


def test_a_machine_that_fits_nowhere_says_so_and_starts_when_there_is_room(
    destination: "Destination", yard: "Yard"
) -> None:
    """ErrorUnschedulable on the machine, the scheduler's words on its instance."""
    destination.create(yard.machine("first", template={"domain": domain("160Gi")}))
    destination.until("VirtualMachineInstance", "first", lambda it: it.get("status", {}).get("phase") == "Running")
    for name in ("worker-1", "worker-2"):
        destination.patch("Node", name, {"spec": {"unschedulable": True}}, "")
    destination.create(yard.machine("second", template={"domain": domain("160Gi")}))
    versions = destination.until(
        "VirtualMachine", "second", lambda it: it.get("status", {}).get("printableStatus") == "ErrorUnschedulable"
    )
    told = {item["type"]: item for item in versions[-1]["status"]["conditions"]}
    assert told["PodScheduled"]["message"] == (
        "0/3 nodes are available: 1 Insufficient memory, 2 node(s) were unschedulable. preemption: 0/3 nodes are "
        "available: 3 Preemption is not helpful for scheduling."
    )
    destination.delete("VirtualMachine", "first")
    destination.until("VirtualMachineInstance", "second", lambda it: it["status"]["phase"] == "Running")


def domain(memory: str) -> Object:
    return {"memory": {"guest": memory}, "devices": {}}
