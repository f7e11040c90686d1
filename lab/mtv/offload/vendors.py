"""What MTV's populators know of storage vendors: keys of their Secrets, kinds of disks that they copy, their words.

kubev2v/forklift v2.12.5, cmd/vsphere-copy-offload-populator: main, and internal/<vendor>.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_ALWAYS = ("STORAGE_HOSTNAME",)
_LOGIN, _TOKEN = ("STORAGE_USERNAME", "STORAGE_PASSWORD"), "STORAGE_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One storageVendorProduct (facts/forklift.md 4.1)."""

    keys: tuple[str, ...] = ()
    """What the Secret must have beside address and login."""
    naa: str = ""
    """By how the NAA id of a raw disk's LUN begins MTV knows the vendor; empty where its table has none."""
    raw_since: str = ""
    """First release whose populator has the array copy raw mappings itself; empty for never."""
    virtual_since: str = ""
    """First release whose populator has the array copy disks of VVol datastores itself; empty for never."""
    verifies: bool = True
    """Its populator looks at the certificate of the array, unless the Secret says otherwise."""
    opening: str
    """How the last line begins of a populator that does not get into the array."""
    refused: str
    """How it goes on when user or password are wrong; the end is the array's own answer."""
    refused_by_token: str = ""
    """The same of a token, with the vendor whose populator takes one."""
    at_hosts: bool = False
    """A wrong login is noticed only when the ESXi host is to be let in."""
    absent: str = "missing value for {key} in the storage secret"
    """The last line of one that was not given a key of its vendor."""


_MAPPER, _CLONNER = "failed to initialize {} storage mapper with", "failed to initialize {} clonner with"
_PLEASE = "Please set {key} in the pod environment or in the secret attached to the relevant storage map"
_NO_SYSTEM = (
    'systemId is empty. Make sure to pass systemId using the env variable "{key}". The value can be taken from the '
    "vxflexos-config secret under the powerflex CSI deployment"
)

VENDORS: Mapping[str, Vendor] = {
    "flashsystem": Vendor(
        naa="naa.6005076",
        raw_since="2.11",
        opening=_MAPPER.format("flashsystem"),
        refused="failed to create FlashSystem API client: initial authentication failed: "
        "FlashSystem authentication failed. Status: 403 Forbidden",
    ),
    "infinibox": Vendor(
        naa="naa.6742b0f",
        verifies=False,
        opening=_CLONNER.format("Infinibox"),
        refused="failed to get all hosts: 401 Unauthorized",
        at_hosts=True,
    ),
    "ontap": Vendor(
        keys=("ONTAP_SVM",),
        naa="naa.600a098",
        verifies=False,
        opening=_MAPPER.format("Ontap"),
        refused="failed to initialize ONTAP client (common causes: incorrect password, invalid SVM name, "
        "network connectivity): 401 Unauthorized",
    ),
    "powerflex": Vendor(
        keys=("POWERFLEX_SYSTEM_ID",),
        opening=_CLONNER.format("PowerFlex"),
        refused="error authenticating: Unauthorized",
        absent=f"{_CLONNER.format('PowerFlex')} {_NO_SYSTEM}",
    ),
    "powermax": Vendor(
        keys=("POWERMAX_SYMMETRIX_ID", "POWERMAX_PORT_GROUP_NAME"),
        naa="naa.6000097",
        opening=_CLONNER.format("PowerMax"),
        refused="Unauthorized",
        absent=f"{_CLONNER.format('PowerMax')} {_PLEASE}",
    ),
    "powerstore": Vendor(
        naa="naa.68ccf098",
        opening=_CLONNER.format("PowerStore"),
        refused="failed to authenticate with PowerStore backend {host}: Unauthorized",
    ),
    "primera3par": Vendor(
        naa="naa.60002ac",
        raw_since="2.11",
        virtual_since="2.11",
        opening=_CLONNER.format("primera3par"),
        refused="failed to ensure host with IQN: failed to get host by adapterId: "
        "authentication failed: invalid username or password (code 5)",
        at_hosts=True,
    ),
    "pureFlashArray": Vendor(
        keys=("PURE_CLUSTER_PREFIX",),
        naa="naa.624a9370",
        raw_since="2.10",
        virtual_since="2.10",
        opening=_CLONNER.format("Pure FlashArray"),
        refused="failed to create REST client: failed to get API token: "
        "API token request failed with status 400: invalid credentials",
        refused_by_token="failed to create REST client: failed to get auth token: "  # noqa: S106
        "auth token request failed with status 401: invalid token",
        absent=f"{_CLONNER.format('Pure FlashArray')} clusterPrefix is missing and {{key}} is not set.",
    ),
    "vantara": Vendor(
        keys=("STORAGE_ID", "STORAGE_PORT", "HOSTGROUP_ID_LIST"),
        naa="naa.60060e8",
        raw_since="2.11",
        virtual_since="2.11",
        verifies=False,
        opening=_MAPPER.format("Vantara"),
        refused="failed to connect to Vantara storage: failed to generate session: request failed with status 401",
    ),
}
"""By the name in a map; methods as in the sources of v2.10.6, v2.11.7 and v2.12.5 (RDMCopy and VvolCopy per vendor)."""


def missing(vendor: str, given: Mapping[str, str]) -> list[str]:
    """Keys that its Secret lacks, in the order in which people are told; a token stands for user and password."""
    login = () if given.get(_TOKEN) else _LOGIN
    return [key for key in (*_ALWAYS, *login, *VENDORS[vendor].keys) if not given.get(key)]


def words_for(vendor: str, lacking: list[str]) -> str:
    """The last line of a populator whose Secret lacks these keys: it begins with what every vendor's must have."""
    if _ALWAYS[0] in lacking:
        return "missing value for flag --storage-hostname"
    if set(lacking) & set(_LOGIN):
        return f"either {_TOKEN} or both {' and '.join(_LOGIN)} must be provided"
    return VENDORS[vendor].absent.format(key=lacking[0])
