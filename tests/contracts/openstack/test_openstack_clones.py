"""Clones: whole, in boot order, with MACs of their own, found by run, switched, and gone with all their parts."""

import pytest

from support.adapters.openstack import deleting
from support.adapters.openstack.marks import marks
from support.adapters.openstack.platform import Openstack
from support.adapters.openstack.reading import look
from support.domain.errors import SourceError
from support.domain.machine import Power
from support.domain.names import MachineName
from tests.contracts.openstack.conftest import SECONDS, Clones, nothing
from tests.contracts.openstack.places import Place

pytestmark = pytest.mark.contract


def test_a_clone_has_all_hardware_but_no_mac_of_its_source(stack: Openstack, place: Place, clones: Clones) -> None:
    source = stack.describe(stack.find(place.machine))
    clone = stack.describe(clones.make(place.machine))
    assert [(disk.size, disk.store) for disk in clone.disks] == [(disk.size, disk.store) for disk in source.disks]
    assert [nic.network for nic in clone.nics] == [nic.network for nic in source.nics]
    assert not {nic.mac for nic in clone.nics} & {nic.mac for nic in source.nics}
    assert not {disk.identity for disk in clone.disks} & {disk.identity for disk in source.disks}
    assert (clone.cpu, clone.memory, clone.firmware) == (source.cpu, source.memory, source.firmware)
    assert clone.power is Power.OFF
    assert clone.snapshots == ()


def test_a_clone_of_a_running_machine_leaves_it_running(stack: Openstack, place: Place, clones: Clones) -> None:
    first_name = clones.next_name()
    first = clones.make(place.machine, first_name)
    stack.power_on(first, SECONDS)
    second = stack.describe(clones.make(first_name))
    assert stack.describe(first).power is Power.ON
    assert len(second.disks) == len(stack.describe(first).disks)


def test_a_machine_on_an_image_is_cloned_by_way_of_an_image_that_goes_with_the_clone(
    stack: Openstack, place: Place, clones: Clones
) -> None:
    if "image" in place.cannot:
        pytest.skip(place.cannot["image"])
    session, like, origin = stack._session, stack.find(place.machine), clones.next_name()
    server = session.compute.create_server(
        name=origin,
        image_id=session.images.find_image(place.image).id,
        flavor_id=look(session, like).flavor.id,
        networks=[{"uuid": stack.describe(like).nics[0].network.id}],
        metadata=marks(origin, clones.run),
    )
    stack.power_on(server.id, SECONDS)
    name = clones.next_name()
    clone_id = clones.make(origin, name)
    source, clone = stack.describe(server.id), stack.describe(clone_id)
    assert (clone.firmware, clone.guest.family) == (source.firmware, source.guest.family)
    assert [(disk.size, disk.store) for disk in clone.disks] == [(disk.size, disk.store) for disk in source.disks]
    assert len(clones.parts(name).images) == 1
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(deleting, "remove_parts", lambda *_: None)
        stack.delete(clone_id, SECONDS)
    stack.delete(clone_id, SECONDS)
    assert nothing(clones.parts(name))


def test_clones_of_a_run_are_found_by_name_and_notes(stack: Openstack, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.machine)
    stranger = MachineName(f"{clones.run}x-look-alike")
    other = stack.finish_clone(stack.start_clone(place.machine, stranger, "notes of somebody else"), SECONDS)
    try:
        assert [machine_id for machine_id, _ in stack.machines_of(clones.run)] == [clone_id]
    finally:
        stack.delete(other, SECONDS)


def test_power_follows_the_wish_and_a_second_wish_is_no_error(stack: Openstack, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.machine)
    for wanted, turn in ((Power.ON, stack.power_on), (Power.OFF, stack.power_off)):
        turn(clone_id, SECONDS)
        turn(clone_id, SECONDS)
        assert stack.describe(clone_id).power is wanted


