"""Whether clones find what they are to be made on: datastores, room on them, a host that sees them, LUNs.

Looked at before anything is made, for all clones at once (facts, sources 1.13).
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from support.adapters.vsphere import luns
from support.adapters.vsphere.disks import base_of, in_order, provisioning_of, size_of, store_id_of
from support.adapters.vsphere.faults import translated
from support.adapters.vsphere.placing import Host, Store, datastore, host_named
from support.adapters.vsphere.reading import Row, read_one
from support.adapters.vsphere.sdk import vim, vmodl
from support.adapters.vsphere.session import Session
from support.domain.errors import SourceError
from support.domain.machine import size_text
from support.domain.shaping import CloneShape, ExtraDisk
from support.domain.source import Provisioning

_LOG = logging.getLogger(__name__)
_PATHS = ("name", "config.hardware.device", "runtime.host", "datastore")
_NOT_REFRESHED = (
    vim.fault.HostConfigFault,
    vim.fault.NoPermission,
    vim.fault.NotFound,
    vmodl.fault.HostCommunication,
    vmodl.fault.MethodNotFound,
    vmodl.fault.NotSupported,
)
_RESERVE = 0.05
"""Share of a datastore that stays free: vCenter warns below it, and swap and logs need some."""


@dataclass(slots=True)
class _Need:
    """Bytes that a datastore is to give: at once for thick disks, and at most when thin ones fill up."""

    store: Store
    thick: int = 0
    thin: int = 0

    def add(self, size: int, provisioning: Provisioning) -> None:
        if provisioning is Provisioning.THIN:
            self.thin += size
        else:
            self.thick += size

    def problem(self) -> str | None:
        left = self.store.free - int(self.store.capacity * _RESERVE)
        if self.thick <= left:
            return None
        return (
            f"{self.store}: {size_text(self.thick)} are needed for thick disks, {size_text(max(0, left))} are free "
            f"beside a reserve of {_RESERVE:.0%}; free some, or name another datastore in the profile"
        )

    def warn(self) -> None:
        """Thin disks take nothing yet; what they may take is worth a line."""
        if self.thick + self.thin + self.store.promised > self.store.free:
            _LOG.warning("%s: its thin disks may need more room than it has, once they are full", self.store)


@dataclass(slots=True)
class _Looking:
    session: Session
    problems: list[str] = field(default_factory=list)
    needs: dict[str, _Need] = field(default_factory=dict)
    luns: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def clone(self, source: Any, shape: CloneShape) -> None:
        row = read_one(self.session, source, _PATHS)
        host = self._tried(partial(host_named, self.session, shape.host)) if shape.host is not None else None
        disks = list(_of_source(row, shape))
        home = shape.datastore_id or (disks[0].store if disks else None)
        for wanted in (*disks, *(_of_extra(each, home) for each in shape.disks)):
            self._disk(wanted, host)
        for disk in shape.disks:
            if disk.lun is not None:
                self._lun(disk.lun, host.ref if host is not None else row.get("runtime.host"))

    def _disk(self, wanted: "_Wanted", host: Host | None) -> None:
        need = self._need(wanted.store) if wanted.store else None
        if need is None:
            return
        need.add(wanted.size, wanted.provisioning)
        if host is not None:
            self._tried(lambda: host.must_see(need.store))
        if wanted.raw:
            self._tried(lambda: luns.must_take_mappings(need.store))

    def _need(self, datastore_id: str) -> _Need | None:
        if datastore_id not in self.needs:
            store = self._tried(lambda: _refreshed(self.session, datastore_id))
            if store is None:
                return None
            self.needs[datastore_id] = _Need(store)
        return self.needs[datastore_id]

    def _lun(self, lun: str, host: Any) -> None:
        self.luns[lun] += 1
        if self.luns[lun] > 1:
            self._note(f"LUN {lun} is asked for by {self.luns[lun]} machines of one plan, expected one at a time")
            return
        self._tried(lambda: luns.must_be_nobodys(self.session, luns.find(self.session, host, lun)))

    def _tried(self, look: Callable[[], Any]) -> Any:
        try:
            return look()
        except SourceError as error:
            self._note(str(error))
            return None

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One disk and where it is to lie; an empty store is one that nobody knows yet."""

    size: int
    provisioning: Provisioning
    store: str
    raw: bool = False


def must_fit(session: Session, wanted: Sequence[tuple[Any, CloneShape]]) -> None:
    """Raise one SourceError with every datastore, host and LUN that cannot serve these clones; changes nothing."""
    looking = _Looking(session)
    with translated("room for the clones"):
        for source, shape in wanted:
            looking.clone(source, shape)
    short = [problem for need in looking.needs.values() if (problem := need.problem()) is not None]
    if problems := [*looking.problems, *short]:
        raise SourceError("; ".join(problems))
    for need in looking.needs.values():
        need.warn()


def _of_source(row: Row, shape: CloneShape) -> Iterator[_Wanted]:
    for disk in in_order(tuple(row.get("config.hardware.device") or ())):
        if isinstance(disk.backing, luns.RAW):
            continue
        yield _Wanted(
            size=size_of(disk),
            provisioning=shape.provisioning or provisioning_of(base_of(disk.backing)),
            store=shape.datastore_id or store_id_of(disk.backing),
        )


def _of_extra(disk: ExtraDisk, home: str | None) -> _Wanted:
    store = disk.datastore_id or home or ""
    if disk.lun is not None:
        return _Wanted(0, Provisioning.THIN, store, raw=True)
    return _Wanted(disk.size or 0, disk.provisioning, store)


def _refreshed(session: Session, datastore_id: str) -> Store:
    """vCenter remembers free space for a while; one that cannot look again is believed."""
    store = datastore(session, datastore_id)
    try:
        store.ref.RefreshDatastore()
    except _NOT_REFRESHED as fault:
        _LOG.info("%s: not refreshed (%s)", store, type(fault).__name__)
        return store
    return datastore(session, datastore_id)
