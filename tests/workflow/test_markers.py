"""What is written in source guests before a move, where, and why sometimes nothing is."""

from dataclasses import replace
from typing import Any

import pytest

from support.domain.access import GuestAccess
from support.domain.contents import GuestDisk
from support.domain.errors import (
    GuestLoginRefused,
    GuestNotOperable,
    SourceError,
    SourceUnreachable,
    SuiteError,
    WaitTimeout,
)
from support.domain.machine import GIB, Bytes, OsFamily, Power
from support.domain.secret import Secret
from support.domain.source import SourceGuest, SourceMachine
from support.workflow.move import Move, MoveOrder
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.session import open_session
from tests.workflow.guests import ACCESS, DISKS, Guests
from tests.workflow.landscape import ORDER, REQUEST, RHEL, RUN, WINDOWS, Landscape, asking
from tests.workflow.world import MemoryJournal

RUNNING = asking(replace(ORDER, machines=(RHEL,)), target_power=Power.ON)
WINDOWS_GUEST = SourceGuest(family=OsFamily.WINDOWS)
SWITCHED_OFF = replace(RUNNING, machines=(replace(WINDOWS, origin=RHEL.origin),))


def _ports(guests: Guests | None = None, access: GuestAccess = ACCESS) -> tuple[Ports, Landscape]:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    source = replace(ports.source, guests=guests)
    return replace(ports, source=source, guest_access=access), landscape


def _moved(ports: Ports, order: MoveOrder) -> Move:
    return prepare(ports, open_session(ports, REQUEST), order)


def test_every_disk_gets_a_file_that_no_other_machine_has() -> None:
    guests = Guests()
    ports, _landscape = _ports(guests)
    machines = _moved(ports, replace(RUNNING, machines=(RHEL, RHEL))).machines
    written = {machine.platform_id: guests.files[machine.platform_id] for machine in machines}
    paths = [f"/mtv-acceptance/{RUN}-before.txt", f"/data1/mtv-acceptance/{RUN}-before.txt"]
    assert [sorted(files) for files in written.values()] == [sorted(paths)] * 2
    texts = [text for files in written.values() for text in files.values()]
    assert len(set(texts)) == 4
    for machine in machines:
        assert machine.contents.disks == DISKS
        assert {each.file.path: each.file.text for each in machine.contents.markers} == written[machine.platform_id]
        for each in machine.contents.markers:
            assert each.file.text.startswith(f"{machine.name} disk {each.disk + 1} before ")


def test_a_machine_that_is_to_be_off_is_started_written_in_and_switched_off_again() -> None:
    guests = Guests()
    ports, landscape = _ports(guests)
    (machine,) = _moved(ports, SWITCHED_OFF).machines
    assert guests.files[machine.platform_id]
    assert machine.source.power is Power.OFF
    switched = [each for each in landscape.trouble.requests if each.startswith("switch")]
    assert switched[:2] == ["switch on", "switch off"]


def test_a_machine_that_is_off_again_is_known_by_what_its_guest_said_while_it_ran() -> None:
    ports, landscape = _ports(Guests())
    plain = landscape.describe
    platform: Any = ports.source.platform

    def describe(identity: str) -> SourceMachine:
        machine = plain(identity)
        running = SourceGuest(hostname="web1", agent_running=True)
        return replace(machine, guest=running) if machine.power is Power.ON else machine

    platform.describe.side_effect = describe
    (machine,) = _moved(ports, SWITCHED_OFF).machines
    assert (machine.source.power, machine.source.guest.hostname) == (Power.OFF, "web1")


def test_a_machine_that_nobody_asked_to_switch_ends_as_its_clone_came_up() -> None:
    guests = Guests()
    ports, landscape = _ports(guests)
    as_it_came = replace(RHEL, request=replace(RHEL.request, power=None))
    (machine,) = _moved(ports, replace(RUNNING, machines=(as_it_came,))).machines
    assert guests.files[machine.platform_id]
    assert landscape.powers[machine.platform_id] is Power.OFF


def test_nothing_is_started_for_a_target_that_stays_off() -> None:
    guests = Guests()
    ports, landscape = _ports(guests)
    (machine,) = _moved(ports, asking(SWITCHED_OFF, target_power=Power.OFF)).machines
    assert machine.contents.unwritten == "the target stays powered off, so its disks could not be read"
    assert guests.done == []
    assert "switch on" not in landscape.trouble.requests


