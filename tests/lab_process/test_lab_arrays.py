"""The profile with copy-offload follows the array that a lab was started with, and has all that the suite asks for."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab.kernel.profiles import profiles
from lab.kernel.service import Lab, Options
from lab.process.assembly import new_lab
from lab.world.array_estate import VENDORS
from lab.world.estate import pristine
from support.domain.errors import StartError
from support.run.profiles.copy_offload_model import VENDORS as OF_THE_SUITE
from support.run.profiles.copy_offload_model import variable
from tests.run_settings.profile_files import load

_NEEDED = {
    "ontap": {"ontap_svm"},
    "vantara": {"vantara_storage_id", "vantara_storage_port", "vantara_hostgroup_id_list"},
    "pureFlashArray": {"pure_cluster_prefix"},
    "powerflex": {"powerflex_system_id"},
    "powermax": {"powermax_symmetrix_id"},
}
_LOGIN = {"storage_hostname", "storage_username", "storage_password"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    lab = new_lab(tmp_path_factory.mktemp("lab"), Options())
    return replace(lab, endpoints=defaultdict(lambda: "https://127.0.0.1:1/sdk"))


def entry(lab: Lab, vendor: str) -> dict[str, Any]:
    return profiles(replace(lab, world=pristine(vendor)))["vsphere-copy-offload"]


def test_a_lab_can_have_an_array_of_each_vendor_that_profiles_know() -> None:
    assert set(VENDORS) == set(OF_THE_SUITE)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_profile_lacks_nothing_that_this_vendor_needs(empty: Lab, tmp_path: Path, vendor: str) -> None:
    profile = load(tmp_path, entry(empty, vendor))
    assert profile.warnings == ()
    assert profile.copy_offload is not None
    assert profile.copy_offload.vendor == vendor
    assert profile.capabilities >= {"secondary_datastore", "non_xcopy_datastore", "rdm"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_key_that_is_taken_away_is_missed_by_its_name_and_variable(
    empty: Lab, tmp_path: Path, vendor: str
) -> None:
    for key in _LOGIN | _NEEDED.get(vendor, set()):
        whole = entry(empty, vendor)
        block = {name: value for name, value in whole["copyoffload"].items() if name != key}
        with pytest.raises(StartError) as caught:
            load(tmp_path, {**whole, "copyoffload": block})
        assert f"copyoffload.{key}: missing" in str(caught.value)
        assert str(caught.value).endswith(f"here or as {variable(key)}")
