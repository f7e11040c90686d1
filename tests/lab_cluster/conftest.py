"""A cluster service on its own, in a thread with a loop of its own, for clients that nobody here wrote."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from kubernetes.client import ApiClient, Configuration, CoreV1Api
from kubernetes.dynamic import DynamicClient

from lab.cluster.service import ClusterService
from lab.cluster.store import Store
from lab.cluster.tokens import Tokens
from lab.kernel.clock import Clock
from lab.kernel.folder import write_private
from lab.kernel.requests import RequestJournal
from lab.kernel.service import Lab, Options
from lab.kernel.tls import new_authority
from lab.world.estate import pristine
from tests.lab_cluster.kubectl import kubectl  # noqa: F401 - a fixture for all files of this folder

Result = TypeVar("Result")


class Cluster:
    """One running API server and clients for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lab = Lab(
            folder=folder,
            options=Options(speed=40.0),
            clock=Clock(40.0),
            authority=new_authority(folder),
            requests=RequestJournal(),
            world=pristine(),
            store=Store(),
            tokens=Tokens(),
        )
        self.service = ClusterService()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.service.start(self.lab), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        await asyncio.sleep(0.1)  # clients that have just gone are noticed
        await self.service.stop()
        await asyncio.sleep(0.1)  # transports say goodbye on the loop

    def on_loop(self, call: Callable[[], Result]) -> Result:
        """Run something where the lab runs; nothing else may touch its store."""

        async def run() -> Result:
            return call()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

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
