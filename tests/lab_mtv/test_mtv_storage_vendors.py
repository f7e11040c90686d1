"""What a populator wants to be told of each vendor's storage (facts/forklift.md 4.1)."""

from dataclasses import replace

import pytest

from lab.mtv.offload.vendors import VENDORS, missing
from tests.lab_mtv.offloading import OffloadDesk
from tests.lab_mtv.scene import RHEL, Product, has

LOGIN = dict.fromkeys(("STORAGE_HOSTNAME", "STORAGE_USERNAME", "STORAGE_PASSWORD"), "x")
KEYS = {
    "ontap": ["ONTAP_SVM"],
    "vantara": ["STORAGE_ID", "STORAGE_PORT", "HOSTGROUP_ID_LIST"],
    "primera3par": [],
    "pureFlashArray": ["PURE_CLUSTER_PREFIX"],
    "powerflex": ["POWERFLEX_SYSTEM_ID"],
    "powermax": ["POWERMAX_SYMMETRIX_ID", "POWERMAX_PORT_GROUP_NAME"],
    "powerstore": [],
    "flashsystem": [],
    "infinibox": [],
}


def test_every_vendor_of_mtv_is_known() -> None:
    assert VENDORS.keys() == KEYS.keys()


@pytest.mark.parametrize("vendor", KEYS)
def test_a_vendors_own_keys_are_wanted_beside_address_and_login(vendor: str) -> None:
    assert missing(vendor, LOGIN) == KEYS[vendor]
    assert missing(vendor, LOGIN | dict.fromkeys(KEYS[vendor], "y")) == []
    assert missing(vendor, {}) == [*LOGIN, *KEYS[vendor]]
    assert missing(vendor, {"STORAGE_HOSTNAME": "x", "STORAGE_TOKEN": "t"}) == KEYS[vendor]


def test_another_vendors_array_copies_as_well(product: Product) -> None:
    desk = OffloadDesk(product)
    array = desk.array
    other = replace(array, vendor="powermax", keys=dict.fromkeys(KEYS["powermax"], "lab"), token="")
    product.world.arrays[array.hostname] = other
    assert has(desk.offloaded(RHEL)[-1], "Succeeded")
