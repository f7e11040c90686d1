"""The guest adapter against a real SSH server of another make."""

import socket

import pytest

from support.adapters.guest.ssh import SshGuests
from support.domain.contents import GuestDisk, GuestFile
from support.domain.errors import GuestLoginRefused, GuestUnreachable, SuiteError
from support.domain.machine import GIB, Bytes, OsFamily
from support.domain.secret import Secret
from support.ports.guest import Login
from tests.adapters_guest.conftest import ANSWERS

WRITTEN = GuestFile(path="/mtv-acceptance/there.txt", text="a line\n")


class Way:
    """A tunnel that fails a number of times first, and counts."""

    def __init__(self, port: int, failures: int = 0) -> None:
        self.port = port
        self.failures = failures
        self.opened = 0

    def __call__(self, namespace: str, name: str, port: int, seconds: float) -> socket.socket:
        self.opened += 1
        if self.opened <= self.failures:
            raise GuestUnreachable("dialing VM: connection refused")
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)


def _login(password: str = "right", family: OsFamily = OsFamily.LINUX) -> Login:
    return Login(user="root", password=Secret(password), family=family)


@pytest.mark.parametrize(
    ("family", "machine_id"),
    [(OsFamily.LINUX, "0123abcd"), (OsFamily.WINDOWS, "a-guid"), (OsFamily.UNKNOWN, None)],
)
def test_a_guest_tells_host_name_and_machine_id_of_its_family(
    port: int, family: OsFamily, machine_id: str | None
) -> None:
    identity = SshGuests(Way(port), pause=0.01).identify("ns", "vm", _login(family=family), 10)
    assert (identity.hostname, identity.machine_id) == ("web1", machine_id)


@pytest.mark.parametrize(
    ("family", "gateway", "dns"), [(OsFamily.LINUX, "192.0.2.1", ("198.51.100.53",)), (OsFamily.WINDOWS, None, ())]
)
def test_a_guest_tells_its_network_in_the_way_of_its_family(
    port: int, family: OsFamily, gateway: str | None, dns: tuple[str, ...]
) -> None:
    (nic,) = SshGuests(Way(port), pause=0.01).network("ns", "vm", _login(family=family), 10)
    (address,) = nic.addresses
    assert (nic.mac, address.address) == ("00:50:56:aa:bb:02", "192.0.2.41")
    assert (address.gateway, address.dns) == (gateway, dns)


def test_refused_credentials_fail_at_once_and_are_not_shown(port: int) -> None:
    way = Way(port)
    with pytest.raises(GuestLoginRefused, match="guest ns/vm: refused the login of root") as refused:
        SshGuests(way, pause=0.01).identify("ns", "vm", _login("a-wrong-one"), 10)
    assert way.opened == 1
    assert "a-wrong-one" not in str(refused.value)


def test_a_guest_that_is_still_booting_is_tried_again(port: int) -> None:
    way = Way(port, failures=3)
    assert SshGuests(way, pause=0.01).identify("ns", "vm", _login(), 10).hostname == "web1"
    assert way.opened == 4


def test_a_guest_that_never_answers_is_unreachable_with_the_last_reason() -> None:
    way = Way(0, failures=10**6)
    with pytest.raises(GuestUnreachable, match=r"within 0\.2 s; last: dialing VM: connection refused"):
        SshGuests(way, pause=0.01).identify("ns", "vm", _login(), 0.2)
    assert way.opened > 1


def test_a_guest_shows_its_disks_and_the_files_that_are_there(port: int) -> None:
    paths = ["/mtv-acceptance/here.txt", "/mtv-acceptance/gone.txt"]
    found = SshGuests(Way(port), pause=0.01).contents("ns", "vm", _login(), paths, 10)
    assert found.disks == (GuestDisk(name="/dev/vda", size=Bytes(20 * GIB), filesystems=("/",)),)
    assert found.text_of(paths[0]) == "  as written\n"
    assert found.text_of(paths[1]) is None


def test_a_guest_that_does_not_know_its_disks_says_what_it_said(port: int) -> None:
    with pytest.raises(SuiteError, match=r"expected JSON from PowerShell about the guest's disks, got: nothing"):
        SshGuests(Way(port), pause=0.01).contents("ns", "vm", _login(family=OsFamily.WINDOWS), [], 10)


def test_files_are_written_with_their_folders_and_brought_to_the_disks(port: int) -> None:
    SshGuests(Way(port), pause=0.01).write("ns", "vm", _login(), [WRITTEN], 10)


@pytest.mark.parametrize("refused", ["mkdir -p '/mtv-acceptance'", "sync"])
def test_what_a_guest_refuses_to_write_is_said(port: int, refused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ANSWERS, refused)
    with pytest.raises(SuiteError, match=f"took the login but refused `{refused}`"):
        SshGuests(Way(port), pause=0.01).write("ns", "vm", _login(), [WRITTEN], 10)
