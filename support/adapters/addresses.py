"""Where a source is, by the `api_url` of its profile."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from support.domain.errors import StartError

HTTPS: Mapping[str, int] = {"https": 443}
"""The schemes that are fine, each with the port that it stands for."""


class Address(NamedTuple):
    """`host` carries no brackets, not even for IPv6; `path` is as it was given."""

    host: str
    port: int
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def address_of(source: str, url: str, expected: str, ports: Mapping[str, int] = HTTPS, bare: str = "") -> Address:
    """Host, port and path of a URL; the port is never guessed away.

    Args:
        bare: the scheme that a URL without one is taken to have; without it such a URL is an error.

    Raises StartError that names the source, the URL and what was expected.
    """
    parts = urlsplit(f"{bare}://{url}" if bare and "://" not in url else url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise StartError(f"{source} api_url '{url}': not a URL ({error})") from error
    if not host or parts.scheme not in ports:
        raise StartError(f"{source} api_url '{url}': expected {expected}")
    return Address(host, port or ports[parts.scheme], parts.path)
