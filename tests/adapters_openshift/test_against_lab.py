"""The cluster adapter against the embedded lab: the same calls a run makes, over the wire."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.adapters.openshift.api import Api
from support.adapters.openshift.cluster import OpenShiftCluster
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.health import OpenShiftHealth
from support.adapters.openshift.holding import HELD
from support.adapters.openshift.namespaces import OpenShiftNamespaces
from support.adapters.openshift.objects import OpenShiftObjects
from support.adapters.openshift.portforward import open_tunnel
from support.adapters.openshift.storage import OpenShiftStorage
from support.adapters.virtctl.finding import find_virtctl
from support.domain.access import ClusterAccess
from support.domain.errors import AlreadyExists, ClusterLoginError, ClusterUnreachable, GuestUnreachable, StartError
from support.domain.names import RUN_LABEL, ObjectRef, dns_label, random_part
from support.domain.secret import Secret


@pytest.fixture
def api(lab_folder: Path) -> Iterator[Api]:
    api = Api(ClusterAccess(kubeconfig=lab_folder / "kubeconfig"))
    api.connect()
    yield api
    api.close()


@pytest.fixture
def feeds(api: Api) -> Iterator[Feeds]:
    feeds = Feeds(api)
    yield feeds
    feeds.close()


@pytest.fixture
def namespace(api: Api) -> str:
    name = dns_label("adapter-test", random_part())
    OpenShiftNamespaces(api).create(name, {RUN_LABEL: name})
    return name


def config_map(api: Api, namespace: str, name: str) -> tuple[ObjectRef, str]:
    meta = {"name": name, "namespace": namespace, "labels": {RUN_LABEL: namespace}}
    made = api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"a": "1"}})
    return made.ref, made.uid


def test_the_cluster_tells_who_it_is(api: Api, feeds: Feeds) -> None:
    cluster = OpenShiftCluster(api, feeds)
    assert cluster.cluster_name() == "embedded-lab"
    assert cluster.openshift_version().startswith("4.20")
    assert (cluster.mtv_version("openshift-mtv") or "").startswith("2.12")
    assert cluster.mtv_version("default") is None
    assert cluster.cluster_uid()


def test_a_feed_sees_creation_change_and_deletion(api: Api, feeds: Feeds, namespace: str) -> None:
    ref = ObjectRef("ConfigMap", "watched", namespace)
    feed = feeds.follow_one(ref, lambda found: str(found["data"]["a"]))
    seen = feed.await_change(0, 10)
    assert feed.latest() is None
    _, uid = config_map(api, namespace, "watched")
    seen = feed.await_change(seen, 10)
    assert feed.latest() == "1"
    api.merge(ref, {"data": {"a": "2"}})
    seen = feed.await_change(seen, 10)
    assert feed.latest() == "2"
    assert api.delete(ref, uid)
    feed.await_change(seen, 10)
    assert feed.latest() is None


def test_an_object_is_created_once_and_deleted_by_its_uid_only(api: Api, feeds: Feeds, namespace: str) -> None:
    objects = OpenShiftObjects(api, feeds)
    ref, uid = config_map(api, namespace, "mine")
    with pytest.raises(AlreadyExists, match="mine"):
        config_map(api, namespace, "mine")
    assert not objects.delete(ref, "somebody-else")
    assert objects.uid_of(ref) == uid
    assert objects.delete(ref, uid)
    assert objects.await_gone([(ref, uid)], 10) == []
    assert not objects.delete(ref, uid)


def test_what_stays_is_named_when_the_seconds_are_over(api: Api, feeds: Feeds, namespace: str) -> None:
    staying = config_map(api, namespace, "staying")
    assert OpenShiftObjects(api, feeds).await_gone([staying], 0.3) == [staying[0]]


def test_discovery_finds_what_was_put_into_a_namespace_and_no_furniture(api: Api, feeds: Feeds, namespace: str) -> None:
    objects = OpenShiftObjects(api, feeds)
    assert objects.contents(namespace) == []
    planted = config_map(api, namespace, "planted")
    assert objects.contents(namespace) == [planted]
    labelled = objects.labelled({RUN_LABEL: namespace}, ["", namespace])
    uid = objects.uid_of(ObjectRef("Namespace", namespace))
    assert sorted(labelled, key=lambda found: found[0].kind) == [planted, (ObjectRef("Namespace", namespace), uid)]


def test_a_namespace_is_gone_with_its_content(api: Api, feeds: Feeds, namespace: str) -> None:
    objects = OpenShiftObjects(api, feeds)
    content = config_map(api, namespace, "inside")
    ref = ObjectRef("Namespace", namespace)
    uid = objects.uid_of(ref) or ""
    assert objects.delete(ref, uid)
    assert objects.await_gone([(ref, uid), content], 20) == []


def test_the_forklift_pods_are_seen(feeds: Feeds) -> None:
    feed = OpenShiftHealth(feeds).pods("openshift-mtv", "forklift-")
    seen = feed.version()
    if feed.latest() is None:
        feed.await_change(seen, 10)
    pods = feed.latest() or {}
    assert any(name.startswith("forklift-controller") for name in pods)
    assert set(pods.values()) == {"Running"}


def test_a_profile_held_by_two_runs_gets_its_original_back_from_the_last(api: Api) -> None:
    storage = OpenShiftStorage(api)
    ref = ObjectRef("StorageProfile", storage.storage_classes()[0])
    before = api.get(ref) or {}
    wanted = {"claimPropertySets": [{"accessModes": ["ReadOnlyMany"], "volumeMode": "Filesystem"}]}
    assert "original" in storage.hold_profile(ref.name, wanted, "run-a")
    storage.hold_profile(ref.name, wanted, "run-b")
    with pytest.raises(StartError, match="run-a, run-b"):
        storage.hold_profile(ref.name, {"claimPropertySets": []}, "run-c")
    storage.release_profile(ref.name, "run-a")
    storage.release_profile(ref.name, "run-c")
    assert (api.get(ref) or {})["spec"]["claimPropertySets"] == wanted["claimPropertySets"]
    storage.release_profile(ref.name, "run-b")
    after = api.get(ref) or {}
    assert after["spec"] == before["spec"]
    assert HELD not in after["metadata"].get("annotations", {})


def test_a_profile_that_fits_is_left_alone(api: Api) -> None:
    storage = OpenShiftStorage(api)
    ref = ObjectRef("StorageProfile", storage.storage_classes()[0])
    before = api.get(ref) or {}
    fits = {"claimPropertySets": before.get("spec", {}).get("claimPropertySets")}
    assert storage.hold_profile(ref.name, fits, "run-a") == {}
    assert (api.get(ref) or {})["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


def test_a_tunnel_to_nobody_fails_in_the_servers_words(api: Api, namespace: str) -> None:
    with pytest.raises(GuestUnreachable, match="not found"):
        open_tunnel(api, namespace, "nobody", 22, 5)


def test_virtctl_is_fetched_once_and_then_cached(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.adapters.virtctl.finding.shutil.which", lambda _name: None)
    binary = find_virtctl(api, "4.20.1", tmp_path)
    assert binary.stat().st_mode & 0o777 == 0o755
    made = binary.stat().st_mtime_ns
    assert find_virtctl(api, "4.20.1", tmp_path) == binary
    assert binary.stat().st_mtime_ns == made


def test_user_and_password_log_in_and_the_token_is_given_back(lab_folder: Path) -> None:
    ends = json.loads((lab_folder / "endpoints.json").read_text())
    api = Api(
        ClusterAccess(
            host=ends["cluster"],
            username=ends["cluster_username"],
            password=Secret(ends["cluster_password"]),
            ca_file=lab_folder / "ca.crt",
        )
    )
    api.connect()
    token = api.token()
    api.close()
    reused = Api(ClusterAccess(host=ends["cluster"], token=token, ca_file=lab_folder / "ca.crt"))
    with pytest.raises(ClusterLoginError):
        reused.connect()
    reused.close()


def test_an_untrusted_certificate_names_the_settings_that_help(lab_folder: Path) -> None:
    ends = json.loads((lab_folder / "endpoints.json").read_text())
    api = Api(ClusterAccess(host=ends["cluster"], token=Secret("t")))
    with pytest.raises(ClusterUnreachable, match="cluster_ca"):
        api.connect()
