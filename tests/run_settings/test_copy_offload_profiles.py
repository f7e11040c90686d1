"""The block copyoffload of a source profile: what each vendor needs, and what the environment gives."""

from pathlib import Path

import pytest

from support.domain.errors import StartError
from support.domain.secret import Secret
from support.run.profiles.copy_offload_model import VENDORS
from support.run.roles import COPY_OFFLOAD
from tests.run_settings.profile_files import BLOCK, VSPHERE, load, refused

_NEEDED = {
    "ontap": {"ontap_svm"},
    "vantara": {"vantara_storage_id", "vantara_storage_port", "vantara_hostgroup_id_list"},
    "pureFlashArray": {"pure_cluster_prefix"},
    "powerflex": {"powerflex_system_id"},
    "powermax": {"powermax_symmetrix_id"},
}
_ADDRESS = {
    "ontap": "array.example.com",
    "vantara": "192.0.2.7",
    "primera3par": "https://array.example.com:8080",
    "pureFlashArray": "array.example.com",
    "powerflex": "https://array.example.com",
    "powermax": "https://array.example.com:8443",
    "powerstore": "https://array.example.com/api/rest",
    "infinibox": "https://array.example.com/",
    "flashsystem": "array.example.com",
}


def _block(vendor: str) -> dict[str, str]:
    return {**BLOCK, "storage_vendor_product": vendor, "storage_hostname": _ADDRESS[vendor]}


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_vendor_needs_its_own_fields_and_no_others(tmp_path: Path, vendor: str) -> None:
    block = _block(vendor)
    needed = _NEEDED.get(vendor, set())
    if needed:
        said = refused(tmp_path, {**VSPHERE, "copyoffload": block})
        assert {key for keys in _NEEDED.values() for key in keys if f"copyoffload.{key}: missing" in said} == needed
        assert all(f"here or as COPYOFFLOAD_{key.upper()}" in said for key in needed)
    profile = load(tmp_path, {**VSPHERE, "copyoffload": {**block, **dict.fromkeys(needed, "value")}})
    assert profile.copy_offload is not None
    assert profile.copy_offload.vendor_fields == dict.fromkeys(needed, "value")


@pytest.mark.parametrize(
    ("vendor", "more"),
    [
        ("vantara", {"vantara_copy_speed": "faster"}),
        ("powermax", {"powermax_port_group_name": "pg"}),
        ("powerstore", {"storage_skip_ssl_verification": "true", "storage_http_timeout_seconds": "90"}),
    ],
)
def test_what_only_mtv_knows_may_be_given_and_need_not(tmp_path: Path, vendor: str, more: dict[str, str]) -> None:
    needed = dict.fromkeys(_NEEDED.get(vendor, ()), "value")
    block = {**_block(vendor), **needed, **more}
    profile = load(tmp_path, {**VSPHERE, "copyoffload": block})
    assert profile.copy_offload is not None
    assert profile.copy_offload.array.fields == {**needed, **more}


def test_a_port_group_that_mtvs_pod_will_miss_is_advised(tmp_path: Path) -> None:
    """Every release that knows this vendor gives up without it."""
    block = {**_block("powermax"), "powermax_symmetrix_id": "1"}
    (warning,) = load(tmp_path, {**VSPHERE, "copyoffload": block}).warnings
    assert "copyoffload.powermax_port_group_name: absent, and without it MTV's copying pod gives up" in warning
    assert "here or as COPYOFFLOAD_POWERMAX_PORT_GROUP_NAME" in warning
    given = {"COPYOFFLOAD_POWERMAX_PORT_GROUP_NAME": "pg"}
    assert load(tmp_path, {**VSPHERE, "copyoffload": block}, given).warnings == ()


def test_a_token_takes_the_place_of_the_login_of_a_flash_array_alone(tmp_path: Path) -> None:
    login = ("storage_username", "storage_password")
    without = {key: text for key, text in BLOCK.items() if key not in login}
    named = {key: text for key, text in _block("pureFlashArray").items() if key not in login}
    flash = {**named, "pure_cluster_prefix": "px_1"}
    profile = load(tmp_path, {**VSPHERE, "copyoffload": flash}, {"COPYOFFLOAD_STORAGE_TOKEN": "t0ken"})
    assert profile.copy_offload is not None
    assert profile.copy_offload.array.token == Secret("t0ken")
    assert Secret("t0ken") in profile.secrets()
    said = refused(tmp_path, {**VSPHERE, "copyoffload": {**without, "storage_token": "t0ken"}})
    assert "copyoffload.storage_username: missing, expected the storage system's user, here or as COPYOFFLOAD_S" in said


