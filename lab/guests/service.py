"""One SSH server per guest that is up; it appears and vanishes with its guest."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncssh

from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.guests.accounts import accepts, knows
from lab.guests.commands_told import tell
from lab.guests.shells import shell_of
from lab.guests.system import on_destination
from lab.kernel.service import Lab
from lab.world.model import Machine, RunningGuest

_VERSIONS = {"linux": "OpenSSH_8.0", "windows": "OpenSSH_for_Windows_8.1"}


class GuestsService:
    """Follows `World.running`; a server's address is in its guest's `ssh`."""

    def __init__(self, name: str = "guests") -> None:
        self.name = name
        self._lab: Lab | None = None
        self._servers: dict[str, GuestServer] = {}
        self._changed = asyncio.Event()
        self._follower: asyncio.Task[None] | None = None

    async def start(self, lab: Lab) -> None:
        self._lab = lab
        lab.world.listen(self._note)
        self._follower = asyncio.get_running_loop().create_task(self._follow(lab))

    async def stop(self) -> None:
        if self._follower is not None:
            self._follower.cancel()
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    def fingerprint(self) -> Mapping[str, str]:
        """A server that is still there after its guest should be gone."""
        return {f"ssh/{server.running.namespace}/{server.running.machine}": "up" for server in self._servers.values()}

    def _note(self, _machine: Machine | None) -> None:
        self._changed.set()

    async def _follow(self, lab: Lab) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            for uid in self._servers.keys() - lab.world.running.keys():
                self._servers.pop(uid).close()
            for uid, running in list(lab.world.running.items()):
                if uid not in self._servers and not chosen(lab, Fault.SSH_SILENT):
                    self._servers[uid] = server = GuestServer(lab, self.name, running)
                    await server.open()


@dataclass(slots=True)
class GuestServer:
    """Password logins of the guest's own users, commands of its own system."""

    lab: Lab
    service: str
    """Whose name its commands have in the journal."""
    running: RunningGuest
    connections: set[asyncssh.SSHServerConnection] = field(default_factory=set)
    _acceptor: asyncssh.SSHAcceptor | None = None

    async def open(self) -> None:
        """Listen on a free loopback port with a host key of its own."""
        listening = socket.create_server(("127.0.0.1", 0))
        try:
            self._acceptor = await self._listen(listening)
        except BaseException:  # a lab that ends while a guest boots must not leave the socket to the garbage collector
            listening.close()
            raise
        self.running.ssh = f"127.0.0.1:{self._acceptor.get_port()}"

    async def _listen(self, listening: socket.socket) -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Login(self),
            sock=listening,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            server_version=_VERSIONS[self.running.guest.family],
            process_factory=self._serve,
            agent_forwarding=False,
            encoding="utf-8",
            errors="surrogateescape",
        )

    def close(self) -> None:
        self.running.ssh = ""
        if self._acceptor is not None:
            self._acceptor.close()
        for connection in tuple(self.connections):
            connection.abort()

    async def _serve(self, process: asyncssh.SSHServerProcess[str]) -> None:
        user = str(process.get_extra_info("username"))
        shell = shell_of(on_destination(self.running), user)
        lines = [process.command] if process.command else [line async for line in process.stdin]
        code = 0
        for line in lines:
            answer = shell.run(line)
            code = answer.code
            process.stdout.write(answer.out)
            process.stderr.write(answer.err)
            tell(self.lab, self.service, "guest", line, answer)
        process.exit(code)


class _Login(asyncssh.SSHServer):
    def __init__(self, server: GuestServer) -> None:
        self._server = server
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh names it
        if self._connection is not None:
            self._server.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh names it
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return knows(self._server.running.guest, username, password)

    def public_key_auth_supported(self) -> bool:
        return bool(self._server.running.guest.keys)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        line = key.export_public_key("openssh").decode()
        return accepts(self._server.running.guest, username, line)
