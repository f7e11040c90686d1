"""Bad input gets one clear error, exit code 2, no traceback, and creates nothing."""

from pathlib import Path

import pytest

from tests.drills.conftest import AsCluster
from tests.drills.running_lab import behave, finish

pytestmark = pytest.mark.drill


def refused(cluster: AsCluster, *said: str, **settings: str | None) -> str:
    """Run with these settings; it must not start, say all this, and leave everything as it was."""
    before = cluster.lab.state()
    done = finish(behave(*cluster.arguments(**settings)))
    assert done.code == 2, done.text
    for words in said:
        assert words in done.err, f"{words!r} is not in:\n{done.err}"
    assert "Traceback" not in done.text
    assert "lab-vcenter-password" not in done.text
    assert cluster.lab.state() == before
    return done.err


def test_a_missing_provider_file(cluster: AsCluster) -> None:
    refused(cluster, "nowhere.json", ".providers.json.example", providers_file="nowhere.json")


def test_an_empty_provider_file(cluster: AsCluster) -> None:
    refused(cluster, "empty", providers_file=cluster.file(""))


def test_a_lab_that_is_not_there_leaves_no_run_behind(tmp_path: Path) -> None:
    done = finish(behave("--tags=@tier0", f"-Dlab={tmp_path / 'nowhere'}", f"-Dreports_dir={tmp_path / 'reports'}"))
    assert done.code == 2, done.text
    assert f"acceptance lab up --dir {tmp_path / 'nowhere'}" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_place_of_the_provider_file(cluster: AsCluster) -> None:
    refused(cluster, str(cluster.folder), providers_file=str(cluster.folder))


def test_a_provider_file_that_is_not_json(cluster: AsCluster) -> None:
    refused(cluster, "line 2", providers_file=cluster.file('{"vsphere": {\n"type": }}'))


def test_all_problems_of_a_provider_file_at_once(cluster: AsCluster) -> None:
    path = cluster.profile(username=7, api_url="", type="vsphere")
    refused(cluster, "username", "api_url", providers_file=path)


def test_an_unknown_profile_names_those_there_are(cluster: AsCluster) -> None:
    refused(cluster, "vspere", "vsphere", source_provider="vspere")


def test_an_unknown_setting_names_the_nearest(cluster: AsCluster) -> None:
    refused(cluster, "storage_clas", "did you mean storage_class", storage_clas="x")


def test_a_cluster_without_source_and_storage_names_what_is_missing(cluster: AsCluster) -> None:
    refused(cluster, "source_provider", "storage_class", source_provider=None, storage_class=None)


def test_a_wrong_cluster_password(cluster: AsCluster) -> None:
    endpoints = cluster.lab.endpoints()
    said = refused(
        cluster,
        "kubeadmin",
        kubeconfig=None,
        cluster_host=endpoints["cluster"],
        cluster_username="kubeadmin",
        cluster_password="certainly-wrong",
        cluster_ca=str(cluster.lab.folder / "ca.crt"),
    )
    assert "certainly-wrong" not in said


def test_a_wrong_source_password(cluster: AsCluster) -> None:
    said = refused(cluster, "administrator@vsphere.local", providers_file=cluster.profile(password="certainly-wrong"))
    assert "certainly-wrong" not in said


def test_an_unreachable_api(cluster: AsCluster) -> None:
    refused(
        cluster, "127.0.0.1:9", kubeconfig=None, cluster_host="https://127.0.0.1:9", cluster_token="sha256~whatever"
    )


def test_an_api_whose_certificate_nobody_vouches_for(cluster: AsCluster) -> None:
    host = cluster.lab.endpoints()["cluster"]
    refused(cluster, "cluster_ca", kubeconfig=None, cluster_host=host, cluster_token="sha256~whatever")


def test_an_unreachable_source(cluster: AsCluster) -> None:
    refused(cluster, "127.0.0.1:9", providers_file=cluster.profile(api_url="https://127.0.0.1:9/sdk"))


def test_a_namespace_without_mtv(cluster: AsCluster) -> None:
    refused(cluster, "forklift-controller", "nowhere", "mtv_namespace", mtv_namespace="nowhere", wait_pods="3")


def test_a_storage_class_that_is_not_there_names_those_that_are(cluster: AsCluster) -> None:
    refused(cluster, "gold", "lab-block", storage_class="gold")


def test_an_empty_selection(cluster: AsCluster) -> None:
    done = finish(behave("--tags=@tier9"))
    assert done.code == 2
    assert "no scenario selected" in done.err
    assert "@tier0" in done.err
