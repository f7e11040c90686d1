"""Where source networks and stores go: the content of NetworkMap and StorageMap."""

from dataclasses import dataclass

from support.domain.offload import OffloadPlugin
from support.domain.source import Place
from support.domain.target import TargetNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkEntry:
    source: Place
    target: TargetNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageEntry:
    """Modes are None when CDI's StorageProfile decides; `offload` is there where a storage array copies."""

    source: Place
    storage_class: str
    access_mode: str | None = None
    volume_mode: str | None = None
    offload: OffloadPlugin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Maps:
    networks: tuple[NetworkEntry, ...]
    storage: tuple[StorageEntry, ...]
