"""An emulated oVirt engine, and the unmodified SDK connected to it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.kernel.service import Options
from lab.ovirt.service import OvirtService
from lab.world.model import Machine
from tests.harness.lab_in_thread import LabInThread

SPEED = 40.0
STANDSTILL = 1e-6
"""At this speed no job ends while a test runs."""


def the_sdk() -> Any:
    """Skips the test where it is not there, or cannot be loaded."""
    reason = "the oVirt SDK is not installed (it needs a C compiler)"
    return pytest.importorskip("ovirtsdk4", reason=reason, exc_type=ImportError)


class RunningEngine(LabInThread):
    """One engine and clients of it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.service = OvirtService()
        super().__init__(folder, Options(**{"speed": SPEED, **options}), [self.service])
        self._connections: list[Any] = []

    @property
    def url(self) -> str:
        return self.lab.endpoints["ovirt"]

    @property
    def server(self) -> str:
        return self.url.removesuffix("/ovirt-engine/api")

    def connect(self, **more: Any) -> Any:
        """A connection over verified TLS; nothing is sent until it is used."""
        account: dict[str, Any] = {"username": "admin@internal", "password": "lab-ovirt-password"}
        trust = {"ca_file": str(self.lab.folder / "ca.crt")}
        connection = the_sdk().Connection(url=self.url, timeout=30, **{**account, **trust, **more})
        self._connections.append(connection)
        return connection

    def stop(self) -> None:
        for connection in self._connections:
            connection.close(logout=False)
        super().stop()

    def stand_still(self) -> None:
        """Let no job that starts from now on come to its end."""
        self.lab.clock.speed = STANDSTILL

    def settle(self) -> None:
        """Wait until no job is under way."""

        async def jobs() -> None:
            runners = [job.runner for job in self.service.engine.jobs.values() if job.runner is not None]
            await asyncio.gather(*runners)

        self.wait_for(jobs())

    def machine(self, name: str) -> Machine:
        """A machine that is no template, as the world has it."""
        machines = self.world.ovirt.machines.values()
        return next(machine for machine in machines if machine.name == name and not machine.template)

    def boot(self, name: str) -> None:
        """Wait until a machine that was started is up."""
        machine = self.machine(name)

        async def up() -> None:
            changed = asyncio.Event()
            self.world.listen(lambda _machine: changed.set())
            while machine.power == "off" or self.world.booting(machine):
                await changed.wait()
                changed.clear()

        self.wait_for(up())


class Conversation:
    """What a client asks over and over."""

    def __init__(self, engine: RunningEngine, connection: Any) -> None:
        self.engine, self.connection = engine, connection
        self.system = connection.system_service()
        self.sdk = the_sdk()
        self.types = self.sdk.types

    def one(self, collection: str, name: str) -> Any:
        """The only resource of a name, such as `one("vms", "mtv-tests-rhel8")`."""
        (found,) = getattr(self.system, f"{collection}_service")().list(search=f'name="{name}"')
        return found

    def vm(self, name: str) -> Any:
        """The service of a machine."""
        return self.system.vms_service().vm_service(self.one("vms", name).id)

    def clone(self, template: str, name: str, **more: Any) -> Any:
        """Ask for a machine from a template; the answer."""
        types = self.types
        wanted = types.Vm(
            name=name,
            cluster=types.Cluster(name="lab-cluster"),
            template=types.Template(id=self.one("templates", template).id),
            **more,
        )
        return self.system.vms_service().add(wanted, clone=True)

    def cloned(self, template: str, name: str, **more: Any) -> Any:
        """The service of a machine from a template, once it is there."""
        made = self.clone(template, name, **more)
        self.engine.settle()
        return self.system.vms_service().vm_service(made.id)

    def codes(self, after: int = 0) -> list[int]:
        """Codes of the events after one, oldest first."""
        return [event.code for event in self.system.events_service().list(from_=after)]

    def last_event(self) -> int:
        (event,) = self.system.events_service().list(max=1)
        return int(event.id)


def _running(folder: Path, **options: Any) -> Iterator[RunningEngine]:
    running = RunningEngine(folder, **options)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RunningEngine]:
    yield from _running(tmp_path)


@pytest.fixture
def slow_engine(tmp_path: Path) -> Iterator[RunningEngine]:
    """Each of its answers takes a while."""
    yield from _running(tmp_path, jitter="slow=1")


@pytest.fixture
def busy_engine(tmp_path: Path) -> Iterator[RunningEngine]:
    """Its storage is busy."""
    yield from _running(tmp_path, defect="clones-slow", speed=400.0)


@pytest.fixture
def client(engine: RunningEngine) -> Conversation:
    return Conversation(engine, engine.connect())
