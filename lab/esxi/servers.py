"""The SSH side of a host: root by password, which ESXi asks for as keyboard-interactive, or by a key of its file."""

import hmac
import socket
from collections.abc import Callable, Collection, Sequence

import asyncssh

from lab.esxi.keys import Line, line_for
from lab.esxi.shell import reads_input
from lab.guests.answers import Answer
from lab.world.consoles import Console

Run = Callable[[Console, Line | None, str, str], Answer]
"""(console, line of the key that logged in, command, standard input)."""

_ROOT = "root"


class Server:
    """A host that is served."""

    def __init__(
        self, acceptor: asyncssh.SSHAcceptor, connections: Collection[asyncssh.connection.SSHConnection]
    ) -> None:
        self._acceptor, self._connections = acceptor, connections

    def close(self) -> None:
        """Nobody is left waiting."""
        self._acceptor.close()
        for connection in tuple(self._connections):
            connection.abort()


async def listen(listening: socket.socket, console: Console, run: Run) -> Server:
    """Serve a host on a socket that is open already."""
    logins: dict[asyncssh.connection.SSHConnection, Login] = {}

    def made() -> Login:
        return Login(console, logins)

    async def serve(process: asyncssh.SSHServerProcess[str]) -> None:
        login = logins[process.channel.get_connection()]
        command = process.command or ""
        given = await process.stdin.read() if reads_input(command) and not login.bound else ""
        answer = run(console, login.line, command, given)
        process.stdout.write(answer.out)
        process.stderr.write(answer.err)
        process.exit(answer.code)

    acceptor = await asyncssh.create_server(
        made,
        sock=listening,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        server_version="OpenSSH_9.4",
        process_factory=serve,
        agent_forwarding=False,
        encoding="utf-8",
        errors="surrogateescape",
    )
    return Server(acceptor, logins.keys())


class Login(asyncssh.SSHServer):
    """One connection; `line` is the key's, None after a password."""

    def __init__(self, console: Console, logins: "dict[asyncssh.connection.SSHConnection, Login]") -> None:
        self._console, self._logins = console, logins
        self.line: Line | None = None

    @property
    def bound(self) -> bool:
        """Whether its key may run one command only."""
        return self.line is not None and bool(self.line.command)

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._logins[conn] = self

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh names it
        self._logins.pop(self._connection, None)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh names it
        # paramiko asks for the service anew when it falls back from password to keyboard-interactive. OpenSSH, and so
        # ESXi, answers until somebody is logged in; asyncssh has no public way to do the same.
        self._connection._next_service = b"ssh-userauth"
        return True

    def password_auth_supported(self) -> bool:
        """ESXi 8.0.1 and later never offer it (facts/sources.md 2.1)."""
        return False

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, *_asked: str) -> tuple[str, str, str, Sequence[tuple[str, bool]]]:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        account = self._console.account
        return (
            username == account.user == _ROOT
            and len(responses) == 1
            and hmac.compare_digest(responses[0].encode(), account.password.encode())
        )

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        blob = key.export_public_key("openssh").decode().split()[1]
        self.line = line_for(self._console.keys, blob) if username == _ROOT else None
        return self.line is not None