def test_a_started_machine_is_on_all_its_networks(stack: Openstack, place: Place, clones: Clones) -> None:
    clone_id = clones.make(place.machine)
    stack.power_on(clone_id, SECONDS)
    machine = stack.await_guest(clone_id, SECONDS)
    assert machine.power is Power.ON
    assert all(nic.addresses for nic in machine.nics)


def test_a_machine_is_deleted_with_volumes_and_snapshots_and_one_already_gone_is_success(
    stack: Openstack, place: Place, clones: Clones
) -> None:
    name = clones.next_name()
    clone_id = clones.make(place.machine, name)
    before, disks = clones.parts(name), stack.describe(clone_id).disks
    assert len(before.volumes) == len(before.snapshots) == len(disks)
    stack.power_on(clone_id, SECONDS)
    stack.delete(clone_id, SECONDS)
    stack.delete(clone_id, SECONDS)
    assert clones.existing() == []
    assert nothing(clones.parts(name))


def test_parts_are_found_by_a_server_that_is_gone(
    stack: Openstack, place: Place, clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies between the server's end and that of its parts leaves an id and no name."""
    name = clones.next_name()
    clone_id = clones.make(place.machine, name)
    with monkeypatch.context() as broken:
        broken.setattr(deleting, "remove_parts", lambda *_: None)
        stack.delete(clone_id, SECONDS)
    assert clones.parts(name).snapshots
    stack.delete(clone_id, SECONDS)
    assert nothing(clones.parts(name))


def test_copies_that_mtv_left_are_told_and_go_with_their_clone(stack: Openstack, place: Place, clones: Clones) -> None:
    """A migration that is canceled midway leaves them, and a volume with a snapshot could not be removed."""
    name = clones.next_name()
    clone_id = clones.make(place.machine, name)
    assert stack.await_no_copies(clone_id, SECONDS) == ()
    volumes, mark = stack._session.volumes, f"forklift-migration-vm-{clone_id}"
    of_clone = next(each.id for each in clones.parts(name).volumes)
    snapshot = volumes.create_snapshot(volume_id=of_clone, name=f"snapshot for {mark}", is_forced=True)
    volumes.wait_for_status(snapshot, "available", interval=0.2)
    copy = volumes.create_volume(name=f"volume created from {mark}", size=snapshot.size, snapshot_id=snapshot.id)
    volumes.wait_for_status(copy, "available", interval=0.2)
    left = stack.await_no_copies(clone_id, 0.5)
    assert [each.partition(" ")[0] for each in left] == ["volume", "snapshot"]
    stack.delete(clone_id, SECONDS)
    assert stack.await_no_copies(clone_id, 0.5) == ()
    assert nothing(clones.parts(name))


def test_the_source_keeps_its_own_volumes(stack: Openstack, place: Place, clones: Clones) -> None:
    before = stack.describe(stack.find(place.machine)).disks
    stack.delete(clones.make(place.machine), SECONDS)
    after = stack.describe(stack.find(place.machine))
    assert after.disks == before
    assert after.snapshots == ()


def test_a_clone_whose_result_was_lost_is_settled_by_name(stack: Openstack, place: Place, clones: Clones) -> None:
    name = clones.next_name()
    clone_id = clones.make(place.machine, name)
    assert stack.settle_clone("", name, SECONDS) == clone_id


def test_snapshots_of_a_clone_that_died_early_are_removed(stack: Openstack, place: Place, clones: Clones) -> None:
    name = clones.next_name()
    clones.start(place.machine, name)  # nobody finishes it
    assert clones.parts(name).snapshots
    assert stack.settle_clone("", name, SECONDS) is None
    assert nothing(clones.parts(name))


def test_a_clone_that_never_was_is_nothing(stack: Openstack, clones: Clones) -> None:
    assert stack.settle_clone("", clones.next_name(), SECONDS) is None


def test_a_clone_that_another_process_began_cannot_be_finished(stack: Openstack, clones: Clones) -> None:
    with pytest.raises(SourceError, match="not begun by this process"):
        stack.finish_clone(clones.next_name(), SECONDS)
