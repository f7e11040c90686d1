"""Sizes as OVF writes them: a number, and apart from it what it counts."""

import math
import re

from support.domain.errors import SourceError
from support.domain.machine import MIB, Bytes

_MEGABYTES = "megabytes"
"""As older exporters write it, where the standard has `byte * 2^20`."""
_FACTOR = re.compile(r"(\d+)(?:\s*\^\s*(\d+))?")


def size_in_bytes(number: int, units: str, what: str) -> Bytes:
    """Such as 16 and `byte * 2^30`; without units a number counts bytes, which is what MTV takes it for.

    Raises SourceError that says what the size is of.
    """
    if units.strip().lower() == _MEGABYTES:
        return Bytes(number * MIB)
    base, *factors = [part.strip() for part in units.split("*")]
    found = [_FACTOR.fullmatch(factor) for factor in factors]
    if base.lower() not in ("", "byte") or None in found:
        raise SourceError(f"{what}: its size is given in {units!r}, expected something like 'byte * 2^20'")
    return Bytes(number * math.prod(int(each[1]) ** int(each[2] or 1) for each in found if each is not None))
