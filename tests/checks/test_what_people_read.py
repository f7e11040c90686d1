"""What is told of a machine that differs: differences first, in units and names that people use."""

import pytest

from support.checks.bundle import run_checks
from support.domain.finding import CheckResult, Finding, Report
from support.domain.machine import GIB, MIB, Bytes, Firmware, Power, size_text
from support.domain.names import ObjectRef
from support.domain.target import TargetGuest
from tests.checks.changes import Change, disk, on_pair, on_target, unseen
from tests.checks.pairs import AFFINITY, matching

SAID: dict[str, tuple[Change, str]] = {
    "power": (on_target(power=Power.OFF), "power: power of the target: expected on, got off"),
    "memory": (
        on_target(memory=Bytes(4 * GIB - MIB)),
        "memory: size of the memory: expected 4294967296 bytes (4 GiB), got 4293918720 bytes (4095 MiB)",
    ),
    "nics": (
        lambda pair: on_target(nics=pair.target.nics[:1])(pair),
        "nics: missing NIC: expected 00:50:56:aa:00:02 (Network adapter 2 on back), got none",
    ),
    "disks": (
        disk(identity="[fast] other.vmdk"),
        "disks: missing disk: expected [fast] web/web.vmdk (Hard disk 1, 10737418240 bytes (10 GiB)), got none",
    ),
    "extra disk": (
        disk(identity="[fast] other.vmdk"),
        "disks: extra disk: expected none, got [fast] other.vmdk (claim web-disk-0)",
    ),
    "firmware": (
        on_target(firmware=Firmware.BIOS, secure_boot=False),
        "firmware: secure boot: expected on, got off",
    ),
    "guest agent": (
        on_target(guest=TargetGuest(connected=False)),
        "guest agent: QEMU guest agent: expected connected, got not connected",
    ),
    "identity": (on_target(serial=None), "got none (see VirtualMachine ns/web)"),
    "affinity": (
        on_target(affinity={"podAntiAffinity": AFFINITY["podAffinity"]}),
        "affinity: affinity.podAntiAffinity: expected none, got {",
    ),
    "disk without its source": (
        disk(identity=None),
        "disks: source of a disk: expected annotation disk-source, got none (see PersistentVolumeClaim ns/web-disk-0)",
    ),
    "residue": (
        on_pair(leftovers=(ObjectRef("DataVolume", "dv", "ns"),)),
        "expected none, got DataVolume ns/dv (see DataVolume ns/dv)",
    ),
    "provider TLS": (on_pair(secret_skips_tls=True), "expected false, certificates are verified, got true, nothing is"),
}


@pytest.mark.parametrize("name", SAID)
def test_a_difference_is_told_in_words_and_units_of_people(name: str) -> None:
    change, text = SAID[name]
    assert text in str(run_checks(change(matching())))


def test_differences_stand_first_and_what_was_right_or_unseen_has_one_line_each() -> None:
    told = str(run_checks(unseen(on_target(power=Power.OFF))(matching()))).splitlines()
    assert told[0] == "web differs from what was promised:"
    assert told[1].startswith("  - power: ")
    passed, unread = told[-2:]
    assert passed.startswith("  passed: cpu, memory, nics, disks, ")
    assert "data (nobody asked)" in unread
    assert unread.startswith("  not run: ")


def test_what_the_plan_does_not_ask_for_is_told_only_where_nothing_else_is_known() -> None:
    unasked = CheckResult(check="labels", not_run="the plan asks for no labels", promised=False)
    wrong = CheckResult(check="cpu", findings=(Finding(what="sockets", expected=2, actual=1),))
    assert "labels" not in str(Report(subject="web", results=(wrong, unasked)))
    assert "not run: labels (the plan asks for no labels)" in str(Report(subject="web", results=(unasked,)))


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 bytes"), (1023, "1023 bytes"), (3 * MIB, "3145728 bytes (3 MiB)"), (1536, "1536 bytes")]
)
def test_a_size_is_told_in_the_largest_whole_unit(size: int, text: str) -> None:
    assert size_text(size) == text
