"""virtctl from the cluster, used as people use it (checklist items 10 and 11 of facts/openshift.md section 9)."""

import io
import json
import signal
import socket
import ssl
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import paramiko
import pytest

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

NAME = "virtctl-clidownloads-kubevirt-hyperconverged"


def links(destination: "Destination") -> list[str]:
    download = destination.get("ConsoleCLIDownload", NAME, "")
    assert download is not None
    return [link["href"] for link in download["spec"]["links"]]


def fetch(destination: "Destination", url: str) -> bytes:
    context = ssl.create_default_context(cafile=str(destination.lab.folder / "ca.crt"))
    with urllib.request.urlopen(url, context=context, timeout=10) as answer:
        return bytes(answer.read())


@pytest.fixture
def virtctl(destination: "Destination") -> list[str]:
    """The command, from the archive for Linux."""
    url = next(link for link in links(destination) if "/amd64/linux/" in link)
    folder = destination.lab.folder
    with tarfile.open(fileobj=io.BytesIO(fetch(destination, url))) as archive:
        assert archive.getnames() == ["virtctl"]
        archive.extract("virtctl", folder, filter="data")
    return [str(folder / "virtctl"), "--kubeconfig", str(destination.kubeconfig())]


@pytest.fixture
def forwarding(virtctl: list[str]) -> Iterator["Forwarding"]:
    running = Forwarding(virtctl)
    yield running
    running.end()


class Forwarding:
    """`virtctl port-forward` on a free port."""

    def __init__(self, virtctl: list[str]) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port = int(probe.getsockname()[1])
        command = [*virtctl, "port-forward", "vm/m", f"{self.port}:22", "-n", "demo"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.first = self.line()

    def line(self) -> dict[str, str]:
        assert self._process.stderr is not None
        return dict(json.loads(self._process.stderr.readline()))

    def connect(self) -> socket.socket:
        """The first line comes before the listener, so the first attempts may be refused."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=0.5)
            except ConnectionRefusedError:
                assert self._process.poll() is None, "virtctl ended"
                time.sleep(0.01)
        raise AssertionError("virtctl never listened")

    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> int:
        self._process.send_signal(signal.SIGINT)
        _, _ = self._process.communicate(timeout=10)
        return self._process.returncode


def test_all_seven_links_are_listed_and_one_is_dead(destination: "Destination") -> None:
    """Item 11: the archive for Windows on ARM is missing, as it is today."""
    found = links(destination)
    assert len(found) == 7
    dead = []
    for url in found:
        try:
            fetch(destination, url)
        except urllib.error.HTTPError as missing:
            with missing:
                dead.append((url.partition("/arm64")[2], missing.code))
    assert dead == [("/windows/virtctl.zip", 404)]


def test_archives_hold_one_executable(destination: "Destination") -> None:
    """Item 11: `virtctl.exe` on Windows, an executable `virtctl` elsewhere."""
    found = links(destination)
    windows = next(link for link in found if "/amd64/windows/" in link)
    mac = next(link for link in found if "/arm64/mac/" in link)
    with zipfile.ZipFile(io.BytesIO(fetch(destination, windows))) as archive:
        assert archive.namelist() == ["virtctl.exe"]
    with zipfile.ZipFile(io.BytesIO(fetch(destination, mac))) as archive:
        assert archive.namelist() == ["virtctl"]
        assert archive.infolist()[0].external_attr >> 16 == 0o755


def test_the_stub_needs_nothing_but_python(virtctl: list[str]) -> None:
    """Item 11: any python3 runs it, and it reads a YAML kubeconfig."""
    command = [sys.executable, "-I", "-S", *virtctl, "version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    assert "Client Version" in done.stdout
    assert "Server Version" in done.stdout


def test_ssh_goes_through_standard_input_and_output(virtctl: list[str], yard: "Yard") -> None:
    """Item 11: `--stdio` as a ProxyCommand."""
    yard.running("m")
    command = paramiko.ProxyCommand(" ".join([*virtctl, "port-forward", "--stdio", "vm/m/demo", "22"]))
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    password = "lab-guest-password"
    client.connect("m", username="root", password=password, sock=command, look_for_keys=False, allow_agent=False)
    _, out, _ = client.exec_command("hostname")
    assert out.read() == b"mtv-rhel8\n"
    transport = client.get_transport()
    assert transport is not None
    client.close()
    transport.join(10)
    command.process.communicate(timeout=10)


def test_a_port_is_forwarded(yard: "Yard", forwarding: Forwarding) -> None:
    """Item 11: one JSON line on standard error, the banner of the guest behind the port, exit 0 on SIGINT."""
    yard.running("m")
    with closing(forwarding.connect()) as connection:
        connection.settimeout(10)
        assert connection.recv(64).startswith(b"SSH-2.0-")
    assert forwarding.first["msg"] == f"forwarding tcp 127.0.0.1:{forwarding.port} to 22"
    assert forwarding.end() == 0


def test_a_failed_dial_leaves_a_zombie(forwarding: Forwarding) -> None:
    """Item 11: it claims success for an absent machine, then lives on and answers nobody."""
    with closing(forwarding.connect()):
        assert forwarding.line()["msg"] == "opening new tcp tunnel to 22"
        failed = forwarding.line()
    assert failed["level"] == "error"
    assert "not found" in failed["msg"]
    with closing(forwarding.connect()) as second:
        second.settimeout(0.5)
        with pytest.raises(TimeoutError):
            second.recv(1)
    assert forwarding.alive()


def test_a_taken_port_ends_it(virtctl: list[str]) -> None:
    """Item 11: exit code 1 and a line that names the address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        command = [*virtctl, "port-forward", "vm/m", f"{port}:22"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr.splitlines()[-1]
