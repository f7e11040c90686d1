"""Clones: full, with MACs of their own, shaped as asked, found by run, switched, and gone with their disks."""

from collections.abc import Callable, Sequence

import pytest

from support.adapters.vsphere import deleting, powering
from support.adapters.vsphere.platform import Vsphere
from support.adapters.vsphere.reading import Row, Scanner
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.domain.errors import MachineNotFound, SourceError
from support.domain.machine import Power
from support.domain.names import MachineName
from support.domain.shaping import CloneShape
from support.domain.source import Provisioning, SourceMachine
from tests.contracts.vsphere.conftest import SECONDS, Clones
from tests.contracts.vsphere.places import Place

pytestmark = pytest.mark.contract


def other_datastore(vsphere: Vsphere, machine: SourceMachine) -> str:
    """Id of a datastore on the machine's host that holds none of its disks."""
    session, used = vsphere._open, {disk.store.id for disk in machine.disks}
    rows = Scanner(session, vim.Datastore).rows(("name", "summary.accessible"))
    return next(row.id for row in rows if row.get("summary.accessible") and row.id not in used)


def test_a_clone_has_all_hardware_but_no_mac_of_its_source(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    source = vsphere.describe(vsphere.find(place.machine))
    clone = vsphere.describe(clones.make(place.machine))
    assert [disk.size for disk in clone.disks] == [disk.size for disk in source.disks]
    assert [nic.network for nic in clone.nics] == [nic.network for nic in source.nics]
    assert not {nic.mac for nic in clone.nics} & {nic.mac for nic in source.nics}
    assert clone.cpu == source.cpu
    assert clone.memory == source.memory
    assert not {disk.identity for disk in clone.disks} & {disk.identity for disk in source.disks}


def test_many_clones_of_one_machine_read_all_names_once(
    vsphere: Vsphere, place: Place, clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, scans = Scanner.rows, []

    def rows(scanner: Scanner, paths: Sequence[str]) -> list[Row]:
        scans.append(paths)
        return plain(scanner, paths)

    monkeypatch.setattr(Scanner, "rows", rows)
    made = [clones.make(place.machine) for _ in range(3)]
    assert len(set(made)) == 3
    assert scans == [("name",)]


def test_a_machine_that_is_gone_since_it_was_last_cloned_is_looked_for_again(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    name = clones.next_name()
    origin = clones.make(place.machine, name)
    clones.make(name)
    vsphere.delete(origin, SECONDS)
    with pytest.raises(MachineNotFound, match="not found on vSphere"):
        clones.make(name)
    clones.make(place.machine, name)
    clones.make(name)


def test_a_template_can_be_cloned_to_a_machine(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    name = clones.next_name()
    template_id = clones.make(place.machine, name)
    vsphere._open.ref(vim.VirtualMachine, template_id).MarkAsTemplate()
    clone = vsphere.describe(clones.make(name))
    assert clone.power is Power.OFF
    assert len(clone.disks) == len(vsphere.describe(template_id).disks)


def test_a_clone_goes_to_the_datastore_asked_for(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    wanted = other_datastore(vsphere, vsphere.describe(vsphere.find(place.machine)))
    shape = CloneShape(datastore_id=wanted)
    task = vsphere.start_shaped_clone(place.machine, clones.next_name(), f"{clones.run} elsewhere", shape)
    clone = vsphere.describe(vsphere.finish_clone(task, SECONDS))
    assert {disk.store.id for disk in clone.disks} == {wanted}


def test_an_unknown_datastore_is_refused_before_the_clone(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    shape = CloneShape(datastore_id="datastore-99999")
    with pytest.raises(SourceError, match="datastore-99999"):
        vsphere.start_shaped_clone(place.machine, clones.next_name(), clones.run, shape)
    assert clones.existing() == []


@pytest.mark.parametrize("provisioning", [Provisioning.THIN, Provisioning.THICK_EAGER])
def test_a_clone_is_provisioned_as_asked(
    vsphere: Vsphere, place: Place, clones: Clones, provisioning: Provisioning, able: Callable[[str], None]
) -> None:
    able("provisioning")
    shape = CloneShape(provisioning=provisioning)
    task = vsphere.start_shaped_clone(place.machine, clones.next_name(), clones.run, shape)
    clone = vsphere.describe(vsphere.finish_clone(task, SECONDS))
    assert {disk.provisioning for disk in clone.disks} == {provisioning}


def test_clones_of_a_run_are_found_by_name_and_notes(
    vsphere: Vsphere, place: Place, clones: Clones, able: Callable[[str], None]
) -> None:
    able("notes")
    clone_id = clones.make(place.machine)
    stranger = MachineName(f"{clones.run}x-look-alike")
    other = vsphere.finish_clone(vsphere.start_clone(place.machine, stranger, "notes of somebody else"), SECONDS)
    try:
        assert [machine_id for machine_id, _ in vsphere.machines_of(clones.run)] == [clone_id]
    finally:
        vsphere.delete(other, SECONDS)


def test_power_follows_the_wish_and_a_second_wish_is_no_error(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.machine)
    for wanted, turn in ((Power.ON, vsphere.power_on), (Power.OFF, vsphere.power_off)):
        turn(clone_id, SECONDS)
        turn(clone_id, SECONDS)
        assert vsphere.describe(clone_id).power is wanted


def test_a_started_guest_reports_an_address_on_every_card(
    vsphere: Vsphere, place: Place, clones: Clones, able: Callable[[str], None]
) -> None:
    able("guest")
    clone_id = clones.make(place.machine)
    vsphere.power_on(clone_id, SECONDS)
    machine = vsphere.await_guest(clone_id, SECONDS)
    assert machine.guest.agent_running
    assert all(nic.addresses for nic in machine.nics)


def test_changed_blocks_are_tracked_on_request_and_a_second_request_is_no_error(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    machine_id = clones.make(place.machine)
    assert not vsphere.describe(machine_id).change_tracking
    for _ in range(2):
        vsphere.track_changes(machine_id, SECONDS)
        assert vsphere.describe(machine_id).change_tracking


def test_deleting_a_running_machine_and_one_already_gone_succeeds(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    clone_id = clones.make(place.machine)
    vsphere.power_on(clone_id, SECONDS)
    vsphere.delete(clone_id, SECONDS)
    vsphere.delete(clone_id, SECONDS)
    with pytest.raises(MachineNotFound, match=clone_id):
        vsphere.describe(clone_id)
    assert clones.existing() == []


def test_a_machine_that_a_late_task_switches_on_is_deleted_all_the_same(
    vsphere: Vsphere, place: Place, clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed right after it asked for the power leaves a task that no teardown knows of."""
    clone, pulled = clones.make(place.machine), powering.pull_plug

    def pulled_too_early(session: Session, machine: object, seconds: float) -> None:
        monkeypatch.setattr(deleting, "pull_plug", pulled)
        pulled(session, machine, seconds)
        vsphere.power_on(clone, SECONDS)

    monkeypatch.setattr(deleting, "pull_plug", pulled_too_early)
    vsphere.delete(clone, SECONDS)
    assert clones.existing() == []


def test_a_clone_whose_result_was_lost_is_settled_by_name(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    name = clones.next_name()
    clones.start(place.machine, name)  # nobody waits for it, and its task id is forgotten
    found = vsphere.settle_clone("", name, SECONDS)
    assert found is not None
    assert vsphere.describe(found).name == name


def test_a_clone_under_way_is_ended_by_its_task(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    name = clones.next_name()
    found = vsphere.settle_clone(clones.start(place.machine, name), name, SECONDS)
    if found is not None:  # it was faster than its cancellation; then it must be the whole machine
        assert vsphere.describe(found).name == name
        vsphere.delete(found, SECONDS)
    assert clones.existing() == []


def test_a_clone_that_never_was_is_nothing(vsphere: Vsphere, clones: Clones) -> None:
    assert vsphere.settle_clone("", clones.next_name(), SECONDS) is None
