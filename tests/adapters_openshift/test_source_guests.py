"""Guests of a source on a cluster: what keeps one from being written in is no verdict, a wrong password is."""

from unittest.mock import MagicMock

import pytest

from support.adapters.guest.dialects import OddAnswer
from support.adapters.openshift_source.guests import ClusterGuests
from support.domain.contents import GuestFile
from support.domain.errors import GuestLoginRefused, GuestNotOperable, GuestUnreachable, MachineNotFound, WaitTimeout
from support.domain.machine import OsFamily
from support.domain.names import ObjectRef
from support.domain.secret import Secret
from support.ports.guest import Login

LOGIN = Login(user="root", password=Secret("p"), family=OsFamily.LINUX)
FILE = GuestFile(path="/f", text="t")


def inside(guests: MagicMock, place: MagicMock | None = None, await_up: MagicMock | None = None) -> ClusterGuests:
    where = place or MagicMock(return_value=ObjectRef("VirtualMachine", "web1", "vms"))
    return ClusterGuests(guests, where, await_up or MagicMock())


def test_a_guest_is_asked_by_the_place_of_its_machine() -> None:
    guests = MagicMock()
    inside(guests).write("u-1", LOGIN, [FILE], 5)
    guests.write.assert_called_once_with("vms", "web1", LOGIN, [FILE], 5)
    assert inside(guests).disks_seen("u-1", LOGIN, 5) is guests.contents.return_value.disks
    guests.contents.assert_called_once_with("vms", "web1", LOGIN, (), 5)


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (GuestUnreachable("no session"), GuestNotOperable),
        (OddAnswer("refused `mkdir`"), GuestNotOperable),
        (GuestLoginRefused("wrong password"), GuestLoginRefused),
    ],
)
def test_only_a_wrong_password_is_more_than_a_guest_that_takes_no_orders(
    error: Exception, becomes: type[Exception]
) -> None:
    guests = MagicMock()
    guests.write.side_effect = guests.contents.side_effect = error
    with pytest.raises(becomes, match=str(error)):
        inside(guests).write("u-1", LOGIN, [FILE], 5)
    with pytest.raises(becomes, match=str(error)):
        inside(guests).disks_seen("u-1", LOGIN, 5)


def test_a_machine_that_is_gone_is_said_to_be_gone() -> None:
    gone = MagicMock(side_effect=MachineNotFound("gone"))
    with pytest.raises(MachineNotFound):
        inside(MagicMock(), place=gone).write("u-1", LOGIN, [FILE], 5)


def test_an_agent_that_never_reports_leaves_the_guest_as_it_is() -> None:
    late = WaitTimeout(subject="web1", wanted="up", budget="guest_info", seconds=1, last_seen="nothing", age=0)
    with pytest.raises(GuestNotOperable, match="web1: not up within 1 s"):
        inside(MagicMock(), await_up=MagicMock(side_effect=late)).await_operable("u-1", 1)
