"""The query service behind the Route of Thanos (facts/openshift.md 7.2)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from lab.kernel.service import Options
from lab.monitoring.service import MonitoringService
from tests.harness.lab_in_thread import LabInThread

Object = dict[str, Any]
GIB = 1024**3
ALLOCATABLE = 'sum by (node)(kube_node_status_allocatable{resource="memory"})'
REQUESTED = (
    'sum by (node)(kube_pod_container_resource_requests{resource="memory"} '
    'and on(namespace,pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1))'
)
HEADROOM = f"{ALLOCATABLE} - on(node) ({REQUESTED} or 0*{ALLOCATABLE})"


class Monitoring(LabInThread):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Options(), [MonitoringService()])

    def host(self) -> str:
        route = self.on_loop(lambda: self.lab.store.get("Route", "openshift-monitoring", "thanos-querier"))
        assert route is not None
        return f"https://{route['spec']['host']}{route['spec']['path']}"

    def token(self, user: str = "") -> str:
        return self.on_loop(lambda: self.lab.tokens.issue(user or self.lab.world.cluster_account.user))

    def ask(self, query: str, *, token: str = "", path: str = "/v1/query") -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        where = {"headers": headers, "verify": str(self.lab.folder / "ca.crt"), "timeout": 20}
        return requests.get(self.host() + path, params={"query": query}, **where)  # type: ignore[arg-type]

    def vector(self, query: str) -> dict[str, float]:
        """Values by node or instance."""
        answer = self.ask(query).json()
        assert answer["status"] == "success", answer
        assert answer["data"]["resultType"] == "vector"
        shown = {}
        for item in answer["data"]["result"]:
            labels = {key: value for key, value in item["metric"].items() if key != "__name__"}
            shown[labels.get("node") or labels.get("instance") or str(labels)] = float(item["value"][1])
        return shown


@pytest.fixture
def monitoring(tmp_path: Path) -> Iterator[Monitoring]:
    running = Monitoring(tmp_path)
    running.start()
    for name, memory in (("a", 8), ("b", 16)):
        running.on_loop(lambda name=name, memory=memory: node(running, name, memory))  # type: ignore[misc]
    running.on_loop(lambda: pod(running, "busy", "a", "Running", "3Gi"))
    running.on_loop(lambda: pod(running, "gone", "a", "Succeeded", "4Gi"))
    yield running
    running.stop()


def node(running: Monitoring, name: str, memory: int) -> None:
    labels = {"node-role.kubernetes.io/worker": ""}
    metadata = {"name": name, "labels": labels}
    running.lab.store.create({"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {}})
    size = {"cpu": "4", "memory": f"{memory}Gi", "pods": "250"}
    ready = [{"type": "Ready", "status": "True"}]
    status = {"allocatable": size, "capacity": size, "conditions": ready}
    running.lab.store.set_status("Node", "", name, status)


def pod(running: Monitoring, name: str, where: str, phase: str, memory: str) -> None:
    container = {"name": "it", "resources": {"requests": {"cpu": "500m", "memory": memory}}}
    metadata = {"name": name, "namespace": "default"}
    spec = {"nodeName": where, "containers": [container]}
    running.lab.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    running.lab.store.set_status("Pod", "default", name, {"phase": phase})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ALLOCATABLE, {"a": 8 * GIB, "b": 16 * GIB}),
        (REQUESTED, {"a": 3 * GIB}),
        (HEADROOM, {"a": 5 * GIB, "b": 16 * GIB}),
        (f"({HEADROOM}) / on(node) {ALLOCATABLE}", {"a": 0.625, "b": 1.0}),
        (HEADROOM.replace("memory", "cpu"), {"a": 3.5, "b": 4.0}),
        (f'({HEADROOM}) and on(node) kube_node_role{{role="worker"}}', {"a": 5 * GIB, "b": 16 * GIB}),
        (f'({HEADROOM}) unless on(node) kube_node_role{{role="worker"}}', {}),
        ("1 - instance:node_memory_utilisation:ratio", {"a": 0.625, "b": 1.0}),
        ("instance:node_cpu_utilisation:rate1m * 100 > 1", {"a": 12.5}),
        ('max without (unit,resource)(kube_node_status_capacity{resource!~"cpu|pods"})', {"a": 8 * GIB, "b": 16 * GIB}),
        ("count by (node)(kube_node_status_condition == 1)", {"a": 1, "b": 1}),
        ('-kube_node_role{node="b"}', {"b": -1}),
    ],
)
def test_headroom_is_told_per_node(monitoring: Monitoring, query: str, expected: dict[str, float]) -> None:
    assert monitoring.vector(query) == expected


def test_a_value_is_text_without_exponent_and_a_series_has_its_name(monitoring: Monitoring) -> None:
    answer = monitoring.ask('kube_node_status_allocatable{node="b",resource="memory"}').json()
    (series,) = answer["data"]["result"]
    assert series["metric"] == {
        "__name__": "kube_node_status_allocatable",
        "node": "b",
        "resource": "memory",
        "unit": "byte",
    }
    assert series["value"][1] == str(16 * GIB)
    assert monitoring.ask("1 + 1").json()["data"]["resultType"] == "scalar"
    assert monitoring.ask("1 / 0").json()["data"]["result"][1] == "+Inf"


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("sum by (", 400, "bad_data"),
        ("up", 422, "execution"),
        ("rate(kube_node_role[5m])", 422, "execution"),
        ("topk(1, kube_node_role)", 422, "execution"),
        ("kube_node_role offset 1h", 422, "execution"),
        ("kube_pod_status_phase * on(pod) kube_pod_status_phase", 422, "execution"),
        ("kube_node_role * on(node) group_left() kube_node_role", 422, "execution"),
    ],
)
def test_what_it_cannot_answer_it_refuses(monitoring: Monitoring, query: str, status: int, kind: str) -> None:
    answer = monitoring.ask(query)
    assert (answer.status_code, answer.json()["status"], answer.json()["errorType"]) == (status, "error", kind)


def test_unserved_queries_and_paths_are_counted(monitoring: Monitoring) -> None:
    monitoring.ask("up")
    assert monitoring.ask("", path="/v1/targets").status_code == 404
    refused = monitoring.on_loop(lambda: dict(monitoring.lab.requests.refused))
    assert refused == {
        "monitoring query: the embedded lab does not know the metric up": 1,
        "monitoring GET /api/v1/targets": 1,
    }


def test_only_those_who_may_see_monitoring_are_answered(monitoring: Monitoring) -> None:
    assert monitoring.ask("1", token="nobody's").status_code == 401
    somebody = monitoring.token("system:serviceaccount:default:robot")
    assert monitoring.ask("1", token=somebody).status_code == 403
    subject = {"kind": "ServiceAccount", "name": "robot", "namespace": "default"}
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "view"}}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-monitoring-view"}
    monitoring.on_loop(lambda: monitoring.lab.store.create(binding | {"roleRef": role, "subjects": [subject]}))
    assert monitoring.ask("1", token=somebody).status_code == 200
