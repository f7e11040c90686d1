"""A cluster service on its own, for clients that nobody here wrote."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient, Configuration, CoreV1Api
from kubernetes.dynamic import DynamicClient

from lab.cluster.service import ClusterService
from lab.kernel.folder import write_private
from lab.kernel.service import Options
from tests.harness.lab_in_thread import LabInThread
from tests.lab_cluster.kubectl import kubectl  # noqa: F401 - a fixture for all files of this folder


class Cluster(LabInThread):
    """One running API server and clients for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.service = folder, ClusterService()
        super().__init__(folder, Options(speed=40.0), [self.service])

    def stop(self) -> None:
        self.wait_for(asyncio.sleep(0.1))  # clients that have just gone are noticed
        super().stop()

    @property
    def url(self) -> str:
        return self.lab.endpoints["cluster"]

    @property
    def ca(self) -> str:
        return str(self.folder / "ca.crt")

    def token(self, user: str = "kubeadmin", **more: Any) -> str:
        return self.on_loop(lambda: self.lab.tokens.issue(user, **more))

    def api_client(self, token: str = "") -> ApiClient:
        configuration = Configuration()
        configuration.host, configuration.ssl_ca_cert = self.url, self.ca
        configuration.api_key = {"authorization": f"Bearer {token or self.token()}"}
        return ApiClient(configuration)

    def kubeconfig(self) -> Path:
        path = self.folder / "kubeconfig"
        write_private(
            path,
            f"""apiVersion: v1
kind: Config
clusters: [{{name: lab, cluster: {{server: "{self.url}", certificate-authority: "{self.ca}"}}}}]
users: [{{name: admin, user: {{token: "{self.token()}"}}}}]
contexts: [{{name: lab, context: {{cluster: lab, namespace: default, user: admin}}}}]
current-context: lab
""",
        )
        return path


def hang_up(client: ApiClient) -> None:
    """Close the client's connections now; by itself it leaves that to the garbage collector."""
    pools = client.rest_client.pool_manager.pools
    for key in list(pools.keys()):
        pools[key].close()
    client.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Iterator[ApiClient]:
    made = cluster.api_client()
    yield made
    hang_up(made)


@pytest.fixture(scope="module")
def core(client: ApiClient) -> CoreV1Api:
    return CoreV1Api(client)


@pytest.fixture(scope="module")
def dynamic(client: ApiClient, tmp_path_factory: pytest.TempPathFactory) -> DynamicClient:
    return DynamicClient(client, cache_file=str(tmp_path_factory.mktemp("discovery") / "cache.json"))


@pytest.fixture
def namespace(core: CoreV1Api, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own."""
    made = core.create_namespace({"metadata": {"generateName": "test-"}, "apiVersion": "v1", "kind": "Namespace"})
    yield made.metadata.name
    core.delete_namespace(made.metadata.name)
