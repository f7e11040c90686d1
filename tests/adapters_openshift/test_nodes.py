"""Which workers take machines, how much room they have, and labels put on and taken off."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from support.adapters.openshift.api import Api
from support.adapters.openshift.monitoring import query
from support.adapters.openshift.nodes import OpenShiftNodes
from support.adapters.openshift.refusals import Conflict
from support.adapters.openshift.transport import Answer
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef
from support.domain.secret import Secret

KEY, VALUE = "mtv-acceptance/auto-ab12-xk4f", "auto-ab12"


def _node(name: str, **changes: Any) -> dict[str, Any]:
    labels = {"node-role.kubernetes.io/worker": "", "kubevirt.io/schedulable": "true"}
    ready = [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": "True"}]
    node: dict[str, Any] = {
        "metadata": {"name": name, "labels": labels, "resourceVersion": "1"},
        "spec": {},
        "status": {"conditions": ready},
    }
    return {**node, **changes}


class Scripted(Api):
    """Some nodes and a monitoring that answers by resource; a code stands for an answer without a body."""

    def __init__(self, nodes: list[dict[str, Any]], room: Mapping[str, Any] | None = None) -> None:
        super().__init__(ClusterAccess(host="https://api.test:6443", token=Secret("t")))
        self.nodes = {each["metadata"]["name"]: each for each in nodes}
        self.room = room
        self.conflicts = 0

    def list(self, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        assert (kind, namespace, labels) == ("Node", "", None)
        return [*self.nodes.values()]

    def get(self, ref: ObjectRef) -> dict[str, Any] | None:
        if ref.kind == "Node":
            return self.nodes.get(ref.name)
        assert ref == ObjectRef("Route", "thanos-querier", "openshift-monitoring")
        return None if self.room is None else {"spec": {"host": "thanos.test"}}

    def merge(
        self, ref: ObjectRef, change: dict[str, Any], *, subresource: str = "", version: str = ""
    ) -> dict[str, Any] | None:
        assert version == self.nodes[ref.name]["metadata"]["resourceVersion"]
        if self.conflicts:
            self.conflicts -= 1
            raise Conflict("changed", 409, "Conflict")
        labels = self.nodes[ref.name]["metadata"]["labels"]
        for key, value in change["metadata"]["labels"].items():
            labels.pop(key, None)
            labels.update({key: value} if value is not None else {})
        return self.nodes[ref.name]

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        assert self.room is not None
        parts = urlsplit(path)
        assert (method, parts.netloc, parts.path) == ("GET", "thanos.test", "/api/v1/query")
        (asked,) = parse_qs(parts.query)["query"]
        answer = self.room["memory" if 'resource="memory"' in asked else "cpu"]
        if isinstance(answer, int):
            return Answer(code=answer, headers={}, body=b"")
        found = [{"metric": {"node": node}, "value": [1.5, share]} for node, share in answer.items()]
        data = {"resultType": "vector", "result": [*found, {"metric": {}, "value": [1.5, "1"]}]}
        return Answer(code=200, headers={}, body=json.dumps({"status": "success", "data": data}).encode())


UNFIT: dict[str, dict[str, Any]] = {
    "no worker": {"metadata": {"name": "x", "labels": {"kubevirt.io/schedulable": "true"}}},
    "no labels": {"metadata": {"name": "x"}},
    "not for machines": {"metadata": {"name": "x", "labels": {"node-role.kubernetes.io/worker": ""}}},
    "cordoned": {"spec": {"unschedulable": True}},
    "tainted": {"spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}},
    "evicting": {"spec": {"taints": [{"key": "k", "effect": "NoExecute"}]}},
    "not ready": {"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}},
    "new": {"status": {}},
}


@pytest.mark.parametrize("why", UNFIT)
def test_a_node_that_takes_no_machines_is_no_choice(why: str) -> None:
    nodes = [_node("worker-1"), _node("worker-0"), _node("x", **UNFIT[why])]
    assert OpenShiftNodes(Scripted(nodes)).workers() == ["worker-0", "worker-1"]


def test_a_taint_that_only_asks_is_no_obstacle() -> None:
    soft = {"taints": [{"key": "k", "effect": "PreferNoSchedule"}]}
    assert OpenShiftNodes(Scripted([_node("worker-0", spec=soft)])).workers() == ["worker-0"]


def test_the_room_of_a_node_is_that_of_its_scarcer_resource() -> None:
    room = {"memory": {"a": "0.5", "b": "0.9", "c": "NaN", "d": "0.4"}, "cpu": {"a": "0.7", "b": "0.2", "c": "0.1"}}
    assert OpenShiftNodes(Scripted([], room)).headroom() == {"a": 0.5, "b": 0.2}


@pytest.mark.parametrize("room", [None, {"memory": 403, "cpu": 403}, {"memory": {}, "cpu": 503}])
def test_a_monitoring_that_is_not_there_or_not_for_us_stops_nobody(room: Mapping[str, Any] | None) -> None:
    assert OpenShiftNodes(Scripted([], room)).headroom() == {}


def test_the_question_keeps_nodes_without_requests_and_asks_for_a_share() -> None:
    asked = query("cpu")
    allocatable = 'sum by (node)(kube_node_status_allocatable{resource="cpu"})'
    assert asked.startswith(f"({allocatable} - on(node) (")
    assert f"or 0*{allocatable}))" in asked
    assert asked.endswith(f"/ on(node) {allocatable}")


def test_a_label_goes_on_and_off_and_others_stay() -> None:
    api = Scripted([_node("worker-0"), _node("worker-1")])
    nodes = OpenShiftNodes(api)
    api.conflicts = 2
    nodes.mark("worker-0", KEY, VALUE)
    assert nodes.marked("mtv-acceptance/auto-ab12-") == ["worker-0"]
    nodes.unmark("worker-0", KEY, VALUE)
    nodes.unmark("worker-0", KEY, VALUE)
    assert nodes.marked("mtv-acceptance/") == []
    assert len(api.nodes["worker-0"]["metadata"]["labels"]) == 2


def test_a_label_that_is_there_already_or_has_changed_since_is_somebody_else_s() -> None:
    api = Scripted([_node("worker-0")])
    nodes = OpenShiftNodes(api)
    nodes.mark("worker-0", KEY, VALUE)
    with pytest.raises(ClusterError, match="Node worker-0: has a label mtv-acceptance/auto-ab12-xk4f already"):
        nodes.mark("worker-0", KEY, VALUE)
    api.nodes["worker-0"]["metadata"]["labels"][KEY] = "another"
    nodes.unmark("worker-0", KEY, VALUE)
    assert nodes.marked("mtv-acceptance/") == ["worker-0"]


def test_a_node_that_is_gone_needs_no_label_taken_off_but_cannot_be_given_one() -> None:
    nodes = OpenShiftNodes(Scripted([]))
    nodes.unmark("worker-9", KEY, VALUE)
    with pytest.raises(ClusterError, match="Node worker-9: not found"):
        nodes.mark("worker-9", KEY, VALUE)


def test_a_node_that_changes_all_the_time_is_an_error() -> None:
    api = Scripted([_node("worker-0")])
    api.conflicts = 100
    with pytest.raises(ClusterError, match="gave up after 10 attempts"):
        OpenShiftNodes(api).mark("worker-0", KEY, VALUE)


@pytest.fixture
def lab_nodes(lab_folder: Path) -> Iterator[OpenShiftNodes]:
    api = Api(ClusterAccess(kubeconfig=lab_folder / "kubeconfig"))
    api.connect()
    yield OpenShiftNodes(api)
    api.close()


def test_on_the_lab_a_worker_is_found_labelled_and_given_back(lab_nodes: OpenShiftNodes) -> None:
    first, *_others = lab_nodes.workers()
    lab_nodes.mark(first, KEY, VALUE)
    assert lab_nodes.marked("mtv-acceptance/auto-ab12-") == [first]
    lab_nodes.unmark(first, KEY, VALUE)
    assert lab_nodes.marked("mtv-acceptance/auto-ab12-") == []
