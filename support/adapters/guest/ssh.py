"""Logging in to a migrated guest and asking who it is.

It is paramiko directly: rrmngmnt opens a session per command and writes the password into every one of its log
records (openshift.md 6.1).
"""

import logging
import socket
import time
from collections.abc import Callable
from contextlib import closing

import paramiko
import tenacity

from support.domain.errors import GuestLoginRefused, GuestUnreachable
from support.domain.machine import OsFamily
from support.domain.target import GuestIdentity
from support.ports.guest import Login

Tunnel = Callable[[str, str, int, float], socket.socket]
"""A connected socket to (namespace, machine, port) within seconds; raises GuestUnreachable."""

_SSH = 22
_PAUSE = 1.0
_ONE_ATTEMPT = 15.0
"""Longest wait in seconds for a tunnel, a banner, a login or an answer."""

_MACHINE_IDS = {
    OsFamily.LINUX: "cat /etc/machine-id",
    OsFamily.WINDOWS: r"reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid",
}
_NOT_UP = (GuestUnreachable, paramiko.SSHException, OSError, EOFError)

# paramiko writes whole tracebacks for every guest whose sshd is still starting; what matters is in our errors.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


class _AnyHostKey(paramiko.MissingHostKeyPolicy):
    """Takes the guest's key unseen: nobody knew it before, and the tunnel's own TLS leads to this machine."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Nothing is remembered."""


class SshGuests:
    """The port Guests."""

    def __init__(self, tunnel: Tunnel, pause: float = _PAUSE, prepare: Callable[[], None] | None = None) -> None:
        self._tunnel = tunnel
        self._pause = pause
        self._prepare = prepare

    def prepare(self) -> None:
        """Whatever the tunnel needs first. Raises StartError."""
        if self._prepare is not None:
            self._prepare()

    def identify(self, namespace: str, name: str, login: Login, seconds: float) -> GuestIdentity:
        """Host name and machine id. Raises GuestUnreachable with the last reason, GuestLoginRefused at once."""
        deadline = time.monotonic() + seconds
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_come_up),
            stop=tenacity.stop_after_delay(seconds),
            wait=tenacity.wait_fixed(self._pause),
            reraise=True,
        )
        subject = f"guest {namespace}/{name}"
        try:
            return again(lambda: self._ask(namespace, name, login, deadline))
        except paramiko.AuthenticationException as error:
            raise GuestLoginRefused(
                f"{subject}: refused the login of {login.user}; check the profile's guest credentials for "
                f"{login.family.value}"
            ) from error
        except _NOT_UP as error:
            reason = str(error) or type(error).__name__
            raise GuestUnreachable(f"{subject}: no SSH session within {seconds:g} s; last: {reason}") from error

    def _ask(self, namespace: str, name: str, login: Login, deadline: float) -> GuestIdentity:
        limit = min(_ONE_ATTEMPT, max(1.0, deadline - time.monotonic()))
        with closing(self._tunnel(namespace, name, _SSH, limit)) as way, closing(paramiko.SSHClient()) as client:
            client.set_missing_host_key_policy(_AnyHostKey())
            client.connect(
                name,
                username=login.user,
                password=login.password.reveal(),
                sock=way,
                timeout=limit,
                banner_timeout=limit,
                auth_timeout=limit,
                # Keys of whoever runs the suite are none of the guest's business and use up its attempts.
                look_for_keys=False,
                allow_agent=False,
            )
            return _identity(client, login.family, limit)


def _may_come_up(error: BaseException) -> bool:
    """A refused login is an SSHException, too, but waiting does not mend it (openshift.md 6.1)."""
    return isinstance(error, _NOT_UP) and not isinstance(error, paramiko.AuthenticationException)


def _identity(client: paramiko.SSHClient, family: OsFamily, seconds: float) -> GuestIdentity:
    hostname = _run(client, "hostname", seconds)
    if not hostname:
        raise GuestUnreachable("the guest took the login but does not tell its host name")
    command = _MACHINE_IDS.get(family)
    told = _run(client, command, seconds) if command else ""
    # Windows answers with a table whose last word is the value; Linux with the id alone.
    return GuestIdentity(hostname=hostname, machine_id=told.split()[-1] if told else None)


def _run(client: paramiko.SSHClient, command: str, seconds: float) -> str:
    """Standard output, stripped; empty when the command failed."""
    _, out, _ = client.exec_command(command, timeout=seconds)
    text = out.read().decode(errors="replace").strip()
    return text if out.channel.recv_exit_status() == 0 else ""
