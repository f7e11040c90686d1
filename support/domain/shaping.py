"""How a clone on the source differs from the machine or template it is made from. Sizes are bytes."""

from dataclasses import dataclass
from enum import StrEnum

from support.domain.machine import Bytes
from support.domain.source import Provisioning


class DiskMode(StrEnum):
    """How a disk takes part in snapshots, and whether it keeps what is written; values are vSphere's."""

    PERSISTENT = "persistent"
    INDEPENDENT_PERSISTENT = "independent_persistent"
    INDEPENDENT_NONPERSISTENT = "independent_nonpersistent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraDisk:
    """A disk that the clone gets beside those of its source.

    Attributes:
        size: None for a raw disk, which is as large as its LUN.
        datastore_id: None is where the clone itself is.
        folder: a folder of the disk's own beside the machine's; empty is the machine's.
        lun: id or name of the LUN that a raw disk maps; None for an ordinary disk.
    """

    size: Bytes | None
    provisioning: Provisioning = Provisioning.THIN
    mode: DiskMode = DiskMode.PERSISTENT
    datastore_id: str | None = None
    folder: str = ""
    lun: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneShape:
    """How a clone may differ from its source; None and empty keep what the source has.

    Attributes:
        datastore_id: home and all disks of the source go here.
        host: name of the ESXi host that the clone is registered on.
        provisioning: of the disks of the source.
        disks: what it gets beside them, in this order.
        name: what it is called after the run's id, letter by letter; empty is after its source.
        snapshots: how many are taken of it while it runs.
    """

    datastore_id: str | None = None
    host: str | None = None
    provisioning: Provisioning | None = None
    disks: tuple[ExtraDisk, ...] = ()
    name: str = ""
    snapshots: int = 0

    @property
    def as_source(self) -> bool:
        """Nothing is asked of the platform but a clone."""
        return self == CloneShape(name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFolder:
    """A folder at the top of a datastore, made for the disks of one clone."""

    datastore_id: str
    name: str
