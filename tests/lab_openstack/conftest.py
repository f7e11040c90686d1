"""An emulated OpenStack, and an unmodified openstacksdk connected to it."""

import asyncio
import gc
import json
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openstack
import pytest
import requests

from lab.kernel.service import Options
from lab.openstack.platform import Platform
from lab.openstack.service import OpenstackService
from lab.world.cloud import Cloud
from tests.harness.lab_in_thread import LabInThread

SPEED = 200.0
NOTHING: list[str] = []


class RunningOpenstack(LabInThread):
    """One cloud and clients of it."""

    def __init__(self, folder: Path) -> None:
        self.service = OpenstackService()
        super().__init__(folder, Options(speed=SPEED), [self.service])
        self._connections: list[Any] = []
        self._pristine: dict[str, str] = {}

    def start(self) -> None:
        super().start()
        self._pristine = self.marks()

    def stop(self) -> None:
        for connection in self._connections:
            connection.close()
        super().stop()
        with warnings.catch_warnings():
            # A handshake that the client broke off leaves its transport to the collector.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    @property
    def platform(self) -> Platform:
        return self.service.platform

    @property
    def cloud(self) -> Cloud:
        return self.world.cloud

    @property
    def url(self) -> str:
        return self.lab.endpoints["openstack"]

    @property
    def ca(self) -> str:
        return str(self.lab.folder / "ca.crt")

    def connect(self, **more: Any) -> Any:
        """A connection over verified TLS; the SDK sends nothing before the first use."""
        account = {
            "auth_url": self.url,
            "username": self.cloud.user,
            "password": self.cloud.password,
            "project_name": self.cloud.project,
            "user_domain_id": "default",
            "project_domain_id": "default",
            "region_name": self.cloud.region,
            "cacert": self.ca,
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the SDK warns of options of its own that nobody has set
            connection = openstack.connect(load_yaml_config=False, load_envvars=False, **{**account, **more})
        self._connections.append(connection)
        return connection

    def token(self) -> str:
        """A fresh token for requests that no SDK would send."""
        user = {"name": self.cloud.user, "password": self.cloud.password, "domain": {"id": "default"}}
        scope = {"project": {"name": self.cloud.project, "domain": {"id": "default"}}}
        identity = {"methods": ["password"], "password": {"user": user}}
        answer = self.raw("POST", "/identity/v3/auth/tokens", body={"auth": {"identity": identity, "scope": scope}})
        return answer.headers["X-Subject-Token"]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing that takes time gets on, so that what is under way can be looked at."""
        going, work = self.on_loop(asyncio.Event), Platform.work

        async def wait(platform: Platform, owner: str, seconds: float, what: str) -> None:
            await going.wait()
            await work(platform, owner, seconds, what)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Platform, "work", wait)
            yield
            self.on_loop(going.set)

    def marks(self) -> dict[str, str]:
        return self.on_loop(lambda: dict(self.service.fingerprint()))

    def differences(self) -> list[str]:
        """What is not as it was when the lab was ready."""
        before, now = self._pristine, self.marks()
        return sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))

    def raw(self, method: str, path: str, *, token: str = "", body: object = None, **headers: str) -> requests.Response:
        """A request as no SDK would send it; `path` is below the host."""
        text = None if body is None else json.dumps(body)
        host = self.url.removesuffix("/identity/v3")
        sent = {"X-Auth-Token": token, **{key.replace("_", "-"): value for key, value in headers.items()}}
        return requests.request(method, host + path, data=text, headers=sent, verify=self.ca, timeout=30)


def eventually(look: Callable[[], Any], holds: Callable[[Any], bool] = bool, seconds: float = 30) -> Any:
    """What is seen once something holds of it."""
    end = time.monotonic() + seconds
    while not holds(seen := look()):
        assert time.monotonic() < end, seen
        time.sleep(0.02)
    return seen


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOpenstack]:
    running = RunningOpenstack(tmp_path_factory.mktemp("openstack"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cloud(stack: RunningOpenstack) -> Any:
    """The SDK's connection."""
    return stack.connect()
