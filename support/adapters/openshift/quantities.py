"""Kubernetes quantities as exact numbers; the client library's parser would cost two seconds of import."""

import re
from decimal import ROUND_CEILING, Decimal

from support.domain.errors import ClusterError
from support.domain.machine import Bytes

_FORM = re.compile(r"(?P<number>[+-]?(\d+\.?\d*|\.\d+))(?P<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_BINARY = {f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", start=1)}
_DECIMAL = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    **{letter: Decimal(1000) ** power for power, letter in enumerate("kMGTPE", start=1)},
}
_FACTORS = {**_BINARY, **_DECIMAL, "": Decimal(1)}


def quantity(text: str | int | float) -> Decimal:
    """The exact value; raises ClusterError for what is no quantity."""
    found = _FORM.fullmatch(str(text).strip())
    if found is None:
        raise ClusterError(f"{text!r} is not a Kubernetes quantity")
    number, suffix = Decimal(found["number"]), found["suffix"] or ""
    # "1E" is exa, "1E3" an exponent: the suffix alone tells them apart.
    return number * (_FACTORS[suffix] if suffix in _FACTORS else Decimal(f"1{suffix}"))


def size(text: str | int | float) -> Bytes:
    """Whole bytes, a fraction counts as one more, as Kubernetes rounds. Raises ClusterError."""
    return Bytes(int(quantity(text).to_integral_value(ROUND_CEILING)))
