"""What a populator wants to be told of each vendor's storage, and what becomes of it (facts/forklift.md 4.1)."""

from typing import Any

import pytest

from lab.mtv.offload.entering import CannotPopulate, array_for
from lab.mtv.offload.vendors import VENDORS, missing
from lab.world import array_estate
from lab.world.arrays import StorageArray
from lab.world.estate import WITHOUT_XCOPY, pristine
from tests.lab_mtv.offloading import POPULATOR, TWO_DISKS, OffloadDesk
from tests.lab_mtv.scene import TARGET, Product, has
from tests.lab_mtv.test_mtv_copy_offload import move_disk, xcopy_used

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
HOST = "esxi-1.lab.test"
UNVERIFIED = {"infinibox", "ontap", "vantara"}
"""Vendors whose populators take any certificate (v2.12.5)."""
WRONG_LOGIN = {
    "flashsystem": "flashsystem storage mapper with .*FlashSystem authentication failed. Status: 403",
    "infinibox": r"failed to add the ESX HBA UID \[iqn.*esxi-1.lab.test\] .* failed to get all hosts",
    "ontap": "failed to initialize Ontap storage mapper with failed to initialize ONTAP client .*incorrect password",
    "powerflex": "failed to initialize PowerFlex clonner with error authenticating",
    "powermax": "failed to initialize PowerMax clonner with",
    "powerstore": "failed to authenticate with PowerStore backend https://array-1.lab.test/api/rest",
    "primera3par": "to the initiator group .*authentication failed: invalid username or password",
    "pureFlashArray": "Pure FlashArray clonner with failed to create REST client: failed to get API token",
    "vantara": "failed to initialize Vantara storage mapper with failed to connect to Vantara storage",
}


@pytest.fixture
def options() -> dict[str, Any]:
    """One whose array MTV can not tell by a LUN's name, and that copies no raw mapping itself."""
    return {"array": "powerflex"}


def array_in(vendor: str) -> StorageArray:
    (array,) = pristine(vendor).arrays.values()
    return array


def secret(array: StorageArray, **keys: str) -> dict[str, str]:
    """All that a populator of this array's vendor needs, changed."""
    account = array.account
    login = dict(zip(LOGIN, (array.hostname, account.user, account.password), strict=True))
    return {**login, "STORAGE_SKIP_SSL_VERIFICATION": "true", **array.keys, **keys}


def entered(array: StorageArray, given: dict[str, str]) -> StorageArray:
    world = pristine(array.vendor)
    return array_for(world, array.vendor, given, HOST)


def test_every_vendor_of_mtv_is_known_and_a_lab_may_have_its_array() -> None:
    assert VENDORS.keys() == KEYS.keys() == set(array_estate.VENDORS)


@pytest.mark.parametrize("vendor", KEYS)
def test_a_vendors_own_keys_are_wanted_beside_address_and_login(vendor: str) -> None:
    assert missing(vendor, LOGIN) == KEYS[vendor]
    assert missing(vendor, LOGIN | dict.fromkeys(KEYS[vendor], "y")) == []
    assert missing(vendor, {}) == [*LOGIN, *KEYS[vendor]]
    assert missing(vendor, {"STORAGE_HOSTNAME": "x", "STORAGE_TOKEN": "t"}) == KEYS[vendor]


