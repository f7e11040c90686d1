"""What MTV's populators know of storage vendors: keys of their Secrets, and kinds of disks that they copy."""

from collections.abc import Mapping
from dataclasses import dataclass

_ALWAYS = ("STORAGE_HOSTNAME",)
_LOGIN, _TOKEN = ("STORAGE_USERNAME", "STORAGE_PASSWORD"), "STORAGE_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One storageVendorProduct (facts/forklift.md 4.1)."""

    keys: tuple[str, ...] = ()
    """What the Secret must have beside address and login."""
    raw_since: tuple[int, int] | None = None
    """First release whose populator has the array copy raw mappings itself; None for never."""
    virtual_volumes: bool = False
    """Its populator has the array copy disks of VVol datastores itself."""


VENDORS: Mapping[str, Vendor] = {
    "flashsystem": Vendor(raw_since=(2, 12)),
    "infinibox": Vendor(),
    "ontap": Vendor(keys=("ONTAP_SVM",)),
    "powerflex": Vendor(keys=("POWERFLEX_SYSTEM_ID",)),
    "powermax": Vendor(keys=("POWERMAX_SYMMETRIX_ID", "POWERMAX_PORT_GROUP_NAME")),
    "powerstore": Vendor(),
    "primera3par": Vendor(raw_since=(2, 12)),
    "pureFlashArray": Vendor(keys=("PURE_CLUSTER_PREFIX",), raw_since=(2, 10), virtual_volumes=True),
    "vantara": Vendor(keys=("STORAGE_ID", "STORAGE_PORT", "HOSTGROUP_ID_LIST"), raw_since=(2, 12)),
}
"""By the name in a map; methods as in the sources of v2.10.6 and v2.12.5 (RDMCopy and VVolCopy per vendor)."""


def missing(vendor: str, given: Mapping[str, str]) -> list[str]:
    """Keys that its Secret lacks, in the order in which people are told; a token stands for user and password."""
    login = () if given.get(_TOKEN) else _LOGIN
    return [key for key in (*_ALWAYS, *login, *VENDORS[vendor].keys) if not given.get(key)]
