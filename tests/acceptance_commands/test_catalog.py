"""The catalogue lists what Behave would run, and says of each scenario where it fits and which machines it needs."""

import json
from typing import Any

from click.testing import CliRunner

from acceptance.__main__ import main
from support.domain.source import ProviderKind
from tests.features.catalogue import all_features


def listed(*options: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(main, ["catalog", "--json", *options])
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.output)
    return found


def test_every_scenario_of_the_features_is_in_it_once() -> None:
    there = [(each.filename, each.line) for feature in all_features() for each in feature.scenarios()]
    assert sorted(each["place"] for each in listed()) == sorted(f"{file}:{line}" for file, line in there)


def test_each_source_is_either_one_it_fits_or_one_with_a_reason() -> None:
    for entry in listed():
        assert entry["sources"].keys() | entry["not_from"].keys() == {kind.value for kind in ProviderKind}
        assert not entry["sources"].keys() & entry["not_from"].keys()
        assert all(entry["not_from"].values())
        assert "anywhere" not in json.dumps(entry)


def test_it_says_roles_sources_and_what_they_wait_for() -> None:
    (warm,) = listed("--tags=@test_sanity_warm_mtv_migration")
    assert warm["roles"] == ["RHEL 8"]
    assert warm["sources"] == {"vsphere": "", "ovirt": "once MTV-2846 is closed"}
    assert warm["not_from"]["ova"] == "@warm: MTV migrates warm from vSphere and RHV only"


def test_tags_choose_and_stand_as_they_are_written() -> None:
    entries = listed("--tags=@tier0", "--tags=@cold")
    assert entries
    assert all({"tier0", "cold"} <= set(each["tags"]) for each in entries)


def test_people_get_a_line_per_fact_and_the_number_of_scenarios() -> None:
    done = CliRunner().invoke(main, ["catalog", "--tags=@test_sanity_cold_mtv_migration"])
    lines = done.output.splitlines()
    assert lines[:2] == ["Cold migration", "  A RHEL machine is still itself after a cold migration"]
    assert lines[2] == "      from vSphere, RHV/oVirt, OpenStack, OpenShift, OVA; machines: RHEL 8"
    assert lines[-1] == "1 scenarios"


def test_a_selection_of_nothing_is_refused() -> None:
    done = CliRunner().invoke(main, ["catalog", "--tags=@tier0 and not @tier0"])
    assert (done.exit_code, "no scenario selected" in done.output) == (2, True)