@pytest.mark.parametrize("vendor", KEYS)
def test_an_estate_lies_on_the_array_that_was_chosen(vendor: str) -> None:
    world, array = pristine(vendor), array_in(vendor)
    on_it = {store.name for store in world.datastores.values() if array.serves(store.backing)}
    assert on_it == {"lab-vmfs-1", "lab-vmfs-2"}
    assert all(array.serves(lun.name) for lun in world.luns)
    assert {klass.name for klass in world.storage_classes if klass.array == array.hostname} == {"lab-block", "lab-wffc"}
    assert array.keys.keys() == set(KEYS[vendor])
    assert array.naa.startswith(VENDORS[vendor].naa), "MTV knows the vendor by the same digits"
    names = [*(store.backing for store in world.datastores.values()), *(lun.name for lun in world.luns)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("vendor", KEYS)
def test_a_secret_gets_its_populator_into_the_array(vendor: str) -> None:
    array = array_in(vendor)
    assert entered(array, secret(array)) == array


@pytest.mark.parametrize("vendor", KEYS)
def test_a_wrong_login_is_told_in_the_vendors_words(vendor: str) -> None:
    array = array_in(vendor)
    with pytest.raises(CannotPopulate, match=WRONG_LOGIN[vendor]):
        entered(array, secret(array, STORAGE_PASSWORD="wrong"))


@pytest.mark.parametrize(("vendor", "key"), [(vendor, key) for vendor, keys in KEYS.items() for key in keys])
def test_a_key_that_is_missing_is_named_and_one_that_is_wrong_finds_nothing(vendor: str, key: str) -> None:
    array = array_in(vendor)
    for value in ("", "another"):
        with pytest.raises(CannotPopulate, match=key):
            entered(array, secret(array, **{key: value}))


@pytest.mark.parametrize("vendor", KEYS)
def test_a_self_signed_certificate_stops_who_looks_at_it(vendor: str) -> None:
    array = array_in(vendor)
    given = secret(array, STORAGE_SKIP_SSL_VERIFICATION="")
    if vendor in UNVERIFIED or not array.self_signed:
        assert entered(array, given) == array
        return
    with pytest.raises(CannotPopulate, match="certificate signed by unknown authority"):
        entered(array, given)


def test_a_token_is_looked_at_by_the_one_array_that_knows_any() -> None:
    flash, store = array_in("pureFlashArray"), array_in("powerstore")
    alone = {"STORAGE_USERNAME": "", "STORAGE_PASSWORD": ""}
    assert entered(flash, secret(flash, STORAGE_TOKEN=flash.token, **alone)) == flash
    with pytest.raises(CannotPopulate, match="failed to get auth token"):
        entered(flash, secret(flash, STORAGE_TOKEN="wrong"))
    assert entered(store, secret(store, STORAGE_TOKEN="wrong")) == store
    with pytest.raises(CannotPopulate, match="failed to authenticate with PowerStore"):
        entered(store, secret(store, STORAGE_TOKEN="wrong", **alone))


def test_a_raw_disk_that_no_populator_copies_itself_is_copied_by_xcopy(product: Product) -> None:
    desk = OffloadDesk(product)
    first, second = desk.machine(TWO_DISKS).disks
    second.lun, second.lun_mode = product.world.luns[0].name, "virtualMode"
    plan = desk.offloaded(TWO_DISKS)[-1]
    assert has(plan, "Succeeded")
    assert xcopy_used(plan) == {first.file: "1", second.file: "1"}
    claim = desk.claims()[second.file]
    assert claim["metadata"]["labels"]["volume.csi.k8s.io/affinity-source-naa"].startswith("eui.4a54a8ba6df0690f")


def test_a_virtual_volume_is_a_hosts_work_where_the_vendors_populator_has_no_way_of_its_own(product: Product) -> None:
    desk = OffloadDesk(product)
    (disk, _second) = desk.machine(TWO_DISKS).disks
    store = next(store for store in product.world.datastores.values() if store.name == WITHOUT_XCOPY)
    store.type = "VVOL"
    product.on_loop(lambda: move_disk(disk, WITHOUT_XCOPY))
    assert has(desk.offloaded(TWO_DISKS)[-1], "Succeeded")
    told = {it["spec"]["vmdkPath"]: it["status"] for it in product.all(POPULATOR, TARGET)}
    assert told[disk.file]["xcopyUsed"] == "0"
    assert "vibVersion" in told[disk.file], "a host did it"


@pytest.mark.parametrize("vendor", KEYS)
def test_who_copies_what_without_a_host(vendor: str) -> None:
    """Methods RDMCopy and VvolCopy of the sources: v2.10.6, v2.11.7 and v2.12.5."""
    raw, virtual = VENDORS[vendor].raw_since, VENDORS[vendor].virtual_since
    wanted = {
        "flashsystem": ("2.11", ""),
        "primera3par": ("2.11", "2.11"),
        "pureFlashArray": ("2.10", "2.10"),
        "vantara": ("2.11", "2.11"),
    }
    assert (raw, virtual) == wanted.get(vendor, ("", ""))
