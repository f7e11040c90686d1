"""Small files in and out of guests, by the one-time URLs that vCenter gives out for them.

The other side is usually the ESXi host, whose certificate is not vCenter's: it is held against the one that vCenter
itself has of the host (sources 1.17). The URL holds a token, so it is in no message.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPSConnection
from ssl import SSLContext
from urllib.parse import SplitResult, urlsplit

from support.adapters.addresses import Address
from support.adapters.certificates import pinned, unverified, verifying
from support.adapters.vsphere.session import REQUEST_SECONDS
from support.domain.errors import SourceError

_DEFAULT_PORT = 443
_MOST_BYTES = 1 << 20
_ANY_HOST = re.compile(r"^(https?://)\*(:\d*)?(?=/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom to believe; `chain` None means that nothing is verified, as the profile says."""

    endpoint: Address
    chain: str | None
    host_certificate: Callable[[], str | None]
    """PEM of the host the machine runs on, None when vCenter does not tell."""

    def context(self, host: str, port: int) -> SSLContext:
        if self.chain is None:
            return unverified()
        if (host, port) != (self.endpoint.host, self.endpoint.port):
            certificate = self.host_certificate()
            if certificate is not None:
                return pinned(certificate)
        return verifying(self.chain)


def put(url: str, body: bytes, trust: Trust) -> None:
    """Send a file whole. Raises SourceError, and what a lost connection raises."""
    _exchange("PUT", url, body, trust)


def get(url: str, trust: Trust) -> bytes:
    """Fetch a file of at most a mebibyte. Raises SourceError, and what a lost connection raises."""
    return _exchange("GET", url, None, trust)


def _exchange(method: str, url: str, body: bytes | None, trust: Trust) -> bytes:
    # "*" stands for the server that was asked, whatever port it is reached by.
    parts = urlsplit(_ANY_HOST.sub(rf"\g<1>{trust.endpoint}", url))
    host, port = parts.hostname or "", parts.port or _DEFAULT_PORT
    if parts.scheme != "https" or not host:
        raise SourceError(f"transfer of a file: expected an https URL from vCenter, got one of {parts.scheme or 'no'}")
    connection = HTTPSConnection(host, port, context=trust.context(host, port), timeout=REQUEST_SECONDS)
    try:
        connection.request(method, _path(parts), body=body)
        response = connection.getresponse()
        answer = response.read(_MOST_BYTES + 1)
    finally:
        connection.close()
    if response.status != 200:
        raise SourceError(f"{method} of a file at {host}:{port}: expected HTTP 200, got {response.status}")
    if len(answer) > _MOST_BYTES:
        raise SourceError(f"file at {host}:{port}: expected at most {_MOST_BYTES} bytes, got more")
    return answer


def _path(parts: SplitResult) -> str:
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
