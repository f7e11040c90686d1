"""The tunnel by virtctl, against programs that behave like it: well, badly, or not at all."""

import json
import os
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from support.adapters.guest import virtctl_tunnel
from support.adapters.guest.ssh import SshGuests
from support.adapters.guest.virtctl_tunnel import VirtctlTunnel
from support.adapters.openshift.api import Api
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError, ClusterLoginError, GuestUnreachable
from support.domain.machine import OsFamily
from support.domain.secret import Secret
from support.ports.guest import Login
from tests.adapters_openshift.scripted import Asked, Reply, Server, status

TOKEN = "sha256~a-token-nobody-may-see"
PRELUDE = """\
import json, os, select, signal, socket, sys, time
kubeconfig = next(word.split("=", 1)[1] for word in sys.argv if word.startswith("--kubeconfig="))
seen = {
    "argv": sys.argv[1:],
    "environment": sorted(os.environ),
    "mode": os.stat(kubeconfig).st_mode & 0o777,
    "kubeconfig": open(kubeconfig).read(),
    "path": kubeconfig,
    "pid": os.getpid(),
    "session": os.getsid(0),
}
with open(LOG, "w") as log:
    json.dump(seen, log)
"""
ECHO = """
os.write(1, b"hello ")
while data := os.read(0, 65536):
    while data:
        data = data[os.write(1, data):]
"""
FORWARD = """
with socket.create_connection(("127.0.0.1", PORT)) as guest:
    while True:
        for ready in select.select([guest, 0], [], [])[0]:
            data = os.read(0, 65536) if ready == 0 else guest.recv(65536)
            if not data:
                sys.exit(0)
            guest.sendall(data) if ready == 0 else os.write(1, data)
"""
REFUSED = """
sys.stderr.write(json.dumps({"level": "info", "msg": "dialling"}) + "\\n")
sys.stderr.write("can't access vmi/web.shop: VMI is not started\\n")
sys.exit(1)
"""
LOGGED = """
sys.stderr.write(json.dumps({"level": "error", "msg": "tunnel broke"}) + "\\n")
sys.exit(1)
"""
DEAF = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(1, b"hello")
time.sleep(60)
"""


class Program:
    """A program in place of virtctl, and what it saw when it was started."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "virtctl"
        self._log = folder / "seen.json"

    def does(self, what: str, **names: object) -> None:
        known = {"LOG": str(self._log), **names}
        constants = "".join(f"{name} = {value!r}\n" for name, value in known.items())
        self.path.write_text(f"#!{sys.executable}\n{constants}{PRELUDE}{what}")
        self.path.chmod(0o700)

    @property
    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._log.read_text())
        return found

    def lives(self) -> bool:
        try:
            os.kill(self.seen["pid"], 0)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    return Program(tmp_path)


def answers(asked: Asked) -> Reply:
    return Reply(body={"kind": "Namespace", "metadata": {"name": "kube-system", "uid": "u0"}})


@pytest.fixture
def tunnel(program: Program) -> Iterator[VirtctlTunnel]:
    with Server(answers) as server:
        api = Api(ClusterAccess(host=server.url, token=Secret(TOKEN)))
        api.connect()
        yield VirtctlTunnel(api, lambda: program.path)
        api.close()


def test_bytes_pass_both_ways_and_the_process_ends_with_the_socket(tunnel: VirtctlTunnel, program: Program) -> None:
    program.does(ECHO)
    with closing(tunnel.open("shop", "web", 22, 10)) as way:
        assert way.recv(6, socket.MSG_WAITALL) == b"hello "
        sent = os.urandom(64 * 1024)
        way.sendall(sent)
        assert way.recv(len(sent), socket.MSG_WAITALL) == sent
        assert program.lives()
    assert not program.lives()


def test_a_guest_is_logged_in_to_by_way_of_the_process(tunnel: VirtctlTunnel, program: Program, port: int) -> None:
    program.does(FORWARD, PORT=port)
    login = Login(user="root", password=Secret("right"), family=OsFamily.LINUX)
    guests = SshGuests(tunnel.open, pause=0.01, prepare=tunnel.prepare)
    guests.prepare()
    assert guests.identify("shop", "web", login, 10).hostname == "web1"
    assert not program.lives()


