"""Where a cloud's identity service is, and transport that trusts what the profile says it may."""

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import InsecureRequestWarning
from urllib3.util import Retry

from support.adapters.addresses import address_of
from support.adapters.certificates import Peer, verifying

_PORTS = {"https": 443, "http": 80}
_REPEATS = 2
_REPEATABLE = frozenset({"GET", "HEAD"})
"""Requests without an effect; any other is repeated only when no connection came about."""


def peer_of(url: str) -> Peer:
    """Host and port of a profile's `api_url`. Raises StartError."""
    address = address_of("OpenStack", url, "https://HOST[:PORT]/v3", _PORTS)
    return Peer(f"OpenStack {urlsplit(url).netloc.rpartition('@')[2]}", address.host, address.port)


def is_encrypted(url: str) -> bool:
    return urlsplit(url).scheme == "https"


class Transport:
    """HTTP for the SDK's session; `verify` is what requests calls so. `close` removes its file."""

    def __init__(self, pem: str | None, *, verify: bool) -> None:
        self.verify: bool | str = verify
        self.http = requests.Session()
        self._file: Path | None = None
        if verify and pem is not None:
            self._file = _private_file(pem)
            self.verify = str(self._file)
        if not verify:
            urllib3.disable_warnings(InsecureRequestWarning)  # the profile's own wish, told once and not per request
        adapter = _Adapter(pem if verify else None)
        for scheme in _PORTS:
            self.http.mount(f"{scheme}://", adapter)

    def close(self) -> None:
        self.http.close()
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None


class _Adapter(HTTPAdapter):
    """As requests' own, but a chain that ends below its root is enough (facts, sources 1.2)."""

    def __init__(self, pem: str | None) -> None:
        self._pem = pem
        super().__init__(max_retries=Retry(total=_REPEATS, allowed_methods=_REPEATABLE, backoff_factor=0.1))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._pem is not None:
            kwargs["ssl_context"] = verifying(self._pem)
        super().init_poolmanager(*args, **kwargs)


def _private_file(pem: str) -> Path:
    """requests takes a CA by file name only."""
    descriptor, name = tempfile.mkstemp(prefix="openstack-ca-", suffix=".pem")  # mode 0600
    with os.fdopen(descriptor, "w") as file:
        file.write(pem)
    return Path(name)
