"""Logging in to a migrated guest and asking who it is.

It is paramiko directly: rrmngmnt opens a session per command and writes the password into every one of its log
records (openshift.md 6.1).
"""

import logging
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

import paramiko
import tenacity

from support.adapters.guest import ipconfig, iproute
from support.adapters.guest.dialects import OddAnswer, dialect_of
from support.domain.contents import GuestFile, TargetContents
from support.domain.errors import GuestLoginRefused, GuestUnreachable
from support.domain.machine import OsFamily
from support.domain.target import GuestIdentity, GuestNic
from support.ports.guest import Login

Tunnel = Callable[[str, str, int, float], socket.socket]
"""A connected socket to (namespace, machine, port) within seconds; raises GuestUnreachable."""

Answer = TypeVar("Answer")
Question = Callable[[paramiko.SSHClient, float], Answer]
"""What is asked in a session, within seconds for each command."""

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
        target = _Target(namespace, name, login)
        return self._asked(target, lambda client, limit: _identity(client, login.family, limit), seconds)

    def network(self, namespace: str, name: str, login: Login, seconds: float) -> tuple[GuestNic, ...]:
        """NICs as the guest has them set up; raises as `identify`."""
        target = _Target(namespace, name, login)
        return self._asked(target, lambda client, limit: _network(client, login.family, limit), seconds)

    def contents(self, namespace: str, name: str, login: Login, paths: Sequence[str], seconds: float) -> TargetContents:
        """Disks and files as the guest shows them; raises as `identify`, and SuiteError for an odd answer."""
        target = _Target(namespace, name, login)
        return self._asked(target, lambda client, limit: _contents(client, login.family, paths, limit), seconds)

    def write(self, namespace: str, name: str, login: Login, files: Sequence[GuestFile], seconds: float) -> None:
        """Write files and bring them to their disks; raises as `identify`, and SuiteError with what was refused."""
        target = _Target(namespace, name, login)
        self._asked(target, lambda client, limit: _write(client, login.family, files, limit), seconds)

    def _asked(self, target: "_Target", question: Question[Answer], seconds: float) -> Answer:
        deadline = time.monotonic() + seconds
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_come_up),
            stop=tenacity.stop_after_delay(seconds),
            wait=tenacity.wait_fixed(self._pause),
            reraise=True,
        )
        try:
            return again(lambda: self._ask(target, question, deadline))
        except paramiko.AuthenticationException as error:
            raise GuestLoginRefused(
                f"{target}: refused the login of {target.login.user}; check the profile's guest credentials for "
                f"{target.login.family.value}"
            ) from error
        except _NOT_UP as error:
            reason = str(error) or type(error).__name__
            raise GuestUnreachable(f"{target}: no SSH session within {seconds:g} s; last: {reason}") from error

    def _ask(self, target: "_Target", question: Question[Answer], deadline: float) -> Answer:
        limit = min(_ONE_ATTEMPT, max(1.0, deadline - time.monotonic()))
        tunnel = self._tunnel(target.namespace, target.name, _SSH, limit)
        with closing(tunnel) as way, closing(paramiko.SSHClient()) as client:
            client.set_missing_host_key_policy(_AnyHostKey())
            client.connect(
                target.name,
                username=target.login.user,
                password=target.login.password.reveal(),
                sock=way,
                timeout=limit,
                banner_timeout=limit,
                auth_timeout=limit,
                # Keys of whoever runs the suite are none of the guest's business and use up its attempts.
                look_for_keys=False,
                allow_agent=False,
            )
            return question(client, limit)


@dataclass(frozen=True, slots=True)
class _Target:
    """Whose guest, and who wants in."""

    namespace: str
    name: str
    login: Login

    def __str__(self) -> str:
        return f"guest {self.namespace}/{self.name}"


def _may_come_up(error: BaseException) -> bool:
    """A refused login is an SSHException, too, but waiting does not mend it (openshift.md 6.1)."""
    return isinstance(error, _NOT_UP) and not isinstance(error, paramiko.AuthenticationException)


def _identity(client: paramiko.SSHClient, family: OsFamily, seconds: float) -> GuestIdentity:
    hostname = (_run(client, "hostname", seconds) or "").strip()
    if not hostname:
        raise GuestUnreachable("the guest took the login but does not tell its host name")
    command = _MACHINE_IDS.get(family)
    told = (_run(client, command, seconds) or "").strip() if command else ""
    # Windows answers with a table whose last word is the value; Linux with the id alone.
    return GuestIdentity(hostname=hostname, machine_id=told.split()[-1] if told else None)


def _network(client: paramiko.SSHClient, family: OsFamily, seconds: float) -> tuple[GuestNic, ...]:
    def ask(command: str) -> str:
        return _run(client, command, seconds) or ""

    found = ipconfig.nics(ask(ipconfig.COMMAND)) if family is OsFamily.WINDOWS else _linux(ask)
    if not found:
        raise GuestUnreachable("the guest took the login but tells no network card")
    return found


def _linux(ask: Callable[[str], str]) -> tuple[GuestNic, ...]:
    dns = {"": iproute.resolver(ask(iproute.RESOLVER))}
    for device, connection in iproute.connections(ask(iproute.CONNECTIONS)).items():
        servers = iproute.servers(ask(iproute.name_servers_of(connection)))
        dns.update({device: servers} if servers else {})
    try:
        return iproute.nics(ask(iproute.ADDRESSES), [ask(command) for command in iproute.ROUTES], dns)
    except ValueError as error:
        raise GuestUnreachable(f"the guest's iproute2 answers otherwise than in JSON: {error}") from error


def _contents(client: paramiko.SSHClient, family: OsFamily, paths: Sequence[str], seconds: float) -> TargetContents:
    dialect = dialect_of(family)
    disks = dialect.disks([_run(client, question, seconds) or "" for question in dialect.questions])
    shown = {path: _run(client, dialect.show(path), seconds) for path in paths}
    files = tuple(GuestFile(path=path, text=text) for path, text in shown.items() if text is not None)
    return TargetContents(disks=disks, files=files)


def _write(client: paramiko.SSHClient, family: OsFamily, files: Sequence[GuestFile], seconds: float) -> None:
    dialect = dialect_of(family)
    commands = [command for file in files for command in dialect.write(file.path, file.text)]
    for command in (*commands, dialect.sync([file.path for file in files])):
        if _run(client, command, seconds) is None:
            raise OddAnswer(f"the guest took the login but refused `{command}`")


def _run(client: paramiko.SSHClient, command: str, seconds: float) -> str | None:
    """Standard output; None when the command failed."""
    _, out, _ = client.exec_command(command, timeout=seconds)
    text = out.read().decode(errors="replace")
    return text if out.channel.recv_exit_status() == 0 else None
