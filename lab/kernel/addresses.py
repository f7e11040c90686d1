"""URLs of endpoints, and whether two of them name the same one."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_LOCAL = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Endpoint:
    host: str
    port: int
    path: str


def endpoint(url: str) -> Endpoint:
    """Host, port and path of a URL; ValueError when it is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an http URL: {url!r}")
    return Endpoint(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), parts.path.rstrip("/"))


def same(url: str, other: str) -> bool:
    """Whether a URL names an endpoint of this lab, under whichever of the loopback interface's names."""
    if not other:
        return False
    asked, known = endpoint(url), endpoint(other)
    return asked.host in _LOCAL and (asked.port, asked.path) == (known.port, known.path)
