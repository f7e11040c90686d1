"""A TCP connection into a guest through `virtctl port-forward --stdio`, for clusters where that is the known way.

One process per connection and no local port, so nobody else can use the tunnel and no listener is left behind
(facts/openshift.md 5.2).
"""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from support.adapters.openshift.api import Api
from support.domain.errors import ClusterError, GuestUnreachable

_END_SECONDS = 5.0
_LONGEST_REASON = 300
_OUR_SETTINGS = "MTV_"
"""Begin of the environment variables that may hold a password; none of them is virtctl's business."""


class VirtctlTunnel:
    """What SshGuests wants as a tunnel; `find` says where virtctl is, and may take as long as a download."""

    def __init__(self, api: Api, find: Callable[[], Path]) -> None:
        self._api = api
        self._find = find
        self._program: Path | None = None

    def prepare(self) -> None:
        """Have virtctl at hand before anything depends on it. Raises StartError."""
        if self._program is None:
            self._program = self._find()

    def open(self, namespace: str, name: str, port: int, seconds: float) -> socket.socket:
        """A connected socket to a port of a running machine, on which the guest speaks first, as SSH does.

        virtctl says nothing once a tunnel stands, so the guest's first byte is the proof. Closing the socket ends the
        process. Raises GuestUnreachable with virtctl's own last words, ClusterLoginError.
        """
        self.prepare()
        # virtctl renews nothing; an ordinary request does, and tells when it cannot.
        self._api.raw("GET", "/version")
        subject = f"guest {namespace}/{name}, port {port}"
        with tempfile.TemporaryDirectory(prefix="virtctl-") as folder, tempfile.TemporaryFile() as words:
            kubeconfig = Path(folder) / "kubeconfig"
            self._api.write_kubeconfig(kubeconfig)
            way = self._started(kubeconfig, f"vmi/{name}/{namespace}", port, words)
            try:
                return way.once_it_speaks(seconds)
            except GuestUnreachable as silence:
                way.close()
                raise GuestUnreachable(f"{subject}: {_last_words(words) or silence}") from silence
            except BaseException:
                way.close()
                raise

    def _started(self, kubeconfig: Path, target: str, port: int, words: IO[bytes]) -> "_Way":
        command = [str(self._program), f"--kubeconfig={kubeconfig}", "port-forward", "--stdio", target, str(port)]
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: S603 - the program that find_virtctl answers for
                    command,
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=words,
                    env={key: value for key, value in os.environ.items() if not key.startswith(_OUR_SETTINGS)},
                    # An interrupt from the terminal is for the suite, which still needs its tunnels to end well.
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise ClusterError(f"virtctl: {self._program} does not start ({error.strerror})") from error
        return _Way(ours, process)


class _Way(socket.socket):
    """Our end of a process's standard input and output; the process ends with it."""

    def __init__(self, ours: socket.socket, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(fileno=ours.detach())
        self._process = process

    def once_it_speaks(self, seconds: float) -> "_Way":
        """Itself, after the other side sent something, which stays to be read. Raises GuestUnreachable."""
        self.settimeout(seconds)
        try:
            spoke = self.recv(1, socket.MSG_PEEK)
        except TimeoutError as error:
            raise GuestUnreachable(f"virtctl brought no answer within {seconds:g} s") from error
        except OSError as error:
            raise GuestUnreachable(f"virtctl broke off ({error.strerror})") from error
        if not spoke:
            raise GuestUnreachable("virtctl ended without a word")
        self.settimeout(None)
        return self

    def close(self) -> None:
        super().close()
        # The end of its input should do; a virtctl that is still dialling does not read it.
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _last_words(words: IO[bytes]) -> str:
    """Why virtctl gave up: plain text for what ended it, JSON lines for what it did before."""
    words.seek(0)
    lines = [line for line in words.read().decode(errors="replace").splitlines() if line.strip()]
    plain = [line for line in lines if not line.startswith("{")]
    told = plain[-1] if plain else _message(lines[-1]) if lines else ""
    return told.strip()[:_LONGEST_REASON]


def _message(line: str) -> str:
    try:
        return str(json.loads(line).get("msg", ""))
    except ValueError:
        return line
