"""Which authority speaks for an engine: the one that its own host and port publish, proved before it is used."""

from contextlib import closing
from http.client import HTTPException, HTTPSConnection

from support.adapters.addresses import Address, address_of
from support.adapters.certificates import Peer, handshake, presented_chain, unverified, verifying
from support.domain.errors import SourceError, SourceUnreachable

_SECONDS = 30.0
_PUBLISHED = "/ovirt-engine/services/pki-resource?resource=ca-certificate&format=X509-PEM-CA"
_BEGIN = "-----BEGIN CERTIFICATE-----"


def server_of(url: str) -> Address:
    """Host and port of a profile's `api_url`. Raises StartError."""
    return address_of("oVirt", url, "https://HOST[:PORT]/ovirt-engine/api")._replace(path="")


def fetch_authority(server: Address, seconds: float = _SECONDS) -> str:
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


def proved_authority(server: Address) -> str:
    """As `fetch_authority`, and the chain of the web server where its certificate is from somebody else."""
    published = fetch_authority(server)
    try:
        prove(server, published)
    except SourceUnreachable:
        return f"{published.rstrip()}\n{presented_chain(_peer(server))}"
    return published


def prove(server: Address, authority: str | None) -> None:
    """Raise SourceUnreachable unless the engine is there and, with an authority, is whom this vouches for."""
    try:
        handshake(_peer(server), verifying(authority) if authority else unverified()).close()
    except OSError as error:
        advice = "; correct the host name in api_url or the certificate, or switch verification off"
        raise SourceUnreachable(
            f"oVirt engine {server}: no trusted connection ({error}){advice if authority else ''}"
        ) from error


def _peer(server: Address) -> Peer:
    return Peer(f"oVirt engine {server}", server.host, server.port)
