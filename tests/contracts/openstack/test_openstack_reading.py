"""Logging in and reading servers: by name, with their hardware, and without changing anything."""

from dataclasses import replace

import pytest

from support.adapters.openstack.platform import Openstack
from support.domain.errors import MachineNotFound, SourceLoginError, SourceUnreachable
from support.domain.machine import GIB, MIB
from support.domain.names import MachineName
from support.domain.secret import Secret
from tests.contracts.openstack.places import Place

pytestmark = pytest.mark.contract


def test_a_described_machine_has_the_shape_the_checks_need(stack: Openstack, place: Place) -> None:
    machine = stack.describe(stack.find(place.machine))
    assert machine.name == place.machine
    assert machine.uuid == machine.id
    assert machine.cpu.total >= 1
    assert machine.memory >= MIB
    assert machine.nics
    assert all(len(nic.mac) == 17 and nic.network.id != nic.network.name and nic.addresses for nic in machine.nics)
    assert [disk.index for disk in machine.disks] == list(range(len(machine.disks)))
    assert machine.disks
    assert all(disk.size >= GIB and disk.store.id and disk.store.name and disk.identity for disk in machine.disks)


def test_reading_a_machine_does_not_change_it(stack: Openstack, place: Place) -> None:
    machine_id = stack.find(place.machine)
    first, second = stack.describe(machine_id), stack.describe(machine_id)
    assert replace(first, captured_at=second.captured_at) == second


def test_an_unknown_machine_is_answered_with_near_names(stack: Openstack, place: Place) -> None:
    with pytest.raises(MachineNotFound, match=place.machine):
        stack.find(MachineName(f"{place.machine}x"))


def test_a_machine_that_is_gone_is_said_to_be(stack: Openstack) -> None:
    with pytest.raises(MachineNotFound, match="no longer in the project"):
        stack.describe("00000000-0000-0000-0000-000000000000")


def test_a_name_is_no_pattern(stack: Openstack, place: Place) -> None:
    with pytest.raises(MachineNotFound):
        stack.find(MachineName(f"{place.machine[:-1]}."))


def test_an_expired_token_is_renewed(stack: Openstack, place: Place) -> None:
    before = stack.find(place.machine)
    stack._session._open.session.auth.get_access(stack._session._open.session)._auth_token = "expired"
    assert stack.find(place.machine) == before


def test_the_chain_of_the_identity_service_is_what_mtv_gets(stack: Openstack) -> None:
    chain = stack.ca_pem()
    assert chain is not None
    assert chain.startswith("-----BEGIN CERTIFICATE-----")


def test_without_verification_no_chain_is_needed(place: Place) -> None:
    stack = Openstack(replace(place.access, verify=False))
    stack.connect()
    try:
        assert stack.find(place.machine)
        assert stack.ca_pem() is None
    finally:
        stack.close()


def test_a_wrong_password_is_a_refused_login(place: Place) -> None:
    with pytest.raises(SourceLoginError, match="refused"):
        Openstack(replace(place.access, password=Secret("wrong"))).connect()


def test_a_region_that_the_catalog_does_not_have_is_named(place: Place) -> None:
    assert place.access.cloud is not None
    scope = replace(place.access.cloud, region_name="Nowhere")
    with pytest.raises(SourceUnreachable, match="Nowhere"):
        Openstack(replace(place.access, cloud=scope)).connect()


def test_the_instance_is_the_project_in_its_region(stack: Openstack, place: Place) -> None:
    assert place.access.cloud is not None
    project, _at, region = stack.instance_id().partition("@")
    assert region == place.access.cloud.region_name
    assert project == stack._session._open.current_project_id
