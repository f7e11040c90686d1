"""What source and target machines have in common. Sizes are bytes; unknown is None, never 0 or ""."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Bytes = NewType("Bytes", int)
Mac = NewType("Mac", str)
"""MAC address, lower case, colon separated."""

KIB, MIB, GIB = 1024, 1024**2, 1024**3
_UNITS = ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB"))


def size_text(size: int) -> str:
    """Bytes for a machine to compare, and the largest whole unit for a person: "4293918720 bytes (4095 MiB)"."""
    unit = next((f" ({size // each} {name})" for each, name in _UNITS if size and size % each == 0), "")
    return f"{size} bytes{unit}"


def mac(text: str) -> Mac:
    """Fold case and separators; the two sides spell addresses differently."""
    return Mac(text.strip().lower().replace("-", ":"))


class Power(StrEnum):
    ON = "on"
    OFF = "off"
    SUSPENDED = "suspended"
    OTHER = "other"


class Firmware(StrEnum):
    BIOS = "bios"
    UEFI = "uefi"


class OsFamily(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    UNKNOWN = "unknown"


class IpOrigin(StrEnum):
    STATIC = "static"
    DHCP = "dhcp"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    sockets: int
    cores: int
    threads: int = 1

    @property
    def total(self) -> int:
        return self.sockets * self.cores * self.threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One IP address of a NIC with what belongs to it."""

    address: str
    prefix: int | None = None
    origin: IpOrigin = IpOrigin.UNKNOWN
    gateway: str | None = None
    dns: tuple[str, ...] = ()
