"""Which certificates speak for a vCenter: the chain its own host and port present, proved before it is used."""

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from support.domain.errors import SourceError, SourceUnreachable, StartError

_DEFAULT_PORT = 443
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the SDK is served; `host` carries no brackets, not even for IPv6."""

    host: str
    port: int
    path: str = "/sdk"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def endpoint_of(url: str) -> Endpoint:
    """Host, port and path of a profile's `api_url`; a bare host name is fine, the port is never guessed away."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise StartError(f"vSphere api_url '{url}': not a URL ({error})") from error
    if not host or parts.scheme != "https":
        raise StartError(f"vSphere api_url '{url}': expected https://HOST[:PORT]/sdk")
    return Endpoint(host, port or _DEFAULT_PORT, parts.path.rstrip("/") or "/sdk")


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


def fetch_chain(endpoint: Endpoint, seconds: float = _SECONDS) -> str:
    """PEM chain that this endpoint presents; raises SourceError unless it then validates the endpoint."""
    pem = _presented(endpoint, seconds)
    try:
        with _handshake(endpoint, verifying(pem), seconds):
            return pem
    except (OSError, ssl.SSLError) as error:
        raise SourceError(
            f"CA of vCenter {endpoint}: the chain it presents does not validate it ({error}); "
            "correct the host name in api_url or the certificate, or switch verification off"
        ) from error


def _presented(endpoint: Endpoint, seconds: float) -> str:
    try:
        with _handshake(endpoint, unverified(), seconds) as connection:
            return "".join(ssl.DER_cert_to_PEM_cert(der) for der in _chain(connection))
    except (OSError, ssl.SSLError) as error:
        raise SourceUnreachable(f"CA of vCenter {endpoint}: could not be fetched ({error})") from error


def _handshake(endpoint: Endpoint, context: ssl.SSLContext, seconds: float) -> ssl.SSLSocket:
    plain = socket.create_connection((endpoint.host, endpoint.port), timeout=seconds)
    try:
        return context.wrap_socket(plain, server_hostname=endpoint.host)
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
