"""Source profiles: bad files and half-filled entries become one clear error; good ones become domain values."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.domain.access import CloudScope, ClusterSource
from support.domain.errors import StartError, SuiteError
from support.domain.names import RoleName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.run.profiles.loading import load_profile
from support.run.roles import DEFAULTS
from tests.run_settings.profile_files import BLOCK, VSPHERE, Entry, load, refused, settings_for, write


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


def test_an_fqdn_other_than_the_host_of_the_url_warns(tmp_path: Path) -> None:
    assert "not the host of api_url" in load(tmp_path, {**VSPHERE, "fqdn": "other.example.com"}).warnings[0]


def test_roles_have_the_names_of_the_reference_and_a_profile_may_override_any(tmp_path: Path) -> None:
    plain = load(tmp_path, VSPHERE)
    assert {role: plain.machine_for(role) for role in DEFAULTS} == dict(DEFAULTS)
    own = load(tmp_path, {**VSPHERE, "machines": {"rhel 8": "my-rhel8", "Fedora 42": "my-fedora"}})
    assert own.machine_for(RoleName("RHEL 8")) == "my-rhel8"
    assert own.machine_for(RoleName("Fedora 42")) == "my-fedora"
    assert own.machine_for(RoleName("Windows Server 2019")) == "mtv-win2019-3disks"
    assert "'Fedora 42' is a role no feature" in own.warnings[0]


def test_a_role_without_a_machine_says_where_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"'RHEL 88' \(did you mean 'RHEL 8'\?\); name one in the block 'machines'"):
        load(tmp_path, VSPHERE).machine_for(RoleName("RHEL 88"))
