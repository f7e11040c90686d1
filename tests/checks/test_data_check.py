"""How the check of what lies on the disks pairs them, and how it tells what it could not look at."""

from dataclasses import replace

from support.checks.bundle import run_checks
from tests.checks.changes import disks_swapped, file_says
from tests.checks.pairs import matching


def test_data_of_swapped_claims_follows_what_mtv_recorded_and_not_their_order() -> None:
    (result,) = run_checks(disks_swapped(matching()), ["data"]).results
    assert result.passed, str(result)


def test_a_disk_without_a_marker_is_a_line_of_its_own_and_not_passed() -> None:
    pair = matching()
    written = replace(pair.contents, unmarked=((1, "it has no filesystem"),), last_writes=(), last_unwritten="no time")
    checked, disk, last = run_checks(replace(pair, contents=written), ["data"]).results
    assert checked.passed
    assert (disk.not_run, disk.passed) == ("Hard disk 2: it has no filesystem", False)
    assert last.not_run == "last write before the cutover: no time"


def test_a_lost_filesystem_is_said_to_be_not_mounted() -> None:
    pair = file_says("/data1/mtv-acceptance/before.txt", None)(matching())
    assert pair.arrived is not None
    first, second = pair.arrived.disks
    pair = replace(pair, arrived=replace(pair.arrived, disks=(first, replace(second, filesystems=()))))
    says = "marker on Hard disk 2: expected 'web disk 2 before 5eed', got no file /data1/mtv-acceptance/before.txt, and"
    assert f"{says} nothing is mounted at /data1 (see the guest of VirtualMachine ns/web)" in str(run_checks(pair))