def test_the_token_is_in_a_private_file_only_and_the_file_is_gone_once_the_tunnel_stands(
    tunnel: VirtctlTunnel, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTV_CLUSTER_PASSWORD", "a-password-nobody-may-see")
    program.does(ECHO)
    with closing(tunnel.open("shop", "web", 22, 10)):
        seen = program.seen
        command = Path(f"/proc/{seen['pid']}/cmdline")
        if command.exists():
            assert TOKEN not in command.read_text()
        assert list(Path(tempfile.gettempdir()).iterdir()) == []
    assert seen["argv"] == [f"--kubeconfig={seen['path']}", "port-forward", "--stdio", "vmi/web/shop", "22"]
    assert TOKEN in seen["kubeconfig"]
    assert seen["mode"] == stat.S_IRUSR | stat.S_IWUSR
    assert seen["path"].startswith(tempfile.gettempdir())
    assert "MTV_CLUSTER_PASSWORD" not in seen["environment"]
    assert "PATH" in seen["environment"]


def test_an_interrupt_from_the_terminal_does_not_reach_the_process(tunnel: VirtctlTunnel, program: Program) -> None:
    program.does(ECHO)
    with closing(tunnel.open("shop", "web", 22, 10)):
        assert program.seen["session"] == program.seen["pid"] != os.getsid(0)


@pytest.mark.parametrize(
    ("does", "words"),
    [
        (REFUSED, "can't access vmi/web.shop: VMI is not started"),
        (LOGGED, "tunnel broke"),
        ("", "virtctl ended without a word"),
    ],
)
def test_what_virtctl_said_last_is_the_reason(tunnel: VirtctlTunnel, program: Program, does: str, words: str) -> None:
    program.does(does)
    with pytest.raises(GuestUnreachable) as caught:
        tunnel.open("shop", "web", 22, 10)
    assert str(caught.value) == f"guest shop/web, port 22: {words}"
    assert not program.lives()
    assert list(Path(tempfile.gettempdir()).iterdir()) == []


def test_a_tunnel_nobody_speaks_through_is_given_up_in_time(tunnel: VirtctlTunnel, program: Program) -> None:
    program.does("time.sleep(60)")
    began = time.monotonic()
    with pytest.raises(GuestUnreachable, match=r"virtctl brought no answer within 0\.5 s"):
        tunnel.open("shop", "web", 22, 0.5)
    assert time.monotonic() - began < 5
    assert not program.lives()


def test_a_process_that_will_not_end_is_killed(
    tunnel: VirtctlTunnel, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virtctl_tunnel, "_END_SECONDS", 0.2)
    program.does(DEAF)
    way = tunnel.open("shop", "web", 22, 10)
    way.close()
    assert not program.lives()
    way.close()


def test_a_program_that_cannot_be_started_is_no_fault_of_the_guest(tunnel: VirtctlTunnel, program: Program) -> None:
    program.path.write_text("no program")
    with pytest.raises(ClusterError, match=r"virtctl: .* does not start"):
        tunnel.open("shop", "web", 22, 10)


def test_a_login_that_is_no_longer_accepted_is_said_before_virtctl_is_asked(program: Program) -> None:
    refuses = False

    def script(asked: Asked) -> Reply:
        return status(401, "Unauthorized", "Unauthorized") if refuses else answers(asked)

    program.does(ECHO)
    with Server(script) as server:
        api = Api(ClusterAccess(host=server.url, token=Secret(TOKEN)))
        api.connect()
        refuses = True
        with pytest.raises(ClusterLoginError):
            VirtctlTunnel(api, lambda: program.path).open("shop", "web", 22, 10)
        api.close()


def test_virtctl_is_looked_for_once(program: Program) -> None:
    found: list[Path] = []

    def find() -> Path:
        found.append(program.path)
        return program.path

    tunnel = VirtctlTunnel(Api(ClusterAccess(host="api.example", token=Secret("t"))), find)
    tunnel.prepare()
    tunnel.prepare()
    assert found == [program.path]
