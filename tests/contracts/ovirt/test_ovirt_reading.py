"""What the adapter says about an engine and its machines, and that saying it changes nothing."""

from dataclasses import replace

import pytest

pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")

from support.adapters.ovirt.platform import Ovirt
from support.domain.errors import MachineNotFound, SourceError, SourceLoginError, SourceUnreachable, StartError
from support.domain.machine import MIB, Firmware, Power
from support.domain.names import MachineName
from support.domain.secret import Secret
from tests.contracts.ovirt.places import Place

pytestmark = pytest.mark.contract

NOBODY = "https://127.0.0.1:9/ovirt-engine/api"


def test_the_login_is_refused_with_a_wrong_password(place: Place) -> None:
    platform = Ovirt(replace(place.access, password=Secret("certainly-wrong")))
    with pytest.raises(SourceLoginError) as refused:
        platform.connect()
    assert place.access.username in str(refused.value)
    assert "certainly-wrong" not in str(refused.value)


@pytest.mark.parametrize("verify", [True, False])
def test_nobody_at_home_is_said_with_host_and_port(place: Place, verify: bool) -> None:
    nobody = Ovirt(replace(place.access, url=NOBODY, verify=verify))
    with pytest.raises(SourceUnreachable, match=r"127\.0\.0\.1:9"):
        nobody.connect()


def test_an_authority_that_cannot_be_fetched_is_an_error(place: Place) -> None:
    with pytest.raises(SourceError, match=r"CA of oVirt engine 127\.0\.0\.1:9"):
        Ovirt(replace(place.access, url=NOBODY)).ca_pem()


@pytest.mark.parametrize("verify", [True, False])
def test_the_ca_comes_from_the_engine_even_where_nobody_verifies(place: Place, verify: bool) -> None:
    """MTV reads disks by way of imageio, whose certificate it always verifies."""
    assert Ovirt(replace(place.access, verify=verify)).ca_pem().lstrip().startswith("-----BEGIN CERTIFICATE-----")


def test_a_ca_that_does_not_vouch_for_the_engine_is_no_connection(place: Place, foreign_ca: str) -> None:
    with pytest.raises(SourceUnreachable, match="no trusted connection"):
        Ovirt(replace(place.access, ca_pem=foreign_ca, verify=True)).connect()


def test_an_engine_is_used_without_verification_on_request(place: Place) -> None:
    platform = Ovirt(replace(place.access, verify=False))
    platform.connect()
    assert platform.find(place.template)
    platform.close()


def test_a_data_centre_that_is_not_there_stops_the_start_and_names_those_there_are(place: Place) -> None:
    platform = Ovirt(replace(place.access, data_center="nowhere"))
    with pytest.raises(StartError, match=rf"data_center 'nowhere'.*not there.*{place.access.data_center}"):
        platform.connect()


def test_the_instance_says_who_it_is(ovirt: Ovirt) -> None:
    assert len(ovirt.instance_id()) == 36


def test_a_template_is_described_whole(ovirt: Ovirt, place: Place) -> None:
    template = ovirt.describe(ovirt._open.system.templates_service().list(search=f"name={place.template}")[0].id)
    assert template.name == place.template
    assert template.power is Power.OFF
    assert template.cpu.total >= 1
    assert template.memory >= MIB
    assert template.firmware in set(Firmware)
    assert template.uuid
    assert template.nics
    assert all(nic.network.id and nic.network.name and nic.label for nic in template.nics)
    assert template.disks
    assert [disk.index for disk in template.disks] == list(range(len(template.disks)))
    assert all(disk.size >= MIB and disk.store.id and disk.store.name and disk.identity for disk in template.disks)


def test_reading_a_machine_does_not_change_it(ovirt: Ovirt, place: Place) -> None:
    machine_id = ovirt.find(place.template)
    first, second = ovirt.describe(machine_id), ovirt.describe(machine_id)
    assert replace(first, captured_at=second.captured_at) == second


def test_an_unknown_machine_is_answered_with_near_names(ovirt: Ovirt, place: Place) -> None:
    with pytest.raises(MachineNotFound, match=f"near names: .*{place.template}"):
        ovirt.find(MachineName(f"{place.template}x"))


def test_a_wildcard_is_no_name(ovirt: Ovirt, place: Place) -> None:
    with pytest.raises(MachineNotFound):
        ovirt.find(MachineName(f"{place.template[:-1]}*"))


def test_an_id_that_is_gone_is_an_error_that_names_it(ovirt: Ovirt) -> None:
    nowhere = "11111111-2222-3333-4444-555555555555"
    with pytest.raises(MachineNotFound, match=f"machine {nowhere}: no longer on the source"):
        ovirt.describe(nowhere)


def test_an_expired_session_is_renewed(ovirt: Ovirt, place: Place) -> None:
    before = ovirt.find(place.template)
    ovirt._open._connection._revoke_access_token()
    assert ovirt.find(place.template) == before


def test_a_second_connect_keeps_the_session(ovirt: Ovirt) -> None:
    session = ovirt._open
    ovirt.connect()
    assert ovirt._open is session


def test_nothing_is_asked_of_an_engine_that_was_closed(ovirt: Ovirt, place: Place) -> None:
    ovirt.close()
    with pytest.raises(SourceError, match="not connected"):
        ovirt.find(place.template)
