"""Where a vCenter is, and the chain that its own host and port present."""

from support.adapters.addresses import Address, address_of
from support.adapters.certificates import Peer, presented_chain


def endpoint_of(url: str) -> Address:
    """Host, port and path of a profile's `api_url`; a bare host name is fine. Raises StartError."""
    found = address_of("vSphere", url, "https://HOST[:PORT]/sdk", bare="https")
    return found._replace(path=found.path.rstrip("/") or "/sdk")


def fetch_chain(endpoint: Address) -> str:
    """PEM chain that this endpoint presents; raises SourceError unless it then validates the endpoint."""
    return presented_chain(Peer(f"vCenter {endpoint}", endpoint.host, endpoint.port))
