"""What a sentence about the array, or the host, looks at: its own disks, of which there must be one."""

from dataclasses import replace

import pytest

from support.checks.bundle import run_asked, run_checks
from support.domain.offload import CopiedBy
from tests.checks.offload_changes import mixed, plain, second, told
from tests.checks.pairs import matching

ARRAY, HOST = "copied by the array", "copied by the host"


@pytest.mark.parametrize("sentence", [ARRAY, HOST])
def test_each_looks_at_its_own_disks(sentence: str) -> None:
    assert run_asked(mixed(matching()), sentence).clean
    swapped = told(first=CopiedBy.HOST, second=CopiedBy.ARRAY)(mixed(matching()))
    (finding,) = run_asked(swapped, sentence).findings
    assert finding.what == ("who copied Hard disk 1" if sentence == ARRAY else "who copied Hard disk 2")


def test_one_without_a_disk_to_look_at_is_no_pass() -> None:
    assert not run_asked(matching(), HOST).clean
    assert "no disk lies where the ESXi host would" in str(run_asked(matching(), HOST))
    assert not run_asked(plain(matching()), ARRAY).clean


def test_where_no_claim_is_a_disk_s_the_bundle_has_compared_nothing() -> None:
    pair = matching()
    report = run_checks(replace(pair, target=replace(pair.target, disks=())), ["copy-offload"])
    assert report.compared == 0
    assert "no claim of the target holds a disk of the source" in "\n".join(report.lines())


def test_a_release_that_tells_nothing_is_no_failure_and_said() -> None:
    old = replace(told()(matching()), mtv="2.11.3")
    report = run_asked(old, ARRAY)
    assert report.clean
    assert report.compared == 0
    assert "not run: copied by the array (MTV 2.11.3 does not tell who copied a disk)" in "\n".join(report.lines())


def test_a_raw_disk_is_nobody_s_and_the_bundle_says_so() -> None:
    pair = second(lun="naa.6")(matching())
    assert run_asked(pair, ARRAY).clean
    unseen = [str(each.not_run) for each in run_checks(pair, ["copy-offload"]).results if each.not_run]
    assert unseen == ["who copied Hard disk 2: MTV does not tell it of raw disks"]
