"""A TCP connection into a guest through the API's websocket, as an ordinary socket.

No helper program and no local port: what the API refuses arrives as its own words (facts/openshift.md 5.1, 5.3).
"""

import json
import logging
import selectors
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import websocket

from support.adapters.openshift.api import Api
from support.domain.errors import ClusterError, ClusterLoginError, GuestUnreachable

_LOG = logging.getLogger(__name__)

_PROTOCOL = "plain.kubevirt.io"
_CHUNK = 32 * 1024
_FRAME_SECONDS = 30.0
_BROKEN = (websocket.WebSocketException, OSError, ssl.SSLError)


def open_tunnel(api: Api, namespace: str, name: str, port: int, seconds: float) -> socket.socket:
    """A connected socket to a port of a running machine; closing it closes the tunnel.

    Raises GuestUnreachable with the server's reason (no such machine, not started, nothing listens), ClusterLoginError.
    """
    channel = _connected(api, namespace, name, port, seconds)
    ours, theirs = socket.socketpair()
    _Pump(channel, theirs, f"{namespace}/{name}:{port}").start()
    return ours


def _connected(api: Api, namespace: str, name: str, port: int, seconds: float) -> Any:
    path = (
        f"/apis/subresources.kubevirt.io/v1/namespaces/{quote(namespace)}"
        f"/virtualmachineinstances/{quote(name)}/portforward/{port}/tcp"
    )
    subject = f"guest {namespace}/{name}, port {port}"
    for last in (False, True):
        way = api.tunnel_parameters()
        try:
            return websocket.create_connection(
                way.url + path,
                header=[f"{key}: {value}" for key, value in way.headers.items()],
                subprotocols=[_PROTOCOL],
                sslopt={"context": way.tls},
                timeout=seconds,
            )
        except websocket.WebSocketBadStatusException as error:
            code = int(error.status_code or 0)
            # The websocket's own handshake renews nothing; an ordinary request does, and tells when it cannot.
            if code == 401 and not last:
                api.raw("GET", "/version")
                continue
            kind = ClusterLoginError if code in (401, 403) else GuestUnreachable
            raise kind(f"{subject}: {_said(error)}") from error
        except _BROKEN as error:
            raise GuestUnreachable(f"{subject}: no tunnel ({type(error).__name__}: {error})") from error
    raise ClusterError(f"{subject}: not reached")


def _said(error: Any) -> str:
    try:
        return str(json.loads(error.resp_body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"the API refused the tunnel (HTTP {error.status_code})"


class _Pump:
    """One thread that carries bytes between a websocket and a socket until one side is through.

    One, not two: a TLS connection must not be read and written at the same time before Python 3.13, and a connection
    that one thread closes while another waits in it would go on reading from whatever gets its file number next.
    """

    def __init__(self, channel: Any, local: socket.socket, subject: str) -> None:
        self._channel = channel
        self._local = local
        self._subject = subject

    def start(self) -> None:
        # Once something arrives, a whole frame does; idle periods are spent in the selector.
        self._channel.settimeout(_FRAME_SECONDS)
        threading.Thread(target=self._run, name=f"tunnel {self._subject}", daemon=True).start()

    def _run(self) -> None:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._local, selectors.EVENT_READ)
                selector.register(self._channel.sock, selectors.EVENT_READ)
                while self._carry(selector):
                    pass
        except _BROKEN as error:
            _LOG.debug("tunnel %s: ended (%s)", self._subject, type(error).__name__)
        finally:
            self._local.close()
            with suppress(*_BROKEN):
                self._channel.send_close()
            self._channel.shutdown()

    def _carry(self, selector: selectors.BaseSelector) -> bool:
        """Wait for bytes and move them; False when one side is through."""
        # What TLS has decrypted already does not show on the socket.
        waiting = bool(self._channel.sock.pending())
        ready = {key.fileobj for key, _ in selector.select(0 if waiting else None)}
        if self._local in ready and not self._to_guest():
            return False
        return not (waiting or self._channel.sock in ready) or self._from_guest()

    def _to_guest(self) -> bool:
        data = self._local.recv(_CHUNK)
        if data:
            self._channel.send_binary(data)
        return bool(data)

    def _from_guest(self) -> bool:
        """One frame; the library has answered a ping by the time it shows it."""
        kind, data = self._channel.recv_data(control_frame=True)
        if kind == websocket.ABNF.OPCODE_BINARY:
            self._local.sendall(data)
        return bool(kind != websocket.ABNF.OPCODE_CLOSE)
