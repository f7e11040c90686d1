"""The certificates that an address presents, proved before they are trusted, and contexts that trust them."""

import socket
import ssl
from collections.abc import Iterable
from typing import Any, NamedTuple

from support.domain.errors import SourceError, SourceUnreachable

_SECONDS = 30.0


class Peer(NamedTuple):
    """Who presents a chain: `name` is what messages call it; `host` carries no brackets."""

    name: str
    host: str
    port: int


def verifying(pem: str) -> ssl.SSLContext:
    """A context that trusts these certificates only and checks the host name."""
    context = ssl.create_default_context(cadata=pem)
    # A chain as fetched may end below its root; without this flag Python up to 3.12 refuses it (facts, sources 1.2).
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def pinned(pem: str) -> ssl.SSLContext:
    """A context for one certificate that is known to be the other side's, whatever name it is made out to."""
    context = verifying(pem)
    context.check_hostname = False
    return context


def unverified() -> ssl.SSLContext:
    """A context without any verification, for profiles that switch it off."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def presented_chain(peer: Peer, seconds: float = _SECONDS) -> str:
    """PEM chain that this peer presents; raises SourceError unless it then validates the peer."""
    pem = _presented(peer, seconds)
    try:
        with handshake(peer, verifying(pem), seconds):
            return pem
    except (OSError, ssl.SSLError) as error:
        raise SourceError(
            f"CA of {peer.name}: the chain it presents does not validate it ({error}); "
            "correct the host name in api_url or the certificate, or switch verification off"
        ) from error


def _presented(peer: Peer, seconds: float) -> str:
    try:
        with handshake(peer, unverified(), seconds) as connection:
            return "".join(ssl.DER_cert_to_PEM_cert(der) for der in _chain(connection))
    except (OSError, ssl.SSLError) as error:
        raise SourceUnreachable(
            f"CA of {peer.name}: could not be fetched ({error}); "
            "is it up, and are host and port those of api_url in the source profile?"
        ) from error


def handshake(peer: Peer, context: ssl.SSLContext, seconds: float = _SECONDS) -> ssl.SSLSocket:
    """A connection under this context, for the caller to close; raises OSError."""
    plain = socket.create_connection((peer.host, peer.port), timeout=seconds)
    try:
        return context.wrap_socket(plain, server_hostname=peer.host)
    except BaseException:
        plain.close()
        raise


def _chain(connection: Any) -> Iterable[bytes]:
    """The public method exists from Python 3.13 on; before, only its private ancestor does (3.10 and later)."""
    if hasattr(connection, "get_unverified_chain"):
        return [bytes(der) for der in connection.get_unverified_chain()]
    return [ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in _old_chain(connection)]


def _old_chain(connection: Any) -> Iterable[Any]:
    return connection._sslobj.get_unverified_chain() or ()
