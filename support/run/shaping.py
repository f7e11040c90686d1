"""What sentences about the disks and the place of a machine mean on the profile's source."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from behave.model import Row, Table

from support.domain.errors import SuiteError
from support.domain.machine import GIB, MIB, Bytes
from support.domain.names import RoleName
from support.domain.shaping import CloneShape, DiskMode, ExtraDisk
from support.domain.source import Provisioning
from support.run.profiles.profile import CopyOffload, Profile
from support.run.roles import COPY_OFFLOAD

STORES: Mapping[str, str] = {
    "primary": "datastore_id",
    "secondary": "secondary_datastore_id",
    "without XCOPY": "non_xcopy_datastore_id",
}
"""What a feature calls a datastore, and the key of the profile's block copyoffload that says which it is."""

PROVISIONINGS = {each.value: each for each in Provisioning if each is not Provisioning.UNKNOWN}
_MODES = {each.value.replace("_", " "): each for each in DiskMode}

NONCONFORMING = "XCopy_Test_VM_CAPS"
"""No name for an object of Kubernetes: capitals and underscores (that of the reference suite, reference/10)."""

_SIZE = re.compile(r"(\d+) (MB|GB|TB)")
_UNITS = {"MB": MIB, "GB": GIB, "TB": 1024 * GIB}
"""vSphere's, whose GB is a GiB."""
Value = TypeVar("Value")
_FOLDER = re.compile(r"[A-Za-z0-9_-]+")
_HEADINGS = ("size", "provisioning", "mode", "datastore", "folder")


@dataclass(frozen=True, slots=True)
class Shaping:
    """Shapes on the source of one profile; whatever the profile does not say is a SuiteError that names the key."""

    profile: Profile

    def first(self, role: RoleName) -> CloneShape:
        """A copy-offload machine lies where MTV's map will look for it; others keep what they have."""
        offload = self.profile.copy_offload
        if role != COPY_OFFLOAD or offload is None:
            return CloneShape()
        host = offload.esxi_host if offload.clone_method == "ssh" else None
        return CloneShape(datastore_id=offload.datastore_id, host=host)

    def everywhere(self) -> CloneShape:
        """A clone that uses every place the profile names: one look at it tells whether all are there."""
        offload, shape = self._offload("datastore_id"), self.first(COPY_OFFLOAD)
        stores = (offload.secondary_datastore_id, offload.non_xcopy_datastore_id)
        disks = [ExtraDisk(size=Bytes(MIB), datastore_id=each) for each in stores if each]
        raw = [self.raw_disk()] if offload.rdm_lun_uuid else []
        return replace(shape, disks=(*disks, *raw))

    def datastore(self, store: str) -> str:
        """Id of a datastore by what a feature calls it."""
        key = STORES[store]
        return self._told(key, getattr(self._offload(key), key))

    def raw_disk(self) -> ExtraDisk:
        """A disk that maps the profile's LUN."""
        key = "rdm_lun_uuid"
        return ExtraDisk(size=None, lun=self._told(key, self._offload(key).rdm_lun_uuid))

    def _offload(self, key: str) -> CopyOffload:
        if self.profile.copy_offload is None:
            raise SuiteError(f"profile '{self.profile.name}' has no block copyoffload, expected one with {key}")
        return self.profile.copy_offload

    def _told(self, key: str, value: str | None) -> str:
        if not value:
            raise SuiteError(f"profile '{self.profile.name}' has no {key} in its block copyoffload, expected an id")
        return value


def extra_disks(table: Table | None, datastore: Callable[[str], str]) -> tuple[ExtraDisk, ...]:
    """The disks of a table with a column `size` and any of the others; an empty cell leaves it to the suite.

    Args:
        datastore: id of a datastore by its name in STORES.

    Raises SuiteError with the cell that cannot be read.
    """
    if table is None or not table.rows:
        raise SuiteError("the sentence has no table, expected one with a row for each disk and a column 'size'")
    for heading in table.headings:
        _one_of({each: each for each in _HEADINGS}, heading, "heading")
    if "size" not in table.headings:
        raise SuiteError(f"the table of disks has no column 'size', only {', '.join(table.headings)}")
    return tuple(_disks(table, datastore))


def _disks(table: Table, datastore: Callable[[str], str]) -> Iterator[ExtraDisk]:
    for row in table.rows:
        store, folder = _cell(row, "datastore"), _cell(row, "folder")
        if folder and not _FOLDER.fullmatch(folder):
            raise SuiteError(f"folder {folder!r}: expected letters, digits, - and _ only")
        yield ExtraDisk(
            size=_size(_cell(row, "size")),
            provisioning=_one_of(PROVISIONINGS, _cell(row, "provisioning") or "thin", "provisioning"),
            mode=_one_of(_MODES, _cell(row, "mode") or "persistent", "mode"),
            datastore_id=datastore(_one_of({each: each for each in STORES}, store, "datastore")) if store else None,
            folder=folder,
        )


def _cell(row: Row, heading: str) -> str:
    return str(row.get(heading) or "").strip()


def _size(text: str) -> Bytes:
    found = _SIZE.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise SuiteError(f"size {text!r}: expected a number and MB, GB or TB, such as '30 GB'")
    return Bytes(int(found[1]) * _UNITS[found[2]])


def _one_of(known: Mapping[str, Value], text: str, what: str) -> Value:
    if text not in known:
        raise SuiteError(f"table of disks: {what} {text!r} is not known, expected one of {', '.join(known)}")
    return known[text]
