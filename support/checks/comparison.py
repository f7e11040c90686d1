"""What a check may look at: facts recorded once, by somebody else, before anything is compared."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from support.domain.contents import NOTHING_WRITTEN, SourceContents, TargetContents
from support.domain.disk_concerns import NOT_ASKED, DiskWarnings
from support.domain.finding import Finding, Gap
from support.domain.machine import Power
from support.domain.mapping import Maps
from support.domain.names import ObjectRef
from support.domain.offload import CopiedBy
from support.domain.request import Mark, PlanOptions
from support.domain.source import SourceMachine
from support.domain.target import GuestIdentity, GuestNic, TargetMachine


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One machine after its move.

    Attributes:
        wanted_power: what the plan asked for, else what the source was when it was recorded.
        openshift: the cluster's version, such as "4.20.3"; None when it cannot be told.
        unsettled: why the target did not come to rest in its budget.
        guest: who answered over SSH; None with the reason in `guest_unread`.
        guest_refused: the guest could and should have answered, and did not: a broken promise, not a "not run".
        secret_skips_tls: insecureSkipVerify of the source Provider's Secret, None when it says nothing.
        tls_where: what a person looks at for it.
        skip_tls: what the run's setting asked for.
        contents: what was written in the source's guest before the move, and how large it saw its disks.
        arrived: what the target's guest saw of it; None with the reason in `contents_unread` or `guest_unread`.
        leftovers: what the migration left behind.
        source_copies: what the migration left behind on the source platform.
        source_after: the source as it was found after the move; None with the reason in `source_gone`, if it was lost.
        source_gone: the platform's words for a source that is no longer there.
        leftovers_kept: why MTV may keep what it made; None where it must not.
        options: what the plan asked for.
        plan: the plan's name.
        mark: the label of the worker node that the plan asked for; None when it asked for none.
        mtv: version of MTV, such as "2.12.5"; None when it cannot be told.
        array: ids of the datastores on the array that was to copy; None where no array was.
        copied_by: who copied a disk, by the disk's identity, as far as MTV told.
        warnings: what MTV said of the source's disks before the move.
        guest_nics: the guest's own network settings as it told over SSH; None with the reason in `guest_nics_unread`.
    """

    source: SourceMachine
    target: TargetMachine
    maps: Maps
    wanted_power: Power
    openshift: str | None = None
    unsettled: str | None = None
    guest: GuestIdentity | None = None
    guest_unread: str | None = None
    guest_refused: str | None = None
    contents: SourceContents = NOTHING_WRITTEN
    arrived: TargetContents | None = None
    contents_unread: str | None = None
    secret_skips_tls: bool | None = None
    tls_where: str = "Secret of the source Provider"
    skip_tls: bool = False
    leftovers: tuple[ObjectRef, ...] = ()
    leftovers_kept: str | None = None
    source_copies: tuple[str, ...] = ()
    source_after: SourceMachine | None = None
    source_gone: str | None = None
    options: PlanOptions = field(default_factory=PlanOptions)
    plan: str = ""
    mark: Mark | None = None
    mtv: str | None = None
    array: frozenset[str] | None = None
    copied_by: Mapping[str, CopiedBy] = field(default_factory=dict)
    warnings: DiskWarnings = NOT_ASKED
    guest_nics: tuple[GuestNic, ...] | None = None
    guest_nics_unread: str | None = None

    @property
    def where(self) -> str:
        """The target object a person looks at."""
        return f"VirtualMachine {self.target.namespace}/{self.target.name}"


class NotRun(Exception):
    """A check has nothing to look at; says why."""


class NotTold(NotRun):
    """This release of the product says nothing of what the check would look at."""


class NotPromised(NotRun):
    """The plan asks for nothing that the check could look at."""


Check = Callable[[Comparison], Iterator[Finding | Gap]]
"""Yields every difference and every part it could not look at; raises NotRun when it has nothing to compare."""


def differs(comparison: Comparison, what: str, expected: object, actual: object) -> Iterator[Finding]:
    """A finding when the two are not equal."""
    if expected != actual:
        yield Finding(what=what, expected=expected, actual=actual, where=comparison.where)
