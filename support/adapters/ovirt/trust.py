"""Which authority speaks for an engine: the one that its own host and port publish, proved before it is used."""

from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from support.adapters.certificates import Peer, handshake, presented_chain, unverified, verifying
from support.domain.errors import SourceError, SourceUnreachable, StartError

_DEFAULT_PORT = 443
_SECONDS = 30.0
_PUBLISHED = "/ovirt-engine/services/pki-resource?resource=ca-certificate&format=X509-PEM-CA"
_BEGIN = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Server:
    """Where an engine is; `host` carries no brackets, not even for IPv6."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def server_of(url: str) -> Server:
    """Host and port of a profile's `api_url`; the port is never guessed away."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise StartError(f"oVirt api_url '{url}': not a URL ({error})") from error
    if not host or parts.scheme != "https":
        raise StartError(f"oVirt api_url '{url}': expected https://HOST[:PORT]/ovirt-engine/api")
    return Server(host, port or _DEFAULT_PORT)


def fetch_authority(server: Server, seconds: float = _SECONDS) -> str:
    """PEM of the engine's CA, which anybody may ask for. Raises SourceUnreachable, SourceError."""
    subject = f"CA of oVirt engine {server}"
    try:
        with closing(HTTPSConnection(server.host, server.port, context=unverified(), timeout=seconds)) as connection:
            connection.request("GET", _PUBLISHED)
            answer = connection.getresponse()
            pem = answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        raise SourceUnreachable(f"{subject}: could not be fetched ({type(error).__name__}: {error})") from error
    if answer.status != 200 or _BEGIN not in pem:
        raise SourceError(f"{subject}: expected a certificate at {_PUBLISHED}, got HTTP {answer.status} without one")
    return pem


def proved_authority(server: Server) -> str:
    """As `fetch_authority`, and the chain of the web server where its certificate is from somebody else."""
    published = fetch_authority(server)
    try:
        prove(server, published)
    except SourceUnreachable:
        return f"{published.rstrip()}\n{presented_chain(_peer(server))}"
    return published


def prove(server: Server, authority: str | None) -> None:
    """Raise SourceUnreachable unless the engine is there and, with an authority, is whom this vouches for."""
    try:
        handshake(_peer(server), verifying(authority) if authority else unverified()).close()
    except OSError as error:
        advice = "; correct the host name in api_url or the certificate, or switch verification off"
        raise SourceUnreachable(
            f"oVirt engine {server}: no trusted connection ({error}){advice if authority else ''}"
        ) from error


def _peer(server: Server) -> Peer:
    return Peer(f"oVirt engine {server}", server.host, server.port)
