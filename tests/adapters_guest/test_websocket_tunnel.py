"""The tunnel through the API's websocket, against a server that does to it what virt-api does (openshift.md 5.1)."""

import asyncio
import os
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from support.adapters.openshift.api import Api, TunnelParameters
from support.adapters.openshift.portforward import open_tunnel
from support.domain.errors import ClusterLoginError, GuestUnreachable

Guest = Callable[[ServerConnection], Awaitable[None]]


class Cluster:
    """The part of Api that a tunnel asks, and the server behind it."""

    def __init__(self, certificate: str) -> None:
        self.certificate = certificate
        self.guest: Guest = _echo
        self.refusal: tuple[int, bytes] | None = None
        self.paths: list[str] = []
        self.tokens: list[str | None] = []
        self.renewed = 0
        self.closed = threading.Event()
        self.port = 0

    def tunnel_parameters(self) -> TunnelParameters:
        return TunnelParameters(
            url=f"wss://127.0.0.1:{self.port}",
            headers={"Authorization": f"Bearer t{self.renewed}"},
            tls=ssl.create_default_context(cadata=self.certificate),
        )

    def raw(self, method: str, path: str) -> None:
        """An ordinary request renews the login."""
        assert (method, path) == ("GET", "/version")
        self.renewed += 1

    async def serve(self, connection: ServerConnection) -> None:
        try:
            await self.guest(connection)
        except ConnectionClosed:
            pass
        finally:
            await connection.wait_closed()
            self.closed.set()

    def judge(self, connection: ServerConnection, request: Request) -> Response | None:
        self.paths.append(request.path)
        self.tokens.append(request.headers.get("Authorization"))
        if self.refusal is None:
            return None
        code, body = self.refusal
        response = connection.respond(HTTPStatus(code), "")
        response.body = body
        response.headers["Content-Length"] = str(len(body))
        return response


async def _echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and the certificate of 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    signed = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + signed.public_bytes(pem))
    return path


@pytest.fixture
def cluster(certified: Path) -> Iterator[Cluster]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certified)
    text = certified.read_text()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    made = Cluster(text[text.index("-----BEGIN CERT") :])

    async def start() -> Server:
        return await serve(
            made.serve,
            "127.0.0.1",
            0,
            process_request=made.judge,
            subprotocols=[Subprotocol("plain.kubevirt.io")],
            compression=None,
            ping_interval=0.1,
            ping_timeout=1,
            ssl=tls,
        )

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    made.port = next(iter(server.sockets)).getsockname()[1]
    yield made

    async def stop() -> None:
        server.close()
        await server.wait_closed()

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def opened(cluster: Cluster) -> socket.socket:
    way = open_tunnel(cast("Api", cluster), "shop", "web", 22, 5)
    way.settimeout(10)
    return way


def exactly(way: socket.socket, size: int) -> bytes:
    """So many bytes, or fewer at the end of the stream."""
    found = bytearray()
    while len(found) < size and (more := way.recv(size - len(found))):
        found += more
    return bytes(found)


def test_many_bytes_both_ways_at_once_come_back_as_they_were_sent(cluster: Cluster) -> None:
    sent = os.urandom(32 * 1024 * 1024)
    with closing(opened(cluster)) as way:
        sender = threading.Thread(target=way.sendall, args=(sent,))
        sender.start()
        assert exactly(way, len(sent)) == sent
        sender.join()
    assert cluster.paths == [
        "/apis/subresources.kubevirt.io/v1/namespaces/shop/virtualmachineinstances/web/portforward/22/tcp"
    ]


def test_messages_in_fragments_are_one_stream(cluster: Cluster) -> None:
    async def speak(connection: ServerConnection) -> None:
        await connection.send([b"SSH-", b"2.0-", b"guest\r\n"])
        await connection.send(b"and more")

    cluster.guest = speak
    with closing(opened(cluster)) as way:
        assert exactly(way, 23) == b"SSH-2.0-guest\r\nand more"


def test_an_idle_tunnel_stays_since_the_servers_pings_are_answered(cluster: Cluster) -> None:
    async def late(connection: ServerConnection) -> None:
        # Twice as long as the server would go without an answer to its pings.
        await asyncio.sleep(2.5)
        await connection.send(b"still here")

    cluster.guest = late
    with closing(opened(cluster)) as way:
        assert exactly(way, 10) == b"still here"


def test_the_guests_end_is_the_end_of_the_stream_after_its_last_byte(cluster: Cluster) -> None:
    async def brief(connection: ServerConnection) -> None:
        await connection.send(b"bye")
        await connection.close()

    cluster.guest = brief
    with closing(opened(cluster)) as way:
        assert exactly(way, 3) == b"bye"
        assert way.recv(1) == b""


def test_a_connection_that_breaks_without_a_farewell_is_an_end_too(cluster: Cluster) -> None:
    async def breaks(connection: ServerConnection) -> None:
        await connection.send(b"bye")
        connection.transport.abort()

    cluster.guest = breaks
    with closing(opened(cluster)) as way:
        assert exactly(way, 3) == b"bye"
        assert way.recv(1) == b""


def test_closing_the_socket_ends_the_tunnel_and_its_threads(cluster: Cluster) -> None:
    way = opened(cluster)
    way.sendall(b"x")
    assert way.recv(1) == b"x"
    mine = [thread for thread in threading.enumerate() if thread.name == "tunnel shop/web:22"]
    assert mine
    way.close()
    assert cluster.closed.wait(10)
    for thread in mine:
        thread.join(10)
        assert not thread.is_alive()


def test_a_refusal_comes_in_the_apis_own_words(cluster: Cluster) -> None:
    cluster.refusal = (409, b'{"kind": "Status", "message": "VMI is not started"}')
    with pytest.raises(GuestUnreachable, match="guest shop/web, port 22: VMI is not started"):
        opened(cluster)


def test_an_expired_token_is_renewed_once_and_then_said(cluster: Cluster) -> None:
    cluster.refusal = (401, b"Unauthorized")
    with pytest.raises(ClusterLoginError, match="HTTP 401"):
        opened(cluster)
    assert cluster.tokens == ["Bearer t0", "Bearer t1"]


def test_nobody_at_the_port_is_said(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        cluster.port = probe.getsockname()[1]
    with pytest.raises(GuestUnreachable, match="no tunnel"):
        opened(cluster)
