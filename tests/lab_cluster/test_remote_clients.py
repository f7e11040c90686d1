"""The Python clients, openshift-python-wrapper and a guest's SSH through the tunnel, on the lab's second cluster."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websocket
from kubernetes import config
from kubernetes.client import ApiClient, Configuration, CoreV1Api, CustomObjectsApi
from kubernetes.watch import Watch
from ocp_resources.namespace import Namespace
from ocp_resources.resource import get_client

from tests.harness.lab_process import lab_process
from tests.lab_cluster.conftest import hang_up

Object = dict[str, Any]
MACHINES = ("kubevirt.io", "v1", "guests", "virtualmachines")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with lab_process(tmp_path_factory.mktemp("remote") / "lab", "--speed", "40") as ready:
        yield ready


@pytest.fixture
def client(folder: Path) -> Iterator[ApiClient]:
    made = config.new_client_from_config(str(folder / "remote-kubeconfig"))
    yield made
    hang_up(made)


def test_the_wrapper_logs_in_with_the_accounts_of_that_cluster(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "ca.crt"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    endpoints, configuration = json.loads((folder / "endpoints.json").read_text()), Configuration()
    configuration.ssl_ca_cert = str(folder / "ca.crt")
    client = get_client(
        client_configuration=configuration,
        username=endpoints["remote_cluster_username"],
        password=endpoints["remote_cluster_password"],
        host=endpoints["remote_cluster"],
        verify_ssl=True,
    )
    try:
        with Namespace(client=client, name="wrapped") as made:
            assert made.exists
        assert not made.exists
    finally:
        hang_up(client.client)
        Configuration.set_default(None)


def test_a_guest_answers_ssh_through_that_clusters_tunnel(folder: Path, client: ApiClient) -> None:
    core, objects = CoreV1Api(client), CustomObjectsApi(client)
    core.create_namespace({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "guests"}})
    objects.create_namespaced_custom_object(*MACHINES, _machine())
    for event in Watch().stream(objects.list_namespaced_custom_object, *MACHINES, timeout_seconds=60):
        if _connected(event["object"]):
            break
    host = client.configuration.host.replace("https", "wss")
    path = "/apis/subresources.kubevirt.io/v1/namespaces/guests/virtualmachines/made-there/portforward/22/tcp"
    tunnel = websocket.create_connection(
        f"{host}{path}",
        header={"Authorization": client.configuration.api_key["authorization"]},
        subprotocols=["plain.kubevirt.io"],
        sslopt={"ca_certs": str(folder / "ca.crt"), "cert_reqs": ssl.CERT_REQUIRED},
        timeout=20,
    )
    _, banner = tunnel.recv_data()
    assert banner.startswith(b"SSH-2.0-OpenSSH")
    tunnel.close()
    core.delete_namespace("guests")


def _connected(machine: Object) -> bool:
    conditions = machine.get("status", {}).get("conditions", ())
    return any(each["type"] == "AgentConnected" for each in conditions)


def _machine() -> Object:
    devices = {
        "disks": [{"name": "root", "disk": {"bus": "virtio"}}],
        "interfaces": [{"name": "pod", "masquerade": {}}],
    }
    template = {
        "domain": {"memory": {"guest": "2Gi"}, "devices": devices},
        "networks": [{"name": "pod", "pod": {}}],
        "volumes": [{"name": "root", "dataVolume": {"name": "root"}}],
    }
    source = {"kind": "DataSource", "name": "rhel9", "namespace": "openshift-virtualization-os-images"}
    volume = {"metadata": {"name": "root"}, "spec": {"sourceRef": source, "storage": {}}}
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": "made-there"},
        "spec": {"runStrategy": "Always", "template": {"spec": template}, "dataVolumeTemplates": [volume]},
    }
