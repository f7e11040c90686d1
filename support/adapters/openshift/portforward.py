"""A TCP connection into a guest through the API's websocket, as an ordinary socket.

No helper program and no local port: what the API refuses arrives as its own words (facts/openshift.md 5.1, 5.3).
"""

import json
import logging
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
                enable_multithread=True,
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
    """Two threads that carry bytes between a websocket and a socket until one side is through."""

    def __init__(self, channel: Any, local: socket.socket, subject: str) -> None:
        self._channel = channel
        self._local = local
        self._subject = subject

    def start(self) -> None:
        # Reading must never pause: the library answers the server's pings inside recv, and 60 s without ends it all.
        self._channel.settimeout(None)
        for work in (self._to_guest, self._from_guest):
            threading.Thread(target=work, name=f"tunnel {self._subject}", daemon=True).start()

    def _to_guest(self) -> None:
        try:
            while data := self._local.recv(_CHUNK):
                self._channel.send_binary(data)
        except _BROKEN as error:
            _LOG.debug("tunnel %s: towards the guest ended (%s)", self._subject, type(error).__name__)
        self._close()

    def _from_guest(self) -> None:
        try:
            while True:
                kind, data = self._channel.recv_data()
                if kind == websocket.ABNF.OPCODE_CLOSE:
                    break
                self._local.sendall(data)
        except _BROKEN as error:
            _LOG.debug("tunnel %s: from the guest ended (%s)", self._subject, type(error).__name__)
        self._close()

    def _close(self) -> None:
        # A shutdown wakes the other thread; whoever comes second finds everything closed.
        for shut in (self._channel.shutdown, lambda: self._local.shutdown(socket.SHUT_RDWR), self._local.close):
            with suppress(*_BROKEN):
                shut()