@pytest.mark.parametrize(
    ("guests", "access", "reason"),
    [
        (None, ACCESS, "nothing can be written in guests of this source platform"),
        (
            Guests(),
            GuestAccess(),
            "the profile gives no guest credentials (guest_vm_linux_user and guest_vm_linux_password"
            " or guest_vm_win_user and guest_vm_win_password)",
        ),
        (Guests(trouble={"await_operable": GuestNotOperable("tools do not run")}), ACCESS, "tools do not run"),
        (Guests(trouble={"disks_seen": SourceUnreachable("esxi1: no route")}), ACCESS, "esxi1: no route"),
        (Guests(trouble={"write": GuestNotOperable("told to refuse")}), ACCESS, "told to refuse"),
    ],
)
def test_what_cannot_be_written_has_its_reason_and_the_move_goes_on(
    guests: Guests | None, access: GuestAccess, reason: str
) -> None:
    ports, _landscape = _ports(guests, access)
    (machine,) = _moved(ports, RUNNING).machines
    assert machine.contents.unwritten is not None
    assert machine.contents.unwritten.endswith(reason)
    assert not machine.contents.markers


def test_only_clones_of_the_run_s_own_are_written_in() -> None:
    guests = Guests()
    ports, landscape = _ports(guests)
    ports = replace(ports, source=replace(ports.source, clones=None))
    platform: Any = ports.source.platform
    landscape.world.machines["vm-1"] = ("rhel8", "")
    landscape.powers["vm-1"] = Power.ON
    platform.find.return_value = "vm-1"
    (machine,) = _moved(ports, RUNNING).machines
    assert machine.contents.unwritten == "the machine is not a clone of this run, so nothing is written in its guest"
    assert guests.done == []


@pytest.mark.parametrize(
    "error",
    [
        GuestLoginRefused("the guest refused the login"),
        SourceError("write /data1: no space left"),
        WaitTimeout(subject="sync", wanted="finished", budget="guest_info", seconds=9, last_seen="running", age=0),
    ],
)
def test_a_write_that_fails_names_machine_and_reason_and_no_password(error: Exception) -> None:
    ports, _landscape = _ports(Guests(trouble={"write": error}))
    with pytest.raises(SuiteError, match=rf"^{RUN}-rhel8-\w+") as failed:
        _moved(ports, RUNNING)
    assert isinstance(failed.value, type(error))
    assert str(error).split(":")[0] in str(failed.value)
    assert "tops3cret" not in str(failed.value)


def test_a_disk_without_a_filesystem_of_its_own_is_told_and_left_alone() -> None:
    shared = GuestDisk(name="/dev/sdb", size=Bytes(GIB), filesystems=("/",))
    bare = GuestDisk(name="/dev/sdc", size=Bytes(GIB))
    guests = Guests(disks=(DISKS[0], shared, bare))
    ports, _landscape = _ports(guests)
    (machine,) = _moved(ports, RUNNING).machines
    assert [each.disk for each in machine.contents.markers] == [0]
    assert machine.contents.unmarked == (
        (1, "it only shares / with another disk"),
        (2, "it has no filesystem"),
    )


def test_a_disk_that_forgets_at_power_off_gets_no_marker() -> None:
    ports, landscape = _ports(Guests())
    plain = landscape.describe
    modes = ("persistent", "independent_nonpersistent")

    def describe(identity: str) -> SourceMachine:
        machine = plain(identity)
        disks = (replace(machine.disks[0], index=n, mode=mode) for n, mode in enumerate(modes))
        return replace(machine, disks=tuple(disks))

    platform: Any = ports.source.platform
    platform.describe.side_effect = describe
    (machine,) = _moved(ports, RUNNING).machines
    assert [each.disk for each in machine.contents.markers] == [0]
    assert machine.contents.unmarked == ((1, "it is independent_nonpersistent"),)


def test_windows_is_written_in_where_ordinary_users_may() -> None:
    guests = Guests(
        disks=(
            GuestDisk(name="disk 0", size=Bytes(GIB), filesystems=("C:",)),
            GuestDisk(name="disk 1", size=Bytes(GIB), filesystems=("D:",)),
        )
    )
    ports, landscape = _ports(guests, GuestAccess(windows_user="Administrator", windows_password=Secret("p")))
    plain = landscape.describe
    platform: Any = ports.source.platform
    platform.describe.side_effect = lambda identity: replace(plain(identity), guest=WINDOWS_GUEST)
    (machine,) = _moved(ports, RUNNING).machines
    assert sorted(guests.files[machine.platform_id]) == [
        rf"C:\Users\Public\mtv-acceptance\{RUN}-before.txt",
        rf"D:\mtv-acceptance\{RUN}-before.txt",
    ]
