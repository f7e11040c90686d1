"""Source profiles: bad files and half-filled entries become one clear error; good ones become domain values."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.domain.access import CloudScope, ClusterSource
from support.domain.errors import StartError, SuiteError
from support.domain.names import RoleName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.run.profiles.copy_offload_model import VENDORS
from support.run.profiles.loading import load_profile
from support.run.profiles.profile import Profile
from support.run.roles import COPY_OFFLOAD, DEFAULTS
from support.run.settings import Settings

Entry = dict[str, Any]

VSPHERE: Entry = {
    "type": "vsphere",
    "version": "8.0",
    "api_url": "https://vc.example.com:8443/sdk",
    "username": "admin",
    "password": "vc-password",
}
BLOCK: Entry = {
    "storage_vendor_product": "powerstore",
    "datastore_id": "datastore-1",
    "storage_hostname": "array.example.com",
    "storage_username": "array-admin",
    "storage_password": "array-password",
}


def write(folder: Path, content: str | bytes | Mapping[str, object]) -> Path:
    path = folder / "providers.json"
    data = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    path.write_bytes(data)
    return path


def settings_for(path: Path, chosen: str = "mine") -> Settings:
    return replace(Settings(), providers_file=path, source_provider=chosen)


def load(folder: Path, entry: object, environ: Mapping[str, str] | None = None, **others: object) -> Profile:
    path = write(folder, {"mine": entry, **others})
    return load_profile(settings_for(path), environ or {})


def refused(folder: Path, entry: object, environ: Mapping[str, str] | None = None, **others: object) -> str:
    with pytest.raises(StartError) as caught:
        load(folder, entry, environ, **others)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty, expected a JSON object"),
        (" \n", "is empty"),
        ('{"mine": {\n  "type": "vsphere",\n}}', "not JSON, line 3 column 1"),
        ('{"mine": {} # secret\n}', "not JSON, line 1 column 13"),
        ('{"mine": NaN}', "not JSON"),
        (b'{"mine": "\xff"}', "no UTF-8 text"),
        ("[]", "expected a JSON object with one entry per profile, found a list"),
        ("{}", "has no profile"),
        ('{"mine": {"type": "ova", "type": "vsphere"}}', "'type' is there twice"),
        ('{"mine": 3}', "mine: expected an object, found a number"),
    ],
)
def test_a_bad_file_is_one_error_naming_file_place_and_expectation(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(StartError) as caught:
        load_profile(settings_for(path), {})
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_file_says_where_it_was_looked_for_and_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"does not exist .*\.providers\.json\.example"):
        load_profile(settings_for(tmp_path / "providers.json"), {})


def test_a_folder_in_place_of_the_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read"):
        load_profile(settings_for(tmp_path), {})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_one_may_not_read_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, {"mine": VSPHERE})
    path.chmod(0)
    with pytest.raises(StartError, match="cannot be read: Permission denied"):
        load_profile(settings_for(path), {})


def test_an_unknown_profile_names_the_nearest_and_all_others(tmp_path: Path) -> None:
    path = write(tmp_path, {"vsphere": VSPHERE, "ova": {"type": "ova"}})
    with pytest.raises(StartError, match=r"no profile 'vspher'; did you mean 'vsphere'\? .*vsphere, ova"):
        load_profile(settings_for(path, "vspher"), {})


def test_all_problems_of_the_file_are_said_at_once_with_profile_and_field(tmp_path: Path) -> None:
    entry = {"type": "vsphere", "api_url": "vc/sdk", "username": 7, "guest_vm_linux_user": "root"}
    said = refused(tmp_path, entry, other={"type": "ovirt", "username": "a"})
    assert "mine.api_url: wrong, expected a URL such as https://vcenter.example.com/sdk, found 'vc/sdk'" in said
    assert "mine.username: wrong, expected the user name of the source platform, found a number" in said
    assert "mine.password: missing" in said
    assert "other.password: missing" in said


def test_a_broken_entry_nobody_asked_for_warns_only(tmp_path: Path) -> None:
    profile = load(tmp_path, VSPHERE, ova={"type": "ova", "api_url": ""})
    assert profile.warnings == ("ova.api_url: missing, expected an NFS share such as nfs.example.com:/exports/ova"
                                " (not used by this run)",)  # fmt: skip


def test_no_message_shows_a_secret(tmp_path: Path) -> None:
    block = {**BLOCK, "storage_vendor_product": "netapp", "storage_password": ["array-password"]}
    said = refused(tmp_path, {**VSPHERE, "copyoffload": block, "api_url": "https://u:vc-password@h/x"})
    assert "copyoffload.storage_password: wrong" in said
    assert "password@" not in said
    assert "array-password" not in said


@pytest.mark.parametrize("kind", ["vmware", "", None, 3])
def test_a_wrong_type_lists_the_types(tmp_path: Path, kind: object) -> None:
    assert "mine.type: expected vsphere, ovirt (or rhv), openstack, openshift or ova" in refused(
        tmp_path, {**VSPHERE, "type": kind}
    )


def test_empty_texts_are_absent(tmp_path: Path) -> None:
    profile = load(tmp_path, {**VSPHERE, "vddk_init_image": "", "guest_vm_win_user": "", "guest_vm_win_password": ""})
    assert profile.vddk_init_image is None
    assert profile.guest_access().windows_user is None
    assert profile.warnings == ()
    assert "mine.password: missing" in refused(tmp_path, {**VSPHERE, "password": ""})


def test_a_profile_gives_access_guests_and_its_secrets_to_redact(tmp_path: Path) -> None:
    guests = {"guest_vm_linux_user": "root", "guest_vm_linux_password": "guest-password"}
    profile = load(tmp_path, {**VSPHERE, **guests, "vddk_init_image": "registry/vddk:8"})
    access = profile.source_access()
    assert (access.profile, access.kind, access.version) == ("mine", ProviderKind.VSPHERE, "8.0")
    assert (access.url, access.username, access.verify) == ("https://vc.example.com:8443/sdk", "admin", True)
    assert [secret.reveal() for secret in profile.secrets()] == ["vc-password", "guest-password"]
    assert profile.capabilities == {"vddk"}
    assert "password" not in repr(profile).replace("password=", "")


def test_the_verification_of_the_source_is_the_runs_setting(tmp_path: Path) -> None:
    settings = replace(settings_for(write(tmp_path, {"mine": VSPHERE})), source_provider_insecure_skip_verify=True)
    assert load_profile(settings, {}).source_access().verify is False


def test_rhv_reads_as_ovirt(tmp_path: Path) -> None:
    entry = {**VSPHERE, "type": "rhv", "api_url": "https://engine.example.com/ovirt-engine/api"}
    assert load(tmp_path, entry).kind is ProviderKind.OVIRT


@pytest.mark.parametrize(
    ("given", "used"), [({}, "MTV-CNV"), ({"data_center": ""}, "MTV-CNV"), ({"data_center": "DC2"}, "DC2")]
)
def test_an_engines_data_centre_is_the_references_unless_given(tmp_path: Path, given: Entry, used: str) -> None:
    entry = {**VSPHERE, "type": "ovirt", "api_url": "https://engine.example.com/ovirt-engine/api", **given}
    assert load(tmp_path, entry).source_access().data_center == used


def test_openshift_needs_no_login_and_ova_only_its_share(tmp_path: Path) -> None:
    assert load(tmp_path, {"type": "openshift", "api_url": "", "password": ""}).source_access().url == ""
    ova = load(tmp_path, {"type": "ova", "api_url": "nfs.example.com:/exports"})
    assert ova.source_access().url == "nfs.example.com:/exports"
    assert ova.machine_for(RoleName("RHEL 8")) == "1nisim-rhel9-efi"


def test_an_openshift_source_of_its_own_has_an_address_and_a_login(tmp_path: Path) -> None:
    entry = {"type": "openshift", "api_url": "https://api.east.test:6443"}
    access = load(tmp_path, {**entry, "token": "t-1", "storage_class": "fast"}).source_access()
    assert access.cluster == ClusterSource(token=Secret("t-1"), storage_class="fast")
    access = load(tmp_path, {**entry, "username": "admin", "password": "p-1", "token": ""}).source_access()
    assert (access.username, access.password.reveal(), access.cluster) == ("admin", "p-1", ClusterSource())


def test_the_token_of_an_openshift_source_is_one_of_the_profile_s_secrets(tmp_path: Path) -> None:
    entry = {"type": "openshift", "api_url": "https://api.east.test:6443", "token": "t-1"}
    assert "t-1" in [secret.reveal() for secret in load(tmp_path, entry).secrets()]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"token": "t"}, "mine.api_url: missing, expected the API's URL of the cluster that the login is for"),
        ({"username": "u", "password": "p"}, "mine.api_url: missing"),
        ({"api_url": "https://h:6443", "username": "u"}, "mine.password: missing, expected username and password"),
        ({"api_url": "https://h:6443", "password": "p"}, "mine.username: missing, expected username and password"),
        ({"api_url": "h:6443"}, "mine.api_url: wrong, expected an API's URL such as https://api"),
    ],
)
def test_half_a_login_of_an_openshift_source_says_what_is_missing(tmp_path: Path, given: Entry, said: str) -> None:
    assert said in refused(tmp_path, {"type": "openshift", **given})


@pytest.mark.parametrize("setting", ["insecure_verify_skip", "source_provider_insecure_skip_verify"])
def test_an_openshift_source_is_trusted_as_the_destination_is_and_any_other_by_a_setting_of_its_own(
    tmp_path: Path, setting: str
) -> None:
    path = write(tmp_path, {"cluster": {"type": "openshift"}, "vcenter": VSPHERE})
    changes: dict[str, Any] = {setting: True}
    asked = {name: replace(settings_for(path, name), **changes) for name in ("cluster", "vcenter")}
    verified = {name for name, settings in asked.items() if load_profile(settings, {}).source_access().verify}
    assert verified == {"vcenter" if setting == "insecure_verify_skip" else "cluster"}


def test_openstack_names_every_missing_field(tmp_path: Path) -> None:
    said = refused(tmp_path, {**VSPHERE, "type": "openstack", "api_url": "https://keystone:5000/v3"})
    for key in ("project_name", "region_name", "user_domain_name"):
        assert f"mine.{key}: missing" in said


def test_an_openstack_profile_says_which_project_and_domain_by_name_or_id(tmp_path: Path) -> None:
    entry = {**VSPHERE, "type": "openstack", "api_url": "https://keystone:5000/v3"}
    entry |= {"project_name": "p", "region_name": "r", "user_domain_name": "d", "user_domain_id": ""}
    assert load(tmp_path, entry).source_access().cloud == CloudScope(
        project_name="p", region_name="r", user_domain_name="d"
    )
    cloud = load(tmp_path, {**entry, "user_domain_id": "u", "project_domain_id": "i"}).source_access().cloud
    assert cloud is not None
    assert (cloud.user_domain_id, cloud.project_domain_id) == ("u", "i")
    assert load(tmp_path, VSPHERE).source_access().cloud is None


def test_unknown_keys_warn_with_the_nearest_but_those_of_other_types_do_not(tmp_path: Path) -> None:
    entry = {**VSPHERE, "pasword": "x", "region_name": "r", "_note": "ours", "copyoffload": {**BLOCK, "datastor": "d"}}
    assert load(tmp_path, entry).warnings == (
        "mine.pasword: unknown key, ignored; did you mean password?",
        "mine.copyoffload.datastor: unknown key, ignored; did you mean datastore_id?",
    )


def test_a_missing_key_that_was_only_mistyped_is_found(tmp_path: Path) -> None:
    entry = {"pasword" if key == "password" else key: value for key, value in VSPHERE.items()}
    assert (
        "mine.password: missing, expected the password of the source platform; there is an unknown key 'pasword'"
        in (refused(tmp_path, entry))
    )
    said = refused(tmp_path, {**VSPHERE, "copyoffload": {**BLOCK, "datastore_id": "", "datastore_di": "datastore-1"}})
    assert "copyoffload.datastore_id: missing" in said
    assert "there is an unknown key 'datastore_di'" in said


def test_a_copyoffload_block_elsewhere_than_on_vsphere_warns(tmp_path: Path) -> None:
    assert load(tmp_path, {"type": "openshift", "copyoffload": BLOCK}).warnings == (
        "mine.copyoffload: means nothing for type openshift, only for vsphere",
    )


def test_an_fqdn_other_than_the_host_of_the_url_warns(tmp_path: Path) -> None:
    assert "not the host of api_url" in load(tmp_path, {**VSPHERE, "fqdn": "other.example.com"}).warnings[0]


_NEEDED = {
    "ontap": {"ontap_svm"},
    "vantara": {"vantara_storage_id", "vantara_storage_port", "vantara_hostgroup_id_list"},
    "pureFlashArray": {"pure_cluster_prefix"},
    "powerflex": {"powerflex_system_id"},
    "powermax": {"powermax_symmetrix_id"},
}


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_vendor_needs_its_own_fields_and_no_others(tmp_path: Path, vendor: str) -> None:
    block = {**BLOCK, "storage_vendor_product": vendor}
    needed = _NEEDED.get(vendor, set())
    if needed:
        said = refused(tmp_path, {**VSPHERE, "copyoffload": block})
        assert {key for keys in _NEEDED.values() for key in keys if f"copyoffload.{key}: missing" in said} == needed
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
    block = {**BLOCK, "storage_vendor_product": vendor, **needed, **more}
    profile = load(tmp_path, {**VSPHERE, "copyoffload": block})
    assert profile.copy_offload is not None
    assert profile.copy_offload.array.fields == {**needed, **more}


def test_a_token_takes_the_place_of_the_login_of_a_flash_array_alone(tmp_path: Path) -> None:
    without = {key: text for key, text in BLOCK.items() if key not in ("storage_username", "storage_password")}
    flash = {**without, "storage_vendor_product": "pureFlashArray", "pure_cluster_prefix": "px_1"}
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
    assert "copyoffload.storage_hostname: missing, expected the storage system's host, here or as COPYOFF" in said
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


def test_roles_have_the_names_of_the_reference_and_a_profile_may_override_any(tmp_path: Path) -> None:
    plain = load(tmp_path, VSPHERE)
    assert {role: plain.machine_for(role) for role in DEFAULTS} == dict(DEFAULTS)
    own = load(tmp_path, {**VSPHERE, "machines": {"rhel 8": "my-rhel8", "Fedora 42": "my-fedora"}})
    assert own.machine_for(RoleName("RHEL 8")) == "my-rhel8"
    assert own.machine_for(RoleName("Fedora 42")) == "my-fedora"
    assert own.machine_for(RoleName("Windows Server 2019")) == "mtv-win2019-3disks"
    assert "'Fedora 42' is a role no feature" in own.warnings[0]


def test_default_vm_name_renames_the_copy_offload_template_unless_machines_does(tmp_path: Path) -> None:
    entry = {**VSPHERE, "copyoffload": {**BLOCK, "default_vm_name": "rhel9-template"}}
    assert load(tmp_path, entry).machine_for(COPY_OFFLOAD) == "rhel9-template"
    both = {**entry, "machines": {COPY_OFFLOAD: "mine"}}
    assert load(tmp_path, both).machine_for(COPY_OFFLOAD) == "mine"


def test_a_role_without_a_machine_says_where_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"'RHEL 88' \(did you mean 'RHEL 8'\?\); name one in the block 'machines'"):
        load(tmp_path, VSPHERE).machine_for(RoleName("RHEL 88"))
