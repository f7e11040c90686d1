"""Disks of a machine in the order Forklift numbers them; pure translation."""

from collections.abc import Iterable, Mapping
from typing import Any

from support.domain.machine import Bytes
from support.domain.source import Place, Provisioning, SourceDisk

Stores = Mapping[str, str]
"""Names of storage domains by id."""


def disks_of(attachments: Iterable[Any], stores: Stores) -> tuple[SourceDisk, ...]:
    """Bootable ones first, else in the engine's order (facts, sources 6); each attachment has its disk."""
    ordered = sorted(attachments, key=lambda each: not each.bootable)
    return tuple(_disk(each.disk, index, stores) for index, each in enumerate(ordered))


def _disk(disk: Any, index: int, stores: Stores) -> SourceDisk:
    return SourceDisk(
        label=disk.alias or disk.name or disk.id,
        identity=disk.id,
        size=Bytes(_size(disk)),
        store=_store(disk, stores),
        index=index,
        provisioning=Provisioning.THIN if disk.sparse else Provisioning.UNKNOWN,
    )


def _size(disk: Any) -> int:
    """Virtual size in bytes; a direct LUN tells it with its storage."""
    if disk.lun_storage is not None:
        return sum(unit.size or 0 for unit in disk.lun_storage.logical_units or ())
    return int(disk.provisioned_size or 0)


def _store(disk: Any, stores: Stores) -> Place:
    """A direct LUN is in no storage domain."""
    domain = next(iter(disk.storage_domains or ()), None)
    if domain is None:
        return Place(id="", name="")
    return Place(id=domain.id, name=stores.get(domain.id, domain.name or domain.id))
