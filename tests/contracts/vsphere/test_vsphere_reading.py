"""What the adapter says about a machine, and that saying it changes nothing."""

from dataclasses import replace

import pytest

from support.adapters.vsphere.platform import Vsphere
from support.domain.errors import MachineNotFound, SourceError, SourceLoginError, SourceUnreachable
from support.domain.machine import MIB
from support.domain.names import MachineName
from support.domain.secret import Secret
from tests.contracts.vsphere.places import Place

pytestmark = pytest.mark.contract


def test_the_login_is_refused_with_a_wrong_password(place: Place) -> None:
    platform = Vsphere(replace(place.access, password=Secret("certainly-wrong")))
    with pytest.raises(SourceLoginError) as refused:
        platform.connect()
    assert place.access.username in str(refused.value)
    assert "certainly-wrong" not in str(refused.value)


def test_nobody_at_home_is_said_with_host_and_port(place: Place) -> None:
    nobody = Vsphere(replace(place.access, url="https://127.0.0.1:9/sdk", verify=False))
    with pytest.raises(SourceUnreachable, match=r"127\.0\.0\.1:9"):
        nobody.connect()


def test_a_certificate_that_cannot_be_fetched_is_an_error(place: Place) -> None:
    nobody = Vsphere(replace(place.access, url="https://127.0.0.1:9/sdk", verify=True))
    with pytest.raises(SourceError, match=r"CA of vCenter 127\.0\.0\.1:9"):
        nobody.ca_pem()


def test_the_ca_comes_from_the_api_endpoint_itself(vsphere: Vsphere, place: Place) -> None:
    chain = vsphere.ca_pem()
    if place.access.verify:
        assert chain is not None
        assert chain.startswith("-----BEGIN CERTIFICATE-----")
    else:
        assert chain is None


def test_the_instance_says_who_it_is(vsphere: Vsphere) -> None:
    assert len(vsphere.instance_id()) == 36


def test_a_machine_is_described_whole(vsphere: Vsphere, place: Place) -> None:
    machine = vsphere.describe(vsphere.find(place.machine))
    assert machine.name == place.machine
    assert machine.cpu.total >= 1
    assert machine.memory >= MIB
    assert machine.uuid
    assert machine.nics
    assert all(len(nic.mac) == 17 and nic.mac == nic.mac.lower() and nic.network.name for nic in machine.nics)
    assert machine.disks
    assert all(disk.size >= MIB and disk.store.name and disk.identity.startswith("[") for disk in machine.disks)


def test_reading_a_machine_does_not_change_it(vsphere: Vsphere, place: Place) -> None:
    machine_id = vsphere.find(place.machine)
    first, second = vsphere.describe(machine_id), vsphere.describe(machine_id)
    assert replace(first, captured_at=second.captured_at) == second


def test_an_unknown_machine_is_answered_with_near_names(vsphere: Vsphere, place: Place) -> None:
    with pytest.raises(MachineNotFound, match=place.machine):
        vsphere.find(MachineName(f"{place.machine}x"))


def test_an_expired_session_is_renewed(vsphere: Vsphere, place: Place) -> None:
    before = vsphere.find(place.machine)
    session = vsphere._open
    session.ref(type(session.content.sessionManager), session.content.sessionManager._moId).Logout()
    assert vsphere.find(place.machine) == before


def test_a_second_connect_keeps_the_session(vsphere: Vsphere) -> None:
    session = vsphere._open
    vsphere.connect()
    assert vsphere._open is session
