"""The portforward websocket: raw TCP bytes in binary messages, refusals before the upgrade (facts/openshift.md 5.1)."""

import asyncio
import contextlib
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import is_true, phase_of, uid_of
from lab.virtualization.guest_view import reachable
from lab.virtualization.refusals import Refusal, not_found

PROTOCOL = "plain.kubevirt.io"
_CHUNK = 10240
_PING_SECONDS, _PONG_SECONDS = 1.0, 60.0


@dataclass(slots=True)
class PortForward:
    """One websocket per TCP connection."""

    lab: Lab

    async def open(self, request: web.Request) -> web.StreamResponse:
        instance = self._instance(request)
        reader, writer = await self._dial(instance, request)
        # autoping is off because the age of the last pong decides when a silent client is dropped
        socket = web.WebSocketResponse(protocols=(PROTOCOL,), autoping=False, max_msg_size=0)
        try:
            await socket.prepare(request)
            await _Tunnel(socket, reader, writer).run()
        finally:
            writer.close()
        return socket

    def _instance(self, request: web.Request) -> Object:
        """The instance to dial, or the refusal that virt-api would give; its phase is not checked."""
        namespace, name = request.match_info["namespace"], request.match_info["name"]
        instance = self.lab.store.get("VirtualMachineInstance", namespace, name)
        if "/virtualmachines/" in request.path:
            machine = self.lab.store.get("VirtualMachine", namespace, name)
            if machine is None:
                raise not_found("virtualmachines", name)
            if not (machine.get("status") or {}).get("created"):
                raise _conflict(name, "VMI is not started")
        if instance is None:
            raise not_found("virtualmachineinstances", name)
        if is_true(instance, "Paused"):
            raise _conflict(name, "VMI is paused")
        if not (instance.get("status") or {}).get("interfaces"):
            raise Refusal(400, "BadRequest", "no network interfaces are present")
        return instance

    async def _dial(self, instance: Object, request: web.Request) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the guest behind the first interface; only its SSH server ever listens."""
        first, port = instance["status"]["interfaces"][0], request.match_info["port"]
        address = f"{first.get('ipAddress', '')}:{port}"
        running = self.lab.world.running.get(uid_of(instance))
        protocol = request.match_info.get("protocol", "tcp")
        if running is None or port != "22" or protocol != "tcp" or phase_of(instance) != "Running":
            raise _undialled(address, "connection refused")
        if not first.get("ipAddress"):
            raise _undialled(address, "connection refused")
        if not reachable(running, str(first["mac"])):
            raise _undialled(address, "no route to host")
        host, _, local = running.ssh.rpartition(":")
        if not local:
            raise _undialled(address, "connection refused")
        try:
            return await asyncio.open_connection(host, int(local))
        except OSError as cause:
            raise _undialled(address, "connection refused") from cause


def _conflict(name: str, message: str) -> Refusal:
    subject = f'Operation cannot be fulfilled on virtualmachineinstance.kubevirt.io "{name}": {message}'
    return Refusal(409, "Conflict", subject, {"name": name, "group": "kubevirt.io"})


def _undialled(address: str, why: str) -> Refusal:
    message = f"Internal error occurred: dialing VM: dial tcp {address}: connect: {why}"
    return Refusal(500, "InternalError", message)


class _Tunnel:
    """Copies both ways until one side ends; a client that answers no ping for a minute is dropped."""

    def __init__(
        self, socket: web.WebSocketResponse, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._socket, self._reader, self._writer = socket, reader, writer
        self._heard = asyncio.get_running_loop().time()

    async def run(self) -> None:
        copies = [asyncio.ensure_future(step) for step in (self._to_guest(), self._to_client(), self._ping())]
        _, pending = await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        for copy in pending:
            copy.cancel()
        await asyncio.gather(*copies, return_exceptions=True)
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self._socket.close()

    async def _to_guest(self) -> None:
        async for message in self._socket:
            self._heard = asyncio.get_running_loop().time()
            if message.type is WSMsgType.BINARY:
                self._writer.write(message.data)
                await self._writer.drain()
            elif message.type is WSMsgType.PING:
                await self._socket.pong(message.data)

    async def _to_client(self) -> None:
        while data := await self._reader.read(_CHUNK):
            await self._socket.send_bytes(data)

    async def _ping(self) -> None:
        loop = asyncio.get_running_loop()
        while loop.time() - self._heard < _PONG_SECONDS:
            await self._socket.ping(b"keep alive")
            await asyncio.sleep(_PING_SECONDS)
