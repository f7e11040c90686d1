"""Reads the text of one setting into its type, and says what was expected where it cannot."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.domain.names import is_dns_label
from support.domain.secret import Secret
from support.domain.shard import Shard

_BOOLEANS = {"true": True, "false": False}
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_HOST = re.compile(r"(https://)?[A-Za-z0-9.\-]+(:\d{1,5})?/?|https://\[[0-9a-fA-F:]+\](:\d{1,5})?/?")
_SHARE = re.compile(r"(\d{1,3})/(\d{1,3})")
_PREFIX_LENGTH = 20
"""A namespace is prefix, random part and purpose in 63 characters."""


@dataclass(frozen=True, slots=True)
class Reader:
    """`read` raises ValueError for a text that is not what `expected` says."""

    expected: str
    read: Callable[[str], object]
    secret: bool = False


def _boolean(text: str) -> bool:
    """Strict: the reference's "yes" that silently meant no has no place here."""
    try:
        return _BOOLEANS[text.lower()]
    except KeyError as error:
        raise ValueError(text) from error


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(text)
    return number


def _minutes(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(text)
    return number


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError(text)
    return path


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _host(text: str) -> str:
    """An API address; a bare host is taken as https, as `oc login` does."""
    if not _HOST.fullmatch(text):
        raise ValueError(text)
    return text.rstrip("/") if text.startswith("https://") else f"https://{text.rstrip('/')}"


def _label(text: str) -> str:
    if not is_dns_label(text):
        raise ValueError(text)
    return text


def _prefix(text: str) -> str:
    if len(text) > _PREFIX_LENGTH:
        raise ValueError(text)
    return _label(text)


def _shard(text: str) -> Shard:
    found = _SHARE.fullmatch(text)
    if found is None or int(found[1]) >= int(found[2]):
        raise ValueError(text)
    return Shard(int(found[1]), int(found[2]))


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = next((choice for choice in choices if choice.lower() == text.lower()), None)
        if found is None:
            raise ValueError(text)
        return found

    return read


TEXT = Reader("text", str)
SECRET = Reader("text", Secret, secret=True)
BOOLEAN = Reader("true or false", _boolean)
COUNT = Reader("a whole number from 1 up", _count)
MINUTES = Reader("minutes, 0 or more; fractions are allowed", _minutes)
SECONDS = Reader("seconds, more than 0; fractions are allowed", _positive)
FACTOR = Reader("a number above 0", _positive)
EXISTING_FILE = Reader("the path of a file that exists", _file)
ANY_PATH = Reader("a path", _path)
API_HOST = Reader("an API address such as https://api.cluster.example.com:6443", _host)
NAMESPACE = Reader("the name of a namespace: lower-case letters, digits and '-', 63 at most", _label)
PREFIX = Reader(f"lower-case letters, digits and '-', {_PREFIX_LENGTH} at most", _prefix)
SHARD = Reader("number and count of shards such as 0/3, the first number being 0", _shard)
TARGET = Reader("lab or cluster", _one_of("lab", "cluster"))
TUNNEL = Reader("api or virtctl", _one_of("api", "virtctl"))
LEVEL = Reader(f"one of {', '.join(_LEVELS)}", _one_of(*_LEVELS))
