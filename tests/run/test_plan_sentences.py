"""What sentences about plan options mean: names that MTV takes, values that nobody else has."""

import pytest

from support.checks.name_templates import rendered
from support.domain.names import RunId, is_dns_label
from support.run.plan_options import NAMINGS, labels_of_its_own, near_others

RUN = RunId("auto-ab12")
VARIABLES: dict[str, str | int | bool] = {"VmName": "auto-ab12-web-x4k7", "FileName": "auto-ab12-web_1.vmdk"}


@pytest.mark.parametrize("phrase", NAMINGS)
def test_each_naming_gives_every_disk_a_label_of_its_own(phrase: str) -> None:
    names = {rendered(NAMINGS[phrase].template, {**VARIABLES, "DiskIndex": index}) for index in range(3)}
    assert len(names) == 3
    assert all(is_dns_label(name) and not name.startswith("-") for name in names)


def test_labels_and_affinity_have_values_of_this_scenario_alone() -> None:
    assert labels_of_its_own(RUN) != labels_of_its_own(RUN)
    assert near_others(RUN) != near_others(RUN)
    assert labels_of_its_own(RUN)["mtv-acceptance-label"].startswith("auto-ab12-")


def test_an_affinity_is_a_wish_so_that_it_hinders_no_machine() -> None:
    assert list(near_others(RUN)) == ["podAffinity"]
    assert "required" not in str(near_others(RUN))
