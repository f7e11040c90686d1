"""What a product owner looks at in Allure: the pipeline as a picture, what was asked for, both sides of a machine."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

from support.domain.machine import GIB, Address, Bytes, Cpu, Firmware, IpOrigin, Mac, Power
from support.domain.migration import MachineProgress, Precopy, Step, StepPhase, WarmProgress
from support.domain.request import Arrangements, HookRequest, HookStep, PlanOptions
from support.domain.source import Place, ProviderKind, SourceDisk, SourceMachine, SourceNic
from support.domain.target import TargetDisk, TargetGuest, TargetMachine, TargetNetwork, TargetNic
from support.evidence.pictures import pipeline
from support.evidence.tables import plan_options, source_and_target

DONE = StepPhase.COMPLETED


def at(second: int) -> str:
    return f"2026-03-01T10:00:{second:02}Z"


def machine(*steps: Step, warm: WarmProgress | None = None) -> MachineProgress:
    return MachineProgress(id="vm-1", name="a<b", target_name="a", phase="x", steps=steps, warm=warm)


def drawn(progress: MachineProgress) -> tuple[list[str], list[tuple[float, float, str]]]:
    """Texts, and bars as (left, width, colour)."""
    picture = pipeline(progress)
    assert picture is not None
    root = ElementTree.fromstring(picture)
    texts = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    bars = [
        (float(each.attrib["x"]), float(each.attrib["width"]), each.attrib["fill"])
        for each in root.iter("{http://www.w3.org/2000/svg}rect")
        if "x" in each.attrib
    ]
    return texts, bars


def test_bars_begin_and_end_when_their_steps_did() -> None:
    first = Step(name="Initialize", phase=DONE, started=at(0), completed=at(10))
    second = Step(name="DiskTransfer", phase=DONE, started=at(10), completed=at(40))
    texts, bars = drawn(machine(first, second))
    assert texts == ["a<b: 10:00:00 to 10:00:40 UTC, 40 s", "Initialize", "10 s", "DiskTransfer", "30 s"]
    (left, width, _), (next_left, next_width, _) = bars
    assert next_left == left + width
    assert round(next_width / width, 1) == 3.0


def test_a_step_that_failed_and_one_that_goes_on_look_so() -> None:
    failed = Step(name="A", phase=StepPhase.RUNNING, started=at(0), completed=at(5), error=("lost",))
    going = Step(name="B", phase=StepPhase.RUNNING, started=at(5))
    waiting = Step(name="C", phase=None)
    texts, bars = drawn(machine(failed, going, waiting))
    assert "5 s, failed" in texts
    assert "0 s, going on" in texts
    assert "C" not in texts
    assert len({color for _left, _width, color in bars}) == 2


def test_rounds_of_a_warm_copy_have_bars_and_the_last_one_no_end() -> None:
    warm = WarmProgress(precopies=(Precopy(start=at(0), end=at(20)), Precopy(start=at(30))))
    texts, _bars = drawn(machine(Step(name="DiskTransfer", phase=DONE, started=at(0), completed=at(40)), warm=warm))
    assert texts[texts.index("precopy 1") + 1] == "20 s"
    assert texts[texts.index("precopy 2") + 1] == "no end told"


def test_without_any_time_there_is_no_picture() -> None:
    assert pipeline(machine(Step(name="A", phase=None))) is None


def rows(text: str) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in csv.reader(text.splitlines())}


def test_plan_options_say_what_was_asked_for_and_what_was_left_to_mtv() -> None:
    options = PlanOptions(warm=True, target_power=Power.ON, target_labels={"a": "b"}, preserve_static_ips=False)
    hooks = [HookRequest(step=HookStep.POST, playbook="- secret: yes")]
    table = rows(plan_options(options, Arrangements(chosen_worker=True), hooks))
    assert table["migration"] == ["warm"]
    assert table["power on the target"] == ["on"]
    assert table["labels"] == ["a=b"]
    assert table["addresses are kept"] == ["no"]
    assert table["names of disks"] == ["as MTV has it by default"]
    assert table["worker"] == ["a chosen one"]
    assert table["hooks"] == ["post-migration hook"]


SOURCE = SourceMachine(
    kind=ProviderKind.VSPHERE,
    id="vm-1",
    name="rhel",
    uuid="u",
    power=Power.ON,
    cpu=Cpu(sockets=2, cores=1),
    memory=Bytes(4 * GIB),
    firmware=Firmware.BIOS,
    secure_boot=None,
    nics=(
        SourceNic(
            label="n1",
            mac=Mac("00:50:56:00:00:01"),
            network=Place(id="network-1", name="VM Network"),
            addresses=(Address(address="10.0.0.5", origin=IpOrigin.STATIC),),
        ),
    ),
    disks=(
        SourceDisk(label="d1", identity="[ds] a.vmdk", size=Bytes(16 * GIB), store=Place(id="ds", name="ds"), index=0),
        SourceDisk(label="d2", identity="[ds] b.vmdk", size=Bytes(GIB), store=Place(id="ds", name="ds"), index=1),
    ),
    captured_at=datetime(2026, 3, 1, tzinfo=UTC),
)
TARGET = TargetMachine(
    name="rhel",
    namespace="auto-ab12",
    uid="t",
    power=Power.ON,
    printable_status="Running",
    cpu=Cpu(sockets=1, cores=2),
    memory=Bytes(4 * GIB),
    firmware=Firmware.BIOS,
    secure_boot=False,
    serial="s",
    nics=(
        TargetNic(name="n", mac=Mac("00:50:56:00:00:01"), network=TargetNetwork(kind="pod"), addresses=("10.1.0.9",)),
    ),
    disks=(
        TargetDisk(
            claim="c1",
            identity="[ds] a.vmdk",
            size=Bytes(16 * GIB),
            storage_class="ceph",
            access_modes=("ReadWriteOnce",),
            volume_mode="Block",
            index=0,
        ),
    ),
    guest=TargetGuest(connected=True, hostname="rhel"),
)


def test_source_and_target_stand_side_by_side() -> None:
    table = rows(source_and_target(SOURCE, TARGET))
    assert table["cpu"] == ["2 sockets x 1 cores x 1 threads", "1 sockets x 2 cores x 1 threads"]
    assert table["NIC 1"] == [
        "00:50:56:00:00:01 on VM Network, 10.0.0.5 (static)",
        "00:50:56:00:00:01 on pod network, 10.1.0.9",
    ]
    assert table["disk 1"][1] == f"{16 * GIB} bytes (16 GiB) in ceph: c1, from [ds] a.vmdk"


def test_what_is_on_one_side_only_shows_as_a_gap() -> None:
    table = rows(source_and_target(SOURCE, TARGET))
    assert table["disk 2"] == [f"{GIB} bytes (1 GiB) on ds: [ds] b.vmdk", ""]
    assert rows(source_and_target(replace(SOURCE, disks=()), TARGET))["disk 1"][0] == ""
