"""An array of each vendor, as one lab may have it; a lab has one of them."""

from lab.world.arrays import StorageArray
from lab.world.model import GIB, Account, Lun

_NAME, _ADDRESS = "array-1.lab.test", "192.0.2.30"
_SYSTEM = "4a54a8ba6df0690f"
"""Of the PowerFlex: its volumes have this in their names."""
DEFAULT = "pureFlashArray"


def _array(vendor: str, naa: str, *, hostname: str = _NAME, token: str = "", **keys: str) -> StorageArray:
    """With NAA ids of the usual length: what the vendor's begin with, then sixteen digits that name the LUN."""
    account = Account(user="mtv-copy", password="lab-array-password")  # noqa: S106
    naa = naa.ljust(len("naa.") + 16, "0")
    signed = vendor == DEFAULT
    return StorageArray(
        hostname=hostname, vendor=vendor, account=account, naa=naa, keys=keys, token=token, self_signed=not signed
    )


def _all() -> tuple[StorageArray, ...]:
    return (
        _array("flashsystem", "naa.6005076"),
        _array("infinibox", "naa.6742b0f", hostname=f"https://{_NAME}/"),
        _array("ontap", "naa.600a0980", ONTAP_SVM="svm-lab"),
        _array("powerflex", f"eui.{_SYSTEM}", hostname=f"https://{_NAME}", POWERFLEX_SYSTEM_ID=_SYSTEM),
        _array(
            "powermax",
            "naa.6000097",
            hostname=f"https://{_NAME}:8443",
            POWERMAX_SYMMETRIX_ID="000120200287",
            POWERMAX_PORT_GROUP_NAME="lab-port-group",
        ),
        _array("powerstore", "naa.68ccf098", hostname=f"https://{_NAME}/api/rest"),
        _array("primera3par", "naa.60002ac", hostname=f"https://{_NAME}:8080"),
        _array(DEFAULT, "naa.624a9370", token="lab-array-token", PURE_CLUSTER_PREFIX="px_a1b2c3d4"),  # noqa: S106
        _array(
            "vantara",
            "naa.60060e80",
            hostname=_ADDRESS,
            STORAGE_ID="834000070177",
            STORAGE_PORT="443",
            HOSTGROUP_ID_LIST="CL1-A,1:CL2-B,2",
        ),
    )


VENDORS = tuple(array.vendor for array in _all())


def array_of_vendor(vendor: str) -> StorageArray:
    """A fresh one; its management answers where this vendor's populator looks for it (see `StorageArray.hostname`)."""
    return next(array for array in _all() if array.vendor == vendor)


def device(array: StorageArray, number: int) -> str:
    """NAA id of one of its LUNs."""
    return f"{array.naa}{number:016d}"


def free_luns(array: StorageArray, *numbers: int) -> list[Lun]:
    """LUNs that nobody uses yet."""
    return [
        Lun(
            name=device(array, number),
            uuid=f"0200{number:04d}00{array.naa[len('naa.') :][:8]}".ljust(56, "0"),
            size=10 * GIB,
        )
        for number in numbers
    ]
