"""Where a vCenter is, and the chain that its own host and port present."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from support.adapters.certificates import Peer, presented_chain
from support.domain.errors import StartError

_DEFAULT_PORT = 443


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


def fetch_chain(endpoint: Endpoint) -> str:
    """PEM chain that this endpoint presents; raises SourceError unless it then validates the endpoint."""
    return presented_chain(Peer(f"vCenter {endpoint}", endpoint.host, endpoint.port))
