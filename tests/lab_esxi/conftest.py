"""A lab with its ESXi hosts alone, and a foreign SSH client."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import paramiko
import pytest

from lab.esxi.service import EsxiService
from lab.kernel.service import Options
from lab.world.consoles import Console
from tests.harness.lab_in_thread import LabInThread

Connect = Callable[..., paramiko.SSHClient]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabInThread]:
    running = LabInThread(tmp_path_factory.mktemp("esxi"), Options(speed=100), [EsxiService()])
    running.start()
    yield running
    running.stop()


@pytest.fixture
def host(lab: LabInThread) -> Console:
    return next(iter(lab.world.consoles.values()))


@pytest.fixture
def connect(host: Console) -> Iterator[Connect]:
    """Log in to the host; keywords as paramiko has them."""
    with ExitStack() as open_until_the_end:

        def log_in(**how: object) -> paramiko.SSHClient:
            address, _, port = host.address.partition(":")
            client = open_until_the_end.enter_context(paramiko.SSHClient())
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            known = {"username": "root", "look_for_keys": False, "allow_agent": False, "timeout": 20}
            client.connect(address, int(port), **(known | how))  # type: ignore[arg-type]
            return client

        yield log_in
