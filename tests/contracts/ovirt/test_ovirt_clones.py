"""Clones: from templates, whole, with MACs of their own, found by run, switched, and gone with their disks."""

import pytest
import tenacity

pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")

from support.adapters.ovirt.faults import CONFLICT
from support.adapters.ovirt.platform import Ovirt
from support.adapters.ovirt.sdk import types
from support.domain.errors import MachineNotFound, SourceError, WaitTimeout
from support.domain.machine import Power
from support.domain.names import MachineName
from tests.contracts.ovirt.conftest import SECONDS, Clones
from tests.contracts.ovirt.places import Place

pytestmark = pytest.mark.contract


def template_id(ovirt: Ovirt, place: Place) -> str:
    return str(ovirt._open.system.templates_service().list(search=f'name="{place.template}"')[0].id)


def test_a_clone_has_all_hardware_of_its_template_and_macs_of_its_own(
    ovirt: Ovirt, place: Place, clones: Clones
) -> None:
    template = ovirt.describe(template_id(ovirt, place))
    first, second = ovirt.describe(clones.make(place.template)), ovirt.describe(clones.make(place.template))
    assert [disk.size for disk in first.disks] == [disk.size for disk in template.disks]
    assert [nic.network for nic in first.nics] == [nic.network for nic in template.nics]
    assert (first.cpu, first.memory, first.firmware) == (template.cpu, template.memory, template.firmware)
    assert first.power is Power.OFF
    assert all(len(nic.mac) == 17 and nic.mac == nic.mac.lower() for nic in first.nics)
    assert not {nic.mac for nic in first.nics} & {nic.mac for nic in second.nics}
    assert not {disk.identity for disk in first.disks} & {disk.identity for disk in template.disks}


def test_only_templates_are_cloned_and_an_unknown_one_is_answered_with_near_names(
    ovirt: Ovirt, place: Place, clones: Clones
) -> None:
    name = clones.next_name()
    clones.make(place.template, name)
    with pytest.raises(MachineNotFound, match=f"template '{name}'"):
        clones.start(name)
    with pytest.raises(MachineNotFound, match=f"near names: .*{place.template}"):
        clones.start(MachineName(f"{place.template}x"))


