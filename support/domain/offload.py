"""Copy-offload: disks that the storage array copies by itself, and when MTV can have that done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from support.domain.release import Patch, Release, patch_of, release_of
from support.domain.secret import Secret

BLOCK = "Block"
"""Volume mode of a claim that an array copies into: there is no file system that it could write (forklift.md 4.2)."""
SHARED, SINGLE = "ReadWriteMany", "ReadWriteOnce"
"""Access modes of such a claim: the first is MTV's own choice, and what a machine needs to move between nodes."""

POPULATOR = "VSphereXcopyVolumePopulator"
"""Kind of the object that a claim is filled from with copy-offload, in every release (forklift.md 4.2)."""
TOLD_SINCE: Patch = (2, 12, 5)
"""Since then MTV tells of each disk who copied it (forklift.md 4.2)."""

_ON_SINCE: Release = (2, 11)
"""Before that, MTV offloads only where its ForkliftController says so (forklift.md 0.2)."""
_OLDEST = frozenset({"vantara", "ontap"})
_VENDORS_BEFORE: tuple[tuple[Patch, frozenset[str]], ...] = (
    ((2, 9, 0), _OLDEST),
    ((2, 9, 1), _OLDEST | {"primera3par"}),
    ((2, 10, 0), _OLDEST | {"primera3par", "pureFlashArray", "powerflex"}),
)
"""Vendors of old releases; from 2.10 on all are known (v2.8.5, v2.9.0 to v2.9.2, StorageVendorProduct of a map)."""


class CopiedBy(StrEnum):
    """Who copied a disk: the array itself (XCOPY), or an ESXi host that read and wrote it."""

    ARRAY = "the storage array"
    HOST = "the ESXi host"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageArray:
    """The array of a copy-offload plan, and what MTV's populators need to work with it.

    Attributes:
        vendor: MTV's storageVendorProduct.
        token: takes the place of user and password, where a vendor has tokens.
        fields: what this vendor needs or takes beside the login, by the key of the profile's block.
        datastores: ids of the source's datastores that lie on it.
    """

    vendor: str
    hostname: str
    username: str
    password: Secret
    token: Secret | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    datastores: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OffloadPlugin:
    """What a StorageMap's entry says about the array: the Secret by name, in the source Provider's namespace."""

    secret: str
    vendor: str

    def __str__(self) -> str:
        return f"copy-offload by {self.vendor} with Secret {self.secret}"


def why_not(version: str | None, switch: bool | None, vendor: str) -> str | None:
    """Why this MTV lets no array copy anything; None where it does, or where nobody can tell.

    Args:
        switch: feature_copy_offload of the ForkliftController, None where it says nothing.
    """
    patch, release = patch_of(version), release_of(version)
    advice = "set feature_copy_offload: 'true' in the ForkliftController before the run, which never does it itself"
    if switch is False:
        return f"the ForkliftController switches copy-offload off; {advice}"
    if switch is None and release is not None and release < _ON_SINCE:
        return f"MTV {version} offloads only where it is told to; {advice}"
    known = next((vendors for before, vendors in _VENDORS_BEFORE if patch is not None and patch < before), None)
    if known is not None and vendor not in known:
        return f"MTV {version} knows no storage of vendor {vendor}, only {', '.join(sorted(known))}"
    return None
