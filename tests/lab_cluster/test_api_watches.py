"""Watches as clients open them: from a version, with initial events or selectors, too late (openshift.md 1.4, 1.8)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from kubernetes.client import CoreV1Api
from kubernetes.dynamic import DynamicClient

from tests.lab_cluster.conftest import Cluster


def config_map(name: str, **labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}}


@pytest.fixture
def path(cluster: Cluster, namespace: str) -> str:
    return f"{cluster.url}/api/v1/namespaces/{namespace}/configmaps"


@pytest.fixture(scope="module")
def session(cluster: Cluster) -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        made.verify, made.headers["Authorization"] = cluster.ca, f"Bearer {cluster.token()}"
        yield made


def events(session: requests.Session, path: str, **query: str) -> list[dict[str, Any]]:
    """All events of one second."""
    query = {"watch": "true", "timeoutSeconds": "1"} | query
    with session.get(path, params=query, stream=True, timeout=10) as response:
        assert response.status_code == 200
        return [json.loads(line) for line in response.iter_lines()]


def seen(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(event["type"], event["object"]["metadata"].get("name", "")) for event in found]


def test_a_watch_from_a_version_tells_what_happened_since(
    core: CoreV1Api, session: requests.Session, path: str, namespace: str
) -> None:
    version = core.list_namespaced_config_map(namespace).metadata.resource_version
    core.create_namespaced_config_map(namespace, config_map("one"))
    core.patch_namespaced_config_map("one", namespace, {"data": {"a": "b"}})
    core.delete_namespaced_config_map("one", namespace)
    found = seen(events(session, path, resourceVersion=version))
    assert found == [("ADDED", "one"), ("MODIFIED", "one"), ("DELETED", "one")]


def test_initial_events_end_with_a_bookmark(
    core: CoreV1Api, session: requests.Session, path: str, namespace: str
) -> None:
    core.create_namespaced_config_map(namespace, config_map("one", mine="yes"))
    query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    found = events(session, path, labelSelector="mine=yes", **query)
    assert seen(found)[:2] == [("ADDED", "one"), ("BOOKMARK", "")]
    assert found[1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_initial_events_without_their_match_are_invalid(session: requests.Session, path: str) -> None:
    query = {"watch": "true", "sendInitialEvents": "true"}
    answer = session.get(path, params=query, timeout=10)
    assert (answer.status_code, answer.json()["reason"]) == (422, "Invalid")


def test_an_object_that_ceases_to_match_is_deleted_for_the_watcher(
    core: CoreV1Api, session: requests.Session, path: str, namespace: str
) -> None:
    core.create_namespaced_config_map(namespace, config_map("one", mine="yes"))
    version = core.list_namespaced_config_map(namespace).metadata.resource_version
    core.patch_namespaced_config_map("one", namespace, {"metadata": {"labels": {"mine": "no"}}})
    core.patch_namespaced_config_map("one", namespace, {"metadata": {"labels": {"mine": "yes"}}})
    found = seen(events(session, path, resourceVersion=version, labelSelector="mine=yes"))
    assert found == [("DELETED", "one"), ("ADDED", "one")]


def test_a_version_that_is_too_old_ends_the_watch_with_410(
    cluster: Cluster, core: CoreV1Api, session: requests.Session, path: str, namespace: str
) -> None:
    core.create_namespaced_config_map(namespace, config_map("one"))
    cluster.on_loop(cluster.lab.store.compact)
    (found,) = events(session, path, resourceVersion="1")
    assert found["type"] == "ERROR"
    assert (found["object"]["code"], found["object"]["reason"]) == (410, "Expired")


def test_the_dynamic_client_watches(dynamic: DynamicClient, core: CoreV1Api, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, config_map("one"))
    maps = dynamic.resources.get(api_version="v1", kind="ConfigMap")
    found = maps.watch(namespace=namespace, timeout=1, field_selector="metadata.name=one")
    assert [(event["type"], event["object"].metadata.name) for event in found] == [("ADDED", "one")]
