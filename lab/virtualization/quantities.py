"""Kubernetes quantities to bytes and back."""

import re
from decimal import Decimal

_UNITS = {"": Decimal(1), "m": Decimal("0.001")}
_UNITS |= {unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", start=1)}
_UNITS |= {f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", start=1)}
_FORM = re.compile(r"^([0-9.]+(?:[eE][0-9]+)?)([A-Za-z]*)$")


def exact(quantity: str | int) -> Decimal:
    """Units (bytes, cores) of a quantity such as `20Gi`, `1e9` or `1500m`; ValueError otherwise."""
    match = _FORM.match(str(quantity))
    if match is None or match[2] not in _UNITS:
        raise ValueError(f"not a quantity: {quantity!r}")
    return Decimal(match[1]) * _UNITS[match[2]]


def parse(quantity: str | int) -> int:
    """As `exact`, rounded up to whole units."""
    return -int(-exact(quantity) // 1)


def show(size: int) -> str:
    """The shortest exact binary form."""
    for unit, factor in (("Ti", 1024**4), ("Gi", 1024**3), ("Mi", 1024**2), ("Ki", 1024)):
        if size and size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)
