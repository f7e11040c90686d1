"""The array's address: each vendor's populator takes another form, and a wrong one is told before anything is made."""

from pathlib import Path

import pytest

from support.run.profiles.copy_offload_model import VENDORS
from tests.run_settings.profile_files import BLOCK, VSPHERE, Entry, load, refused

_KEYS = {
    "ontap": ("ontap_svm",),
    "vantara": ("vantara_storage_id", "vantara_storage_port", "vantara_hostgroup_id_list"),
    "pureFlashArray": ("pure_cluster_prefix",),
    "powerflex": ("powerflex_system_id",),
    "powermax": ("powermax_symmetrix_id", "powermax_port_group_name"),
}
_TAKEN = {
    "ontap": ("array.example.com", "192.0.2.7", "array.example.com:8443", "[2001:db8::7]"),
    "pureFlashArray": ("array.example.com", "192.0.2.7:443", "[2001:db8::7]:443"),
    "flashsystem": ("array", "array.example.com", "192.0.2.7", "[2001:db8::7]"),
    "vantara": ("192.0.2.7", "https://192.0.2.7", "https://192.0.2.7:23451/ConfigurationManager"),
    "primera3par": ("https://192.0.2.7:8080", "http://array.example.com:8008", "https://[2001:db8::7]:443"),
    "powerflex": ("https://pflex.example.com", "https://192.0.2.7:443/", "https://pflex.example.com/api"),
    "powermax": ("https://unisphere.example.com:8443", "https://192.0.2.7:8443/"),
    "powerstore": ("https://pstore.example.com/api/rest", "https://192.0.2.7/api/rest/"),
    "infinibox": ("https://ibox.example.com/", "https://192.0.2.7:443/"),
}
_NO_URL = (("array.example.com", "no https:// before it"), ("array.example.com:8443", "no https:// before it"))
_ODD_URL = (
    ("ftp://array.example.com", "a URL with ftp://"),
    ("https://array.example.com:port", "a URL that cannot be read"),
    ("https:// array.example.com", "a URL that cannot be read"),
    ("https:///api", "a URL that cannot be read"),
    ("https://array.example.com/?a=b", "a URL with a query or fragment"),
)
_CUT_OUT = ("https://api-1.example.com", "a host whose name begins with 'api', which MTV cuts out")
_NO_NAME = (
    ("https://array.example.com", "a URL"),
    ("array example.com", "an address that cannot be read"),
    ("2001:db8::7", "an IPv6 address without brackets"),
)
_REFUSED = {
    "ontap": (*_NO_NAME, ("array.example.com/", "a path behind it")),
    "pureFlashArray": _NO_NAME,
    "flashsystem": (*_NO_NAME, ("array.example.com/", "a path behind it"), ("array:7443", "a port behind it")),
    "vantara": (
        ("array.example.com", "none in it"),
        ("https://[2001:db8::7]", "none in it"),
        ("300.0.2.7", "one with numbers that no address has"),
    ),
    "primera3par": (*_NO_URL, *_ODD_URL),
    "powerflex": (*_NO_URL, *_ODD_URL, _CUT_OUT),
    "powermax": (*_NO_URL, *_ODD_URL, _CUT_OUT),
    "powerstore": (*_NO_URL, *_ODD_URL, ("https://array.example.com/", "a URL without the path /api/rest")),
    "infinibox": (*_NO_URL, *_ODD_URL, ("https://array.example.com", "no slash at its end")),
}
_DOUBTED = (
    ("pureFlashArray", "array.example.com/", "has a path"),
    ("vantara", "192.0.2.7.nip.example.com", "MTV takes 192.0.2.7 out of it and nothing else"),
    ("primera3par", "https://array.example.com", "names no port, so that MTV asks that of its scheme"),
    ("primera3par", "https://array.example.com:8080/", "has a path or a slash at its end"),
    ("powerflex", "https://array.example.com/gateway", "has a path that MTV puts its own behind"),
    ("powermax", "https://array.example.com:8443/univmax", "has a path that MTV puts its own behind"),
    ("powerstore", "https://array.example.com/rest", "has a path that MTV puts its own behind"),
    ("infinibox", "https://array.example.com/box/", "has a path that MTV puts its own behind"),
)


def _entry(vendor: str, address: str) -> Entry:
    keys = dict.fromkeys(_KEYS.get(vendor, ()), "value")
    return {
        **VSPHERE,
        "copyoffload": {**BLOCK, "storage_vendor_product": vendor, "storage_hostname": address, **keys},
    }


def _each(addresses: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(vendor, address) for vendor, each in addresses.items() for address in each]


def test_each_vendor_has_its_forms_here() -> None:
    assert set(_TAKEN) == set(_REFUSED) == set(VENDORS)


@pytest.mark.parametrize(("vendor", "address"), _each(_TAKEN))
def test_a_form_that_the_populator_takes_is_taken(tmp_path: Path, vendor: str, address: str) -> None:
    profile = load(tmp_path, _entry(vendor, address))
    assert profile.warnings == ()
    assert profile.copy_offload is not None
    assert profile.copy_offload.hostname == address


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_form_that_the_populator_gets_nowhere_with_is_refused(tmp_path: Path, vendor: str) -> None:
    for address, found in _REFUSED[vendor]:
        said = refused(tmp_path, _entry(vendor, address))
        assert f"mine.copyoffload.storage_hostname: wrong with storage_vendor_product {vendor}, expected " in said
        assert " such as " in said
        assert f", found {found}; correct it, or give COPYOFFLOAD_STORAGE_HOSTNAME" in said


@pytest.mark.parametrize(("vendor", "address", "doubt"), _DOUBTED)
def test_a_form_that_an_array_may_not_answer_to_is_warned_of(
    tmp_path: Path, vendor: str, address: str, doubt: str
) -> None:
    (warning,) = load(tmp_path, _entry(vendor, address)).warnings
    assert warning.startswith(f"mine.copyoffload.storage_hostname: {doubt}")
    assert "; expected " in warning


def test_a_form_from_the_environment_is_told_with_its_variable(tmp_path: Path) -> None:
    entry = _entry("infinibox", "https://ibox.example.com/")
    said = refused(tmp_path, entry, {"COPYOFFLOAD_STORAGE_HOSTNAME": "ibox.example.com"})
    assert said.endswith("found no https:// before it in the variable COPYOFFLOAD_STORAGE_HOSTNAME")


def test_a_missing_address_is_asked_for_in_the_vendors_form(tmp_path: Path) -> None:
    said = refused(tmp_path, _entry("powermax", ""))
    assert "storage_hostname: missing, expected the URL of Unisphere such as https://unisphere.example.com:8443" in said


def test_an_address_with_a_login_in_it_is_not_repeated(tmp_path: Path) -> None:
    assert "s3cret" not in refused(tmp_path, _entry("ontap", "https://admin:s3cret@array.example.com"))
