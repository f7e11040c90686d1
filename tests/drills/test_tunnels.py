"""Long connections into a migrated guest through both tunnels: many bytes, many commands, and a long silence.

SSH answers for every byte: each packet carries a checksum, and one that is wrong or missing ends the connection.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import paramiko
import pytest

from support.adapters.guest.virtctl_tunnel import VirtctlTunnel
from support.adapters.openshift.api import Api
from support.adapters.openshift.portforward import open_tunnel
from support.adapters.virtctl.finding import find_virtctl
from support.domain.access import ClusterAccess
from support.domain.errors import GuestUnreachable
from tests.drills.conftest import SPEED
from tests.drills.running_lab import RunningLab, acceptance, behave, finish, run_ids, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]

IDLE = float(os.environ.get("IDLE_SECONDS", "3"))
"""In the nightly run longer than the 60 s after which virt-api drops a client that answers no pings."""
_PACKET = 30_000
_MEGABYTES = 3

Open = Callable[[str, str, int, float], socket.socket]


class Moved:
    """A guest that was migrated and left running, and the ways to it."""

    def __init__(self, lab: RunningLab, api: Api, cache: Path) -> None:
        profile = json.loads((lab.folder / "providers.json").read_text())["vsphere"]
        self.user, self.password = profile["guest_vm_linux_user"], profile["guest_vm_linux_password"]
        (machine,) = api.list("VirtualMachineInstance")
        self.namespace, self.name = machine["metadata"]["namespace"], machine["metadata"]["name"]
        virtctl = VirtctlTunnel(api, lambda: find_virtctl(api, "any", cache))
        self.tunnels: dict[str, Open] = {
            "api": lambda namespace, name, port, seconds: open_tunnel(api, namespace, name, port, seconds),
            "virtctl": virtctl.open,
        }

    def way(self, kind: str) -> socket.socket:
        return self.tunnels[kind](self.namespace, self.name, 22, 15)

    def session(self, way: socket.socket) -> paramiko.Transport:
        transport = paramiko.Transport(way)
        transport.connect(username=self.user, password=self.password)
        return transport


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("tunnels")
    with running_lab(folder / "lab", "--speed", SPEED) as lab:
        reports = f"-Dreports_dir={folder / 'reports'}"
        done = finish(
            behave("--tags=@test_sanity_cold_mtv_migration", f"-Dlab={lab.folder}", reports, "-Dskip_teardown=true")
        )
        assert done.code == 0, done.text
        api = Api(ClusterAccess(kubeconfig=lab.folder / "kubeconfig"))
        api.connect()
        yield Moved(lab, api, folder / "cache")
        api.close()
        (run,) = run_ids(folder / "reports")
        cleaned = acceptance("cleanup", run, reports)
        assert cleaned.code == 0, cleaned.text
        assert not any(lab.diff().values()), lab.diff()


def hostname(transport: paramiko.Transport) -> str:
    with closing(transport.open_session(timeout=15)) as channel:
        channel.settimeout(15)
        channel.exec_command("hostname")
        with channel.makefile("rb") as answer:
            return answer.read().decode().strip()


@pytest.mark.parametrize("kind", ["api", "virtctl"])
def test_megabytes_towards_the_guest_and_many_commands_pass_one_connection(moved: Moved, kind: str) -> None:
    with closing(moved.way(kind)) as way, closing(moved.session(way)) as transport:
        first = hostname(transport)
        assert first
        for _ in range(_MEGABYTES * 1024 * 1024 // _PACKET):
            # paramiko's own send_ignore is malformed; a request that nobody knows and that wants no answer does.
            transport.global_request("filler@mtv-acceptance", (os.urandom(_PACKET),), wait=False)
        assert {hostname(transport) for _ in range(40)} == {first}


@pytest.mark.parametrize("kind", ["api", "virtctl"])
def test_a_connection_outlives_a_long_silence(moved: Moved, kind: str) -> None:
    with closing(moved.way(kind)) as way, closing(moved.session(way)) as transport:
        first = hostname(transport)
        time.sleep(IDLE)
        assert hostname(transport) == first


@pytest.mark.parametrize("kind", ["api", "virtctl"])
def test_tunnels_stand_side_by_side_and_one_that_closes_leaves_the_others(moved: Moved, kind: str) -> None:
    ways = [moved.way(kind) for _ in range(4)]
    sessions = [moved.session(way) for way in ways]
    names = {hostname(each) for each in sessions}
    sessions[0].close()
    ways[0].close()
    names |= {hostname(each) for each in sessions[1:]}
    assert len(names) == 1
    for session, way in zip(sessions[1:], ways[1:], strict=True):
        session.close()
        way.close()
    mine = [thread for thread in threading.enumerate() if thread.name.startswith("tunnel ")]
    for thread in mine:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize("kind", ["api", "virtctl"])
def test_where_nothing_listens_or_nobody_lives_the_reason_is_told(moved: Moved, kind: str) -> None:
    tunnel = moved.tunnels[kind]
    with pytest.raises(GuestUnreachable, match="refused"):
        tunnel(moved.namespace, moved.name, 4711, 15)
    with pytest.raises(GuestUnreachable, match="not found"):
        tunnel(moved.namespace, "nobody", 22, 15)
