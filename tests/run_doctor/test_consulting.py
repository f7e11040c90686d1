"""What `acceptance doctor` reads before it looks at anything, and what it says when that is no good already."""

import json
from pathlib import Path

import pytest

from support.domain.diagnosis import Diagnosis, Grade
from support.domain.errors import StartError
from support.domain.issue import Issue, IssueId, Standing
from support.run.doctor import elsewhere
from support.run.doctor.consulting import consult
from support.run.tracking import Tracking

PASSWORD, TOKEN = "p4ssword-of-vcenter", "t0ken-of-the-cluster"
NOWHERE = "https://127.0.0.1:9"
ONE = ["@test_sanity_cold_mtv_migration"]


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    """Settings of a cluster and a vCenter at an address where nobody listens."""
    profile = {"type": "vsphere", "api_url": f"{NOWHERE}/sdk", "username": "u", "password": PASSWORD}
    file = tmp_path / "providers.json"
    file.write_text(json.dumps({"vc": profile}))
    return {
        "target": "cluster",
        "cluster_host": NOWHERE,
        "cluster_token": TOKEN,
        "providers_file": str(file),
        "source_provider": "vc",
        "storage_class": "block",
        "tracker_file": str(tmp_path / "jira.cfg"),
    }


def consulted(given: dict[str, str], *tags: str) -> dict[str, Diagnosis]:
    return {each.subject: each for each in consult(tags or ONE, given)}


def test_a_wrong_setting_is_the_only_line(given: dict[str, str]) -> None:
    found = consulted(given | {"storage_clas": "x"})
    assert list(found) == ["settings"]
    assert found["settings"].grade is Grade.BLOCKER
    assert "did you mean storage_class" in found["settings"].told


def test_what_is_worth_saying_about_the_settings_is_a_warning(given: dict[str, str]) -> None:
    found = consulted(given)
    assert found["settings"].grade is Grade.WARNING
    assert "cluster_token was given by -D" in found["settings"].told


def test_a_profile_that_is_not_there_is_the_last_line(given: dict[str, str]) -> None:
    found = consulted(given | {"source_provider": "vd"})
    assert list(found) == ["settings", "source profile"]
    assert found["source profile"].grade is Grade.BLOCKER
    assert "has no profile 'vd'; Profiles there are: vc" in found["source profile"].told


def test_an_unknown_key_of_the_profile_is_a_warning(given: dict[str, str]) -> None:
    file = Path(given["providers_file"])
    file.write_text(file.read_text().replace('"username"', '"vddk_image": "x", "username"'))
    found = consulted(given)
    assert found["source profile"].grade is Grade.WARNING
    assert "vddk_image: unknown key" in found["source profile"].told


def test_an_address_that_the_arrays_populator_cannot_use_is_a_blocker(given: dict[str, str]) -> None:
    block = '{"storage_vendor_product": "infinibox", "datastore_id": "ds-1", "storage_hostname": "ibox.example.com"}'
    file = Path(given["providers_file"])
    file.write_text(file.read_text().replace('"username"', f'"copyoffload": {block}, "username"'))
    found = consulted(given)["source profile"]
    assert found.grade is Grade.BLOCKER
    assert "copyoffload.storage_hostname: wrong with storage_vendor_product infinibox, expected a URL" in found.told
    assert "found no https:// before it; correct it, or give COPYOFFLOAD_STORAGE_HOSTNAME" in found.told


def test_a_tracker_file_that_is_no_good_is_a_blocker(given: dict[str, str]) -> None:
    Path(given["tracker_file"]).write_text("[DEFAULT]\nurl = https://jira.test\n")
    found = consulted(given)["issue tracker"]
    assert found.grade is Grade.BLOCKER
    assert "token: missing" in found.told


def test_issues_that_nobody_knows_are_a_warning_and_known_ones_are_fine() -> None:
    unknown = Issue(id=IssueId("MTV-1"), standing=Standing.UNKNOWN, told="there is no jira.cfg")
    closed = Issue(id=IssueId("MTV-2"), standing=Standing.CLOSED, told="Done")
    assert elsewhere.tracker(Tracking({unknown.id: unknown, closed.id: closed})).grade is Grade.WARNING
    assert elsewhere.tracker(Tracking({closed.id: closed}, "https://jira.test")).grade is Grade.OK
    assert elsewhere.tracker(Tracking({})).grade is Grade.OK


def test_both_logins_are_tried_and_no_secret_is_told(given: dict[str, str]) -> None:
    found = consulted(given)
    assert found["cluster login"].grade is found["source login"].grade is Grade.BLOCKER
    assert "127.0.0.1:9" in found["cluster login"].told
    told = "\n".join(map(str, found.values()))
    assert PASSWORD not in told
    assert TOKEN not in told


def test_a_selection_that_is_none_is_no_line(given: dict[str, str]) -> None:
    with pytest.raises(StartError, match="no scenario selected"):
        consult(["@tier9"], given)


def test_guests_are_those_of_the_chosen_scenarios(given: dict[str, str]) -> None:
    told = consulted(given)["guest credentials"]
    assert told.grade is Grade.WARNING
    assert "linux" in told.advice
    assert "win" not in told.advice, "that scenario moves a RHEL machine"
    assert "guest_vm_win_user" in consulted(given, "@tier0")["guest credentials"].advice
