"""Logs of pods as clients read them: whole, by their end, followed (facts/openshift.md 9.12)."""

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.client import ApiException, CoreV1Api

Cluster = Any
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "talker", "namespace": "default"},
    "spec": {"containers": [{"name": "main", "image": "i"}]},
    "status": {"phase": "Running"},
}


class Talker:
    """A pod that prints what a test says."""

    def __init__(self, cluster: Cluster, api: CoreV1Api) -> None:
        self.cluster, self.api = cluster, api
        self.uid = str(cluster.on_loop(lambda: cluster.lab.store.create(POD))["metadata"]["uid"])

    def say(self, *lines: str) -> None:
        self.cluster.on_loop(lambda: self.cluster.lab.logs.append(self.uid, "main", *lines))

    def end(self, phase: str, **more: Any) -> None:
        store = self.cluster.lab.store
        self.cluster.on_loop(lambda: store.set_status("Pod", "default", "talker", {"phase": phase} | more))

    def gone(self) -> None:
        self.cluster.on_loop(lambda: self.cluster.lab.store.delete("Pod", "default", "talker"))

    def log(self, **options: Any) -> str:
        return str(self.api.read_namespaced_pod_log("talker", "default", **options))

    def followed(self, **options: Any) -> Iterator[str]:
        answer = self.api.read_namespaced_pod_log(
            "talker", "default", follow=True, _preload_content=False, _request_timeout=20, **options
        )
        return (chunk.decode() for chunk in answer.stream())


@pytest.fixture
def talker(cluster: Cluster, core: CoreV1Api) -> Iterator[Talker]:
    made = Talker(cluster, core)
    yield made
    made.gone()


def test_a_log_is_there_whole_and_by_its_end(talker: Talker) -> None:
    talker.say("one", "two", "three")
    assert talker.log() == "one\ntwo\nthree\n"
    assert talker.log(tail_lines=1) == "three\n"
    stamp, text = talker.log(tail_lines=1, timestamps=True).split()
    assert text == "three"
    assert stamp.endswith("Z")


def test_a_followed_log_goes_on_until_the_pod_has_ended(talker: Talker) -> None:
    talker.say("before")
    chunks = talker.followed()
    assert next(chunks) == "before\n"
    talker.say("after")
    assert next(chunks) == "after\n"
    talker.end("Succeeded")
    assert list(chunks) == []


def test_it_ends_with_its_container_though_others_go_on(talker: Talker) -> None:
    talker.say("all")
    chunks = talker.followed()
    assert next(chunks) == "all\n"
    talker.end("Running", containerStatuses=[{"name": "main", "state": {"terminated": {"exitCode": 0}}}])
    assert list(chunks) == []


def test_old_lines_can_be_left_out(talker: Talker) -> None:
    talker.say("old")
    logs = talker.cluster.lab.logs
    talker.cluster.on_loop(
        lambda: logs._lines[talker.uid, "main"].insert(0, ("2020-01-01T00:00:00.000000Z", "ancient"))
    )
    assert talker.log() == "ancient\nold\n"
    assert talker.log(since_seconds=600) == "old\n"


def test_it_begins_where_it_is_told_to(talker: Talker) -> None:
    talker.say("one", "two")
    talker.end("Failed")
    assert "".join(talker.followed(tail_lines=1)) == "two\n"


def test_it_ends_with_a_pod_that_is_deleted(talker: Talker) -> None:
    talker.say("before")
    chunks = talker.followed()
    assert next(chunks) == "before\n"
    talker.gone()
    assert list(chunks) == []


def test_a_container_that_is_not_there_is_refused(talker: Talker) -> None:
    with pytest.raises(ApiException, match="container other is not valid for pod talker"):
        talker.log(container="other")
    with pytest.raises(ApiException, match="previous terminated container"):
        talker.log(previous=True)
