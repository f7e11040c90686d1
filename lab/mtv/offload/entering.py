"""How a populator gets into the storage array: keys of its Secret, address, certificate, login (forklift.md 4.1)."""

from collections.abc import Mapping

from lab.mtv.offload.vendors import VENDORS, Vendor, missing, words_for
from lab.world.arrays import StorageArray
from lab.world.world import World

_UNKNOWN_AUTHORITY = "tls: failed to verify certificate: x509: certificate signed by unknown authority"


class CannotPopulate(Exception):
    """The pod fails; the message is the last line of its log."""


def array_for(world: World, vendor: str, given: Mapping[str, str], host: str) -> StorageArray:
    """The array that a Secret's keys get the populator of a vendor into; `host` is the ESXi host that is to copy.

    Raises CannotPopulate.
    """
    lacking = missing(vendor, given)
    if lacking:
        raise CannotPopulate(words_for(vendor, lacking))
    address, known = given["STORAGE_HOSTNAME"], VENDORS[vendor]
    array = world.arrays.get(address)
    if array is None or array.vendor != vendor:
        raise CannotPopulate(f"{known.opening} no {vendor} answers at {address}")
    if array.self_signed and known.verifies and given.get("STORAGE_SKIP_SSL_VERIFICATION") != "true":
        raise CannotPopulate(f"{known.opening} {_UNKNOWN_AUTHORITY}")
    if not _may(array, known, given):
        raise CannotPopulate(_refusal(known, given, host).format(host=address))
    for key, value in array.keys.items():
        if given.get(key) != value:
            raise CannotPopulate(f"{known.opening} nothing on {address} belongs to this {key}")
    return array


def _may(array: StorageArray, vendor: Vendor, given: Mapping[str, str]) -> bool:
    """A token counts more than user and password where a populator takes tokens; others do not look at it."""
    if given.get("STORAGE_TOKEN") and vendor.refused_by_token:
        return given["STORAGE_TOKEN"] == array.token
    login = (given.get("STORAGE_USERNAME"), given.get("STORAGE_PASSWORD"))
    return login == (array.account.user, array.account.password)


def _refusal(vendor: Vendor, given: Mapping[str, str], host: str) -> str:
    if vendor.at_hosts:
        return f"failed to add the ESX HBA UID [iqn.1998-01.com.vmware:{host}] to the initiator group {vendor.refused}"
    by_token = given.get("STORAGE_TOKEN") and vendor.refused_by_token
    return f"{vendor.opening} {vendor.refused_by_token if by_token else vendor.refused}"
