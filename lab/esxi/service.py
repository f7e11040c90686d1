"""One SSH server for each ESXi host of the estate."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from lab.esxi.keys import Line, forced
from lab.esxi.shell import EsxiShell
from lab.guests.answers import Answer
from lab.guests.commands_told import tell
from lab.kernel.fingerprint import digest
from lab.kernel.service import Lab
from lab.world.consoles import Console

if TYPE_CHECKING:
    from lab.esxi.servers import Run, Server


class EsxiService:
    """Ports are open at once; who comes early waits until the SSH library is there."""

    name = "esxi"

    def __init__(self) -> None:
        self._lab: Lab | None = None
        self._listening: list[socket.socket] = []
        self._opening: asyncio.Task[None] | None = None
        self._servers: list[Server] = []

    async def start(self, lab: Lab) -> None:
        self._lab = lab
        for console in lab.world.consoles.values():
            listening = socket.create_server(("127.0.0.1", 0))
            console.address = lab.endpoints[console.name] = f"127.0.0.1:{listening.getsockname()[1]}"
            self._listening.append(listening)
        self._opening = asyncio.get_running_loop().create_task(self._open(lab))

    async def _open(self, lab: Lab) -> None:
        listen = await asyncio.to_thread(_listener)
        for listening, console in zip(self._listening, lab.world.consoles.values(), strict=True):
            self._servers.append(await listen(listening, console, self.answer))

    async def stop(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
        for server in self._servers:
            server.close()
        for listening in self._listening:
            listening.close()

    def fingerprint(self) -> Mapping[str, str]:
        """What is on the hosts, however it came there."""
        lab = self._lab
        consoles = lab.world.consoles.values() if lab is not None else ()
        return {f"hosts/{console.name}": digest(console.contents) for console in consoles}

    def answer(self, console: Console, line: Line | None, command: str, given: str) -> Answer:
        """Run a command, or what its key is bound to instead."""
        if line is not None and line.command:
            answer = forced(line.command, command)
        else:
            answer = EsxiShell(console).run(command, given)
            console.tree.sync()
        if self._lab is not None:
            tell(self._lab, self.name, "esxi", command, answer)
        return answer


def _listener() -> "Callable[[socket.socket, Console, Run], Awaitable[Server]]":
    from lab.esxi.servers import listen  # its SDK takes long to import

    return listen