def test_a_name_that_is_taken_is_refused_in_the_engines_words(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    name = clones.next_name()
    clones.make(place.template, name)
    with pytest.raises(SourceError, match=rf"clone {name}: .*already in use"):
        clones.start(place.template, name)


def test_clones_of_a_run_are_found_by_name_and_notes(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.template)
    stranger = MachineName(f"{clones.run}x-look-alike")
    ovirt.finish_clone(ovirt.start_clone(place.template, stranger, f"{clones.run} of somebody else"), SECONDS)
    unmarked = MachineName(f"{clones.run}-unmarked")
    ovirt.finish_clone(ovirt.start_clone(place.template, unmarked, "notes of somebody else"), SECONDS)
    assert [machine_id for machine_id, _ in ovirt.machines_of(clones.run)] == [clone_id]


def test_power_follows_the_wish_and_a_second_wish_is_no_error(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.template)
    for wanted, turn in ((Power.ON, ovirt.power_on), (Power.OFF, ovirt.power_off)):
        turn(clone_id, SECONDS)
        turn(clone_id, SECONDS)
        assert ovirt.describe(clone_id).power is wanted


def test_a_started_guest_reports_an_address_on_every_card(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.template)
    ovirt.power_on(clone_id, SECONDS)
    machine = ovirt.await_guest(clone_id, SECONDS)
    assert machine.guest.agent_running
    assert machine.host
    assert all(nic.addresses for nic in machine.nics)


def test_a_guest_that_is_off_reports_nothing_and_that_is_said(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.template)
    with pytest.raises(WaitTimeout, match=r"setting wait_guest_info.*power off, no agent"):
        ovirt.await_guest(clone_id, 0.2)


def test_snapshots_are_told_without_the_one_of_what_runs_now(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.template)
    assert ovirt.describe(clone_id).snapshots == ()
    asked = types.Snapshot(description="before the move", persist_memorystate=False)
    ovirt._open.machine(clone_id).snapshots_service().add(asked)
    (snapshot,) = ovirt.describe(clone_id).snapshots
    assert snapshot.name == "before the move"
    assert snapshot.created is not None


def test_snapshots_that_somebody_removes_are_awaited(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    """As MTV removes its own: in the background, when the migration has long ended."""
    clone_id = clones.make(place.template)
    service = ovirt._open.machine(clone_id).snapshots_service()
    wanted = types.Snapshot(description="precopy", persist_memorystate=False)
    taken = service.add(wanted)
    with pytest.raises(WaitTimeout, match="1 left: precopy"):
        ovirt.await_no_other_snapshots(clone_id, [], 0.2)
    ovirt.await_no_other_snapshots(clone_id, [taken.id], SECONDS)
    locked = tenacity.retry_if_exception(lambda error: getattr(error, "code", None) == CONFLICT)
    patient = tenacity.Retrying(retry=locked, stop=tenacity.stop_after_delay(SECONDS), wait=tenacity.wait_fixed(0.1))
    patient(service.snapshot_service(taken.id).remove)
    ovirt.await_no_other_snapshots(clone_id, [], SECONDS)


def test_deleting_a_running_machine_and_one_already_gone_succeeds(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.template)
    disks = {disk.identity for disk in ovirt.describe(clone_id).disks}
    ovirt.power_on(clone_id, SECONDS)
    ovirt.delete(clone_id, SECONDS)
    ovirt.delete(clone_id, SECONDS)
    assert clones.existing() == []
    assert not disks & {disk.id for disk in ovirt._open.system.disks_service().list()}


def test_a_machine_that_starts_in_the_meantime_is_deleted_all_the_same(
    ovirt: Ovirt, place: Place, clones: Clones
) -> None:
    """A process that is killed right after it asked for the power leaves a start that no teardown knows of."""
    clone_id = clones.make(place.template)
    ovirt._open.machine(clone_id).start()
    ovirt.delete(clone_id, SECONDS)
    assert clones.existing() == []


def test_a_clone_under_way_is_deleted_once_it_is_unlocked(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    ovirt.delete(clones.start(place.template), SECONDS)
    assert clones.existing() == []


@pytest.mark.parametrize("with_task", [True, False])
def test_a_clone_that_nobody_waited_for_is_settled(ovirt: Ovirt, place: Place, clones: Clones, with_task: bool) -> None:
    name = clones.next_name()
    task = clones.start(place.template, name)
    found = ovirt.settle_clone(task if with_task else "", name, SECONDS)
    assert found == task
    assert ovirt.describe(found).power is Power.OFF


def test_a_clone_that_never_was_is_nothing(ovirt: Ovirt, clones: Clones) -> None:
    assert ovirt.settle_clone("", clones.next_name(), SECONDS) is None
    assert ovirt.settle_clone("11111111-2222-3333-4444-555555555555", clones.next_name(), SECONDS) is None


def test_a_clone_that_vanishes_while_it_is_awaited_is_an_error(ovirt: Ovirt, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.template)
    ovirt.delete(clone_id, SECONDS)
    with pytest.raises(SourceError, match="gave it up"):
        ovirt.finish_clone(clone_id, SECONDS)


def test_a_clone_that_is_not_ready_in_time_is_a_timeout_with_what_was_seen(
    ovirt: Ovirt, place: Place, clones: Clones
) -> None:
    clone_id = clones.make(place.template)
    ovirt.power_on(clone_id, SECONDS)
    with pytest.raises(WaitTimeout, match=r"setting wait_source_task.*last seen up"):
        ovirt.finish_clone(clone_id, 0.1)