def test_the_array_knows_which_datastores_lie_on_it(tmp_path: Path) -> None:
    more = {"secondary_datastore_id": "datastore-2", "non_xcopy_datastore_id": "datastore-3"}
    profile = load(tmp_path, {**VSPHERE, "copyoffload": {**BLOCK, **more}})
    assert profile.copy_offload is not None
    assert profile.copy_offload.array.datastores == {"datastore-1", "datastore-2"}


def test_cloning_over_ssh_needs_a_host_and_a_login(tmp_path: Path) -> None:
    said = refused(tmp_path, {**VSPHERE, "copyoffload": {**BLOCK, "esxi_clone_method": "ssh"}})
    for key in ("esxi_host", "esxi_user", "esxi_password"):
        assert f"copyoffload.{key}: missing with esxi_clone_method ssh" in said


def test_the_environment_completes_and_wins_over_the_block_of_the_chosen_profile_only(tmp_path: Path) -> None:
    block = {key: text for key, text in BLOCK.items() if key != "storage_password"}
    environ = {"COPYOFFLOAD_STORAGE_PASSWORD": "from-env", "COPYOFFLOAD_STORAGE_USERNAME": "env-admin"}
    entry = {**VSPHERE, "copyoffload": block}
    profile = load(tmp_path, entry, environ, other=entry)
    assert profile.copy_offload is not None
    assert profile.copy_offload.username == "env-admin"
    assert profile.copy_offload.password.reveal() == "from-env"
    assert "other.copyoffload.storage_password: missing" in profile.warnings[0]
    assert load(tmp_path, VSPHERE, environ).copy_offload is None


def test_one_refusal_names_everything_that_the_block_lacks(tmp_path: Path) -> None:
    block = {"storage_vendor_product": "netapp", "datastore_id": "datastore-1", "storage_usernam": "admin"}
    said = refused(tmp_path, {**VSPHERE, "copyoffload": block})
    assert "copyoffload.storage_vendor_product: wrong, expected one of ontap," in said
    assert "copyoffload.storage_hostname: missing, expected the storage system's address in the form" in said
    assert "as COPYOFFLOAD_STORAGE_USERNAME; there is an unknown key 'storage_usernam'" in said
    assert "copyoffload.storage_password: missing" in said


@pytest.mark.parametrize("key", ["secondary_datastore_id", "non_xcopy_datastore_id"])
def test_a_datastore_is_not_on_the_array_and_beside_it(tmp_path: Path, key: str) -> None:
    said = refused(tmp_path, {**VSPHERE, "copyoffload": {**BLOCK, key: BLOCK["datastore_id"]}})
    assert f"copyoffload.{key}: wrong, expected another datastore than datastore_id, found the same" in said


def test_a_wrong_value_of_the_environment_is_told_with_its_variable(tmp_path: Path) -> None:
    environ = {"COPYOFFLOAD_STORAGE_SKIP_SSL_VERIFICATION": "yes"}
    with pytest.raises(StartError, match="found a text in the variable COPYOFFLOAD_STORAGE_SKIP_SSL_VERIFICATION"):
        load(tmp_path, {**VSPHERE, "copyoffload": BLOCK}, environ)


def test_structure_never_comes_from_the_environment(tmp_path: Path) -> None:
    environ = {"COPYOFFLOAD_DATASTORE_ID": "datastore-9"}
    profile = load(tmp_path, {**VSPHERE, "copyoffload": BLOCK}, environ)
    assert profile.copy_offload is not None
    assert profile.copy_offload.datastore_id == "datastore-1"


def test_capabilities_follow_what_the_block_has(tmp_path: Path) -> None:
    more = {"secondary_datastore_id": "d2", "non_xcopy_datastore_id": "d3", "rdm_lun_uuid": "naa.6"}
    profile = load(tmp_path, {**VSPHERE, "copyoffload": {**BLOCK, **more}})
    assert profile.capabilities == {"secondary_datastore", "non_xcopy_datastore", "rdm"}


def test_a_copyoffload_block_elsewhere_than_on_vsphere_warns(tmp_path: Path) -> None:
    assert load(tmp_path, {"type": "openshift", "copyoffload": BLOCK}).warnings == (
        "mine.copyoffload: means nothing for type openshift, only for vsphere",
    )


def test_default_vm_name_renames_the_copy_offload_template_unless_machines_does(tmp_path: Path) -> None:
    entry = {**VSPHERE, "copyoffload": {**BLOCK, "default_vm_name": "rhel9-template"}}
    assert load(tmp_path, entry).machine_for(COPY_OFFLOAD) == "rhel9-template"
    both = {**entry, "machines": {COPY_OFFLOAD: "mine"}}
    assert load(tmp_path, both).machine_for(COPY_OFFLOAD) == "mine"
