"""Variations of the API server on the wire: each of its own, and the same again with the same seed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from lab.cluster.service import ClusterService
from lab.jitter.noise import Noise
from lab.jitter.spec import Jitter
from lab.kernel.service import Options
from tests.harness.lab_in_thread import LabInThread

SPACES = "/api/v1/namespaces"
SETTINGS = "/api/v1/namespaces/default/configmaps"


class Jittery:
    """An API server with jitter, and a plain client that tries nothing twice."""

    def __init__(self, folder: Path, jitter: str) -> None:
        self.lab = LabInThread(folder, Options(speed=40.0, jitter=jitter), [ClusterService()])
        self.lab.start()
        self._url = self.lab.lab.endpoints["cluster"]
        self._session = requests.Session()
        self._trust = str(folder / "ca.crt")
        token = self.lab.on_loop(lambda: self.lab.lab.tokens.issue("kubeadmin", seconds=3600))
        self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, path: str, method: str = "GET", **more: object) -> requests.Response:
        return self._session.request(method, self._url + path, timeout=20, verify=self._trust, **more)  # type: ignore[arg-type]

    def codes(self, number: int) -> list[int]:
        return [self.ask(SPACES).status_code for _ in range(number)]

    def close(self) -> None:
        self._session.close()
        self.lab.stop()


@pytest.fixture
def jitter() -> str:
    return ""


@pytest.fixture
def server(tmp_path: Path, jitter: str) -> Iterator[Jittery]:
    started = Jittery(tmp_path, jitter)
    yield started
    started.close()


def names(answer: requests.Response) -> list[str]:
    return [item["metadata"]["name"] for item in answer.json()["items"]]


def test_without_jitter_nothing_varies(server: Jittery) -> None:
    assert set(server.codes(50)) == {200}


@pytest.mark.parametrize("jitter", ["seed=3,errors=0.3"])
def test_refusals_are_429_500_and_503_as_real_servers_send_them(server: Jittery) -> None:
    answers = [server.ask(SPACES) for _ in range(120)]
    told = Counter((each.status_code, each.headers.get("Retry-After", "")) for each in answers)
    assert set(told) == {(200, ""), (429, "1"), (500, ""), (503, "")}
    refused = next(each for each in answers if each.status_code == 500)
    assert refused.json()["message"] == "etcdserver: leader changed"


def test_a_burst_is_no_longer_than_a_patient_client() -> None:
    noise = Noise(Jitter(errors=0.5))
    rows = "".join("x" if noise.fails("list namespaces") else " " for _ in range(3000)).split()
    assert {len(row) for row in rows} == {1, 2, 3}


def test_a_day_is_the_same_again_with_its_seed_and_another_one_without(tmp_path: Path) -> None:
    days = []
    for number, jitter in enumerate(("seed=5,errors=0.3", "seed=5,errors=0.3", "seed=6,errors=0.3")):
        folder = tmp_path / str(number)
        folder.mkdir()
        server = Jittery(folder, jitter)
        days.append(server.codes(60))
        server.close()
    assert days[0] == days[1] != days[2]


@pytest.mark.parametrize("jitter", ["conflicts=1"])
def test_somebody_else_was_faster_with_a_change(server: Jittery) -> None:
    made = server.ask(SETTINGS, "POST", json={"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}})
    assert made.status_code == 201
    merge = {"Content-Type": "application/merge-patch+json"}
    answer = server.ask(f"{SETTINGS}/mine", "PATCH", json={"data": {"a": "b"}}, headers=merge)
    assert (answer.status_code, answer.json()["reason"]) == (409, "Conflict")
    assert "data" not in server.ask(f"{SETTINGS}/mine").json()


@pytest.mark.parametrize("jitter", ["reorder=1"])
def test_lists_come_in_another_order_unless_they_have_pages(server: Jittery) -> None:
    inner = server.lab.on_loop(lambda: [it["metadata"]["name"] for it in server.lab.lab.store.list("Namespace")])
    assert len(inner) > 1
    assert names(server.ask(SPACES)) == names(server.ask(f"{SPACES}?limit=500")) == inner[::-1]
    assert names(server.ask(f"{SPACES}?limit=1")) == inner[:1]


@pytest.mark.parametrize("jitter", ["drops=1"])
def test_a_dropped_watch_ends_long_before_its_time(server: Jittery) -> None:
    watch = f"{SPACES}?watch=true&timeoutSeconds=600&allowWatchBookmarks=true"
    lines = server.ask(watch).text.splitlines()
    assert lines
    assert not any('"BOOKMARK"' in line for line in lines)


@pytest.mark.parametrize("jitter", ["expiries=1"])
def test_a_watch_that_goes_on_is_told_410(server: Jittery) -> None:
    version = server.ask(SPACES).json()["metadata"]["resourceVersion"]
    told = server.ask(f"{SPACES}?watch=true&resourceVersion={version}&timeoutSeconds=600").text
    assert '"type": "ERROR"' in told
    assert '"code": 410' in told


@pytest.mark.parametrize("jitter", ["tokens=5"])
def test_a_login_lives_as_long_as_told_and_says_so(server: Jittery) -> None:
    oauth = server.ask("/apis/config.openshift.io/v1/oauths/cluster").json()
    assert oauth["spec"]["tokenConfig"]["accessTokenMaxAgeSeconds"] == 5
    assert server.lab.lab.tokens.lifetime == 5
