"""What a StorageMap says, as it is kept by the API; pure, tolerant of what is absent or null."""

from collections.abc import Mapping
from typing import Any

from support.domain.mapping import StorageEntry
from support.domain.offload import OffloadPlugin
from support.domain.source import Place

Reading = Mapping[str, Any]


def storage_entries(found: Reading) -> tuple[StorageEntry, ...]:
    """Entries in their order."""
    return tuple(_entry(each) for each in (found.get("spec") or {}).get("map") or ())


def _entry(found: Reading) -> StorageEntry:
    source, goal = found.get("source") or {}, found.get("destination") or {}
    return StorageEntry(
        source=Place(id=str(source.get("id") or ""), name=str(source.get("name") or "")),
        storage_class=str(goal.get("storageClass") or ""),
        access_mode=goal.get("accessMode"),
        volume_mode=goal.get("volumeMode"),
        offload=_plugin(found),
    )


def _plugin(found: Reading) -> OffloadPlugin | None:
    config = (found.get("offloadPlugin") or {}).get("vsphereXcopyConfig")
    if config is None:
        return None
    return OffloadPlugin(
        secret=str(config.get("secretRef") or ""), vendor=str(config.get("storageVendorProduct") or "")
    )
