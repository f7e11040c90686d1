"""Guests of running clones: their disks as they see them, files written in them, and logins and states that fail."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography import x509

from support.adapters.vsphere.platform import Vsphere
from support.adapters.vsphere.recording import host_certificate
from support.adapters.vsphere.sdk import vim
from support.domain.contents import GuestFile
from support.domain.errors import GuestLoginRefused, GuestNotOperable, SourceError
from support.domain.secret import Secret
from support.ports.guest import Login
from tests.contracts.vsphere.conftest import SECONDS, Clones
from tests.contracts.vsphere.places import Place

pytestmark = pytest.mark.contract


@pytest.fixture
def running(vsphere: Vsphere, place: Place, clones: Clones, able: Callable[[str], None]) -> str:
    """Id of a clone whose guest takes orders."""
    able("guest operations")
    clone_id = clones.make(place.machine)
    vsphere.power_on(clone_id, SECONDS)
    vsphere.await_operable(clone_id, SECONDS)
    return clone_id


@pytest.fixture
def login(place: Place) -> Login:
    assert place.guest is not None
    return place.guest


def test_a_guest_sees_every_disk_as_large_as_vsphere_does(vsphere: Vsphere, running: str, login: Login) -> None:
    seen = vsphere.disks_seen(running, login, SECONDS)
    assert [disk.size for disk in seen] == [disk.size for disk in vsphere.describe(running).disks]
    assert any("/" in disk.filesystems for disk in seen)


def test_files_are_written_on_every_disk_and_can_be_read_again(vsphere: Vsphere, running: str, login: Login) -> None:
    homes = [disk.filesystems[-1] for disk in vsphere.disks_seen(running, login, SECONDS) if disk.filesystems]
    files = [GuestFile(path=f"{home.rstrip('/')}/mtv-acceptance/contract.txt", text=f"{home}\n") for home in homes]
    assert files
    vsphere.write(running, login, files, SECONDS)
    again = [replace(file, text=f"{file.text}again\n") for file in files]
    vsphere.write(running, login, again, SECONDS)
    guest = vsphere._guest(running, login, SECONDS)
    assert [guest.files.read(file.path) for file in again] == [file.text for file in again]


def test_the_guest_refuses_a_wrong_password_and_it_is_not_shown(vsphere: Vsphere, running: str, login: Login) -> None:
    with pytest.raises(GuestLoginRefused, match="check the profile's guest credentials") as refused:
        vsphere.disks_seen(running, replace(login, password=Secret("certainly-wrong")), SECONDS)
    assert "certainly-wrong" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_named(vsphere: Vsphere, running: str, login: Login) -> None:
    vsphere.write(running, login, [GuestFile(path="/mtv-acceptance/file.txt", text="x")], SECONDS)
    with pytest.raises(SourceError, match=r"/mtv-acceptance/file\.txt"):
        vsphere.write(running, login, [GuestFile(path="/mtv-acceptance/file.txt/below.txt", text="x")], SECONDS)


def test_a_guest_of_a_machine_that_is_off_takes_no_orders(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.machine)
    with pytest.raises(GuestNotOperable, match=f"guest of machine {clone_id}: .*poweredOff"):
        vsphere.await_operable(clone_id, 1)


def test_a_machine_switched_off_in_between_is_no_guest_to_blame(vsphere: Vsphere, running: str, login: Login) -> None:
    vsphere.power_off(running, SECONDS)
    with pytest.raises(GuestNotOperable, match=f"guest of machine {running}"):
        vsphere.disks_seen(running, login, SECONDS)


def test_the_host_of_a_machine_is_known_by_its_certificate_or_not_at_all(vsphere: Vsphere, place: Place) -> None:
    machine = vsphere._open.ref(vim.VirtualMachine, vsphere.find(place.machine))
    pem = host_certificate(vsphere._open, machine)
    assert pem is None or x509.load_pem_x509_certificate(pem.encode()).subject
