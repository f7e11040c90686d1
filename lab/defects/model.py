"""What a defect is: edits of what the product makes, and faults that the product's own code asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from lab.cluster.store import Object
from lab.world.model import Guest, Machine, Volume


class Fault(StrEnum):
    """A question that a service asks where the real product would go wrong, since no object is at hand to edit."""

    DISK_TRANSFER = auto()
    """The step that copies disks gets an error and with it machine, Plan and Migration fail."""
    CONVERSION = auto()
    """The conversion pod ends as Failed."""
    HANG = auto()
    """The conversion never gets on; Plan and Migration stay executing."""
    STORAGE_MAP = auto()
    """The destination's inventory does not know the mapped storage class, so neither map nor Plan is Ready."""
    PLAN_MAPS = auto()
    """The Plan does not see what its maps resolved: they are Ready, it is not, for two reasons that stay."""
    CANCELED = auto()
    """A machine with an error is canceled and taken back instead of failed."""
    PLAN_BOASTS = auto()
    """The Plan says Succeeded however its machines ended."""
    HOOK_SKIPPED = auto()
    """A hook's step is completed without any Job."""
    HOOK_FAILURE_IGNORED = auto()
    """A hook whose Job failed counts as one that went well."""
    HOOKS_SWAPPED = auto()
    """Each step runs the hook of the other."""
    HOOK_LATE = auto()
    """The pre-migration hook runs when the source is off and the disks are there."""
    TRACKING_UNSEEN = auto()
    """The Plan does not see that a machine tracks its changed blocks, and refuses to copy it warm."""
    CUTOVER_IGNORED = auto()
    """A warm copy goes on with its precopies, whenever its cutover is."""
    PRECOPY_SNAPSHOT_STAYS = auto()
    """The first snapshot of a warm copy is never removed."""
    PRIME_CLAIMS_STAY = auto()
    """The claims that disks are filled through outlive it."""
    POPULATOR_PODS_STAY = auto()
    DATA_VOLUMES_STAY = auto()
    SECRETS_STAY = auto()
    SOURCE_DELETED = auto()
    """The source machine is gone after its move."""
    SOURCE_STARTS = auto()
    """The source machine runs again after its move."""
    SOURCE_SNAPSHOT_STAYS = auto()
    TLS_UNVERIFIED = auto()
    """The controller writes insecureSkipVerify into a Provider's Secret."""
    LAST_DELTA = auto()
    """What a warm migration copies after the cutover does not get to the claims."""
    LANDS_LOCALLY = auto()
    """Machines land on MTV's own cluster, whatever the URL of their destination says."""
    TOKEN_EXPIRES = auto()
    """The token of a destination with a URL is no longer good once its disks are being copied."""
    POWER_STATE_IGNORED = auto()
    """The machine is on when its source was, whatever the Plan says."""
    NAMESPACE_IGNORED = auto()
    """Everything is made in the Plan's own namespace."""
    SOURCE_NETWORKS_KEPT = auto()
    """A machine of a cluster arrives with the attachments that it had at its source."""
    EXPORTS_STAY = auto()
    """Nobody removes the export of a machine that has been moved from a cluster."""
    ENGINE_SOURCE_RUNS = auto()
    """The engine is never asked to end a machine that is moved."""
    ENGINE_SNAPSHOT_STAYS = auto()
    """At the engine the first snapshot of a warm copy is never removed."""
    ENGINE_NICS_LOST = auto()
    """Of an engine's machine only the first NIC is carried over."""
    ENGINE_MEMORY_ROUNDED = auto()
    """An engine tells memory in bytes; what is not a whole GB of them is lost."""
    CLOUD_FIRMWARE_UNREAD = auto()
    """What a boot volume remembers of the image it was made of is not looked at for the firmware."""
    CLOUD_VOLUME_STAYS = auto()
    """In the cloud a volume that a disk was copied through stays, and so does its snapshot."""
    CLOUD_SNAPSHOT_STAYS = auto()
    """In the cloud the snapshots that disks were copied through stay."""
    CLOUD_IMAGES_STAY = auto()
    """In the cloud the images that disks were copied through stay."""
    HOST_COPIES = auto()
    """What the storage array should copy a host copies, and the populator says so."""
    OTHER_PLUGIN = auto()
    """A disk is copied by the entry of another datastore, as if it were on that one's array."""
    BASE_COPIED = auto()
    """Of a disk with snapshots only the file below them is copied."""
    SNAPSHOTS_MERGED = auto()
    """The snapshots that a source machine had before its move are gone after it."""
    OFFLOAD_IN_TURN = auto()
    """No populator begins while one of another migration is at work."""
    OFFLOAD_SECRET_STAYS = auto()
    """The Secret that those of all disks are made from stays after a success."""
    OFFLOAD_PODS_STAY = auto()
    """Populator pods stay after a success."""
    NAME_SQUEEZED = auto()
    """A name that has to change loses its dashes, too."""
    DISK_CONCERNS_LOST = auto()
    """The inventory says nothing of raw and independent disks."""
    LOCATORS_IGNORED = auto()
    """vCenter does not look at the provisioning that a clone's disks are to have."""
    ADDED_DISK_LOST = auto()
    """vCenter makes a clone without the last disk of those that were to be added."""
    ADDED_MODE_LOST = auto()
    """vCenter adds disks as persistent ones whatever their mode is to be."""
    ADDED_DISK_AT_HOME = auto()
    """vCenter puts added disks beside the machine's own whatever datastore they name."""
    SOURCE_SNAPSHOT_LOST = auto()
    """The first of the source's own snapshots is gone after its move."""
    SOURCE_MODE_LOST = auto()
    """Independent disks of the source are so no more after its move."""
    SOURCE_UNMAPPED = auto()
    """The source has no raw mapping any more after its move; its file stays."""
    MAPPINGS_STAY = auto()
    """The mapping files through which a host copied stay beside the source's disks."""
    SSH_SILENT = auto()
    CLONES_SLOW = auto()
    """The source's storage is busy: a clone takes ten times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One entry of the catalogue.

    Attributes:
        tells: the product's mistake in half a sentence.
        benign: nothing is wrong; who complains raises a false alarm.
        disks: edits the DataVolumes of a machine, in boot order, before they are created; may add to the list.
        claim: edits a claim that a populator will fill before it is created; knows whether it is the boot disk's.
        machine: edits the VirtualMachine before it is created; knows the names of the claims that were made for it.
        claims: annotations that each claim gets when the machine takes it over, by claim (None removes one).
        jitter: what varies beside, as `--jitter` has it.
        contents: edits what has arrived on a machine's claims, in boot order, before the machine is created.
        launcher: edits the pod in which the machine runs, before it is created.
        guest: edits the guest that has arrived, before it boots for the first time.
        descriptor: edits what MTV reads out of an appliance, before it makes the VirtualMachine of it.
    """

    name: str
    tells: str
    benign: bool = False
    faults: frozenset[Fault] = frozenset()
    jitter: str = ""
    disks: Callable[[list[Object]], None] | None = None
    claim: Callable[[Object, bool], None] | None = None
    machine: Callable[[Object, Sequence[str]], None] | None = None
    claims: Callable[[Sequence[Object]], Mapping[str, Object]] | None = None
    contents: Callable[[Sequence[Volume]], None] | None = None
    launcher: Callable[[Object], None] | None = None
    guest: Callable[[Guest], None] | None = None
    descriptor: Callable[[Machine], None] | None = None


def by_fault(name: str, tells: str, *faults: Fault) -> Defect:
    """A defect that services look up, and that edits nothing on the way."""
    return Defect(name=name, tells=tells, faults=frozenset(faults))
