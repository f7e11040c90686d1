"""Clones that differ from their source: extra disks, places, raw disks, snapshots; refused before they are made."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest

from support.adapters.vsphere import adding_disks, luns, matching
from support.adapters.vsphere.disks import file_of, in_order
from support.adapters.vsphere.placing import Store, datastore, host_named
from support.adapters.vsphere.platform import Vsphere
from support.adapters.vsphere.reading import Scanner, read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_task
from support.domain.errors import SourceError, SourceUnreachable, WaitTimeout
from support.domain.machine import GIB, MIB, Bytes
from support.domain.shaping import CloneShape, DiskMode, ExtraDisk, StoreFolder
from support.domain.source import Provisioning, SourceDisk
from tests.contracts.vsphere.conftest import SECONDS, Clones
from tests.contracts.vsphere.places import Place

pytestmark = pytest.mark.contract
SMALL = ExtraDisk(size=Bytes(64 * MIB))


def home_of(vsphere: Vsphere, machine_id: str) -> str:
    """Id of the datastore that a machine's first disk is on."""
    return vsphere.describe(machine_id).disks[0].store.id


def another(vsphere: Vsphere, machine_id: str) -> str:
    home = home_of(vsphere, machine_id)
    rows = Scanner(vsphere._open, vim.Datastore).rows(("name", "summary.accessible"))
    return next(row.id for row in rows if row.get("summary.accessible") and row.id != home)


def added(vsphere: Vsphere, place: Place, clones: Clones, *disks: ExtraDisk) -> list[SourceDisk]:
    clone = clones.make(place.machine)
    before = {disk.identity for disk in vsphere.describe(clone).disks}
    vsphere.add_disks(clone, disks, SECONDS)
    return [disk for disk in vsphere.describe(clone).disks if disk.identity not in before]


def test_extra_disks_come_in_the_order_size_mode_and_provisioning_asked_for(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    wanted = [
        replace(SMALL, size=Bytes(64 * MIB), provisioning=Provisioning.THIN),
        replace(SMALL, size=Bytes(96 * MIB), provisioning=Provisioning.THICK_LAZY),
        replace(SMALL, size=Bytes(128 * MIB), provisioning=Provisioning.THICK_EAGER),
        replace(SMALL, size=Bytes(160 * MIB), mode=DiskMode.INDEPENDENT_PERSISTENT),
        replace(SMALL, size=Bytes(192 * MIB), mode=DiskMode.INDEPENDENT_NONPERSISTENT),
    ]
    got = added(vsphere, place, clones, *wanted)
    assert [(disk.size, disk.mode, disk.provisioning) for disk in got] == [
        (disk.size, disk.mode.value, disk.provisioning) for disk in wanted
    ]


def test_more_disks_than_one_controller_takes_get_another_one(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    assert len(added(vsphere, place, clones, *[SMALL] * 17)) == 17


def test_a_disk_goes_to_the_datastore_asked_for_and_the_rest_stays(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    clone = clones.make(place.machine)
    home, other = home_of(vsphere, clone), another(vsphere, clone)
    vsphere.add_disks(clone, [replace(SMALL, datastore_id=other), SMALL], SECONDS)
    assert [disk.store.id for disk in vsphere.describe(clone).disks[-2:]] == [other, home]


def test_a_datastore_of_the_machine_that_takes_nothing_is_in_no_ones_way(
    vsphere: Vsphere, place: Place, clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one of which it has an image in its drive."""
    clone = clones.make(place.machine)
    home, other = home_of(vsphere, clone), another(vsphere, clone)
    vsphere.add_disks(clone, [replace(SMALL, datastore_id=other)], SECONDS)

    def away(session: Session, datastore_id: str) -> Store:
        if datastore_id == other:
            raise SourceError("expected accessible, it is not")
        return datastore(session, datastore_id)

    for module in (adding_disks, matching):
        monkeypatch.setattr(module, "datastore", away, raising=False)
    vsphere.add_disks(clone, [SMALL], SECONDS)
    assert vsphere.describe(clone).disks[-1].store.id == home
    vsphere.must_match(clone, CloneShape())


def test_a_look_that_is_taken_once_leaves_no_view_on_the_server(
    vsphere: Vsphere, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    vsphere.find(place.machine)
    asked, invoke = Counter[str](), vsphere._open.invoke

    def counted(mo: object, info: Any, args: object) -> object:
        asked[info.wsdlName] += 1
        return invoke(mo, info, args)

    monkeypatch.setattr(vsphere._open, "invoke", counted)
    with pytest.raises(SourceError, match="no-such-host"):
        vsphere.must_fit([(place.machine, CloneShape(host="no-such-host", datastore_id="datastore-99999"))])
    assert asked["DestroyView"] == asked["CreateContainerView"] > 0


@pytest.mark.parametrize("deed", ["make_folder", "has_folder", "remove_folder"])
def test_a_connection_that_breaks_at_a_folder_is_an_error_of_the_source(
    vsphere: Vsphere, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    """Any other one would end a teardown in its middle."""
    monkeypatch.setattr(vsphere._open, "invoke", Mock(side_effect=ConnectionResetError))
    folder = StoreFolder(datastore_id="datastore-1", name="run-disks")
    budget = () if deed == "make_folder" else (SECONDS,)
    with pytest.raises(SourceUnreachable, match="folder run-disks on datastore-1"):
        getattr(vsphere, deed)(folder, *budget)
    monkeypatch.undo()


def detach_last_disk(vsphere: Vsphere, machine_id: str) -> str:
    """Take a disk off and leave its file where it is; returns the file."""
    session = vsphere._open
    machine = session.ref(vim.VirtualMachine, machine_id)
    disk = in_order(read_one(session, machine, ("config.hardware.device",)).get("config.hardware.device"))[-1]
    change = vim.vm.device.VirtualDeviceSpec(operation="remove", device=disk)
    task = machine.ReconfigVM_Task(spec=vim.vm.ConfigSpec(deviceChange=[change]))
    await_task(session, "detach", task, SECONDS)
    return file_of(disk.backing)


@pytest.fixture
def folder(vsphere: Vsphere, place: Place, clones: Clones) -> Iterator[StoreFolder]:
    store = another(vsphere, vsphere.find(place.machine))
    made = StoreFolder(datastore_id=store, name=f"{clones.run}-shared_disks")
    vsphere.make_folder(made)
    yield made
    clones.remove_all()
    vsphere.remove_folder(made, SECONDS)


def test_a_disk_lies_in_a_folder_of_its_own_and_goes_with_it(
    vsphere: Vsphere, place: Place, clones: Clones, folder: StoreFolder
) -> None:
    clone = clones.make(place.machine)
    vsphere.add_disks(clone, [replace(SMALL, datastore_id=folder.datastore_id, folder=folder.name)], SECONDS)
    assert f"] {folder.name}/" in vsphere.describe(clone).disks[-1].identity
    vsphere.delete(clone, SECONDS)
    assert vsphere.has_folder(folder, SECONDS)
    vsphere.remove_folder(folder, SECONDS)
    assert not vsphere.has_folder(folder, SECONDS)
    vsphere.remove_folder(folder, SECONDS)


def test_files_of_disks_and_of_their_layers_are_nobody_s_leavings(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    clone = clones.make(place.machine)
    vsphere.add_disks(clone, [replace(SMALL, datastore_id=another(vsphere, clone)), SMALL], SECONDS)
    vsphere.track_changes(clone, SECONDS)
    vsphere.power_on(clone, SECONDS)
    vsphere.take_snapshot(clone, "layer", SECONDS)
    assert vsphere.strays(clone, SECONDS) == []


def test_a_file_that_no_disk_has_is_told_and_removed_and_nothing_else_is(
    vsphere: Vsphere, place: Place, clones: Clones, able: Callable[[str], None]
) -> None:
    able("layout")
    clone = clones.make(place.machine)
    vsphere.add_disks(clone, [replace(SMALL, datastore_id=another(vsphere, clone)), SMALL], SECONDS)
    left = detach_last_disk(vsphere, clone)
    kept = vsphere.describe(clone).disks
    assert left in vsphere.strays(clone, SECONDS)
    vsphere.remove_strays(clone, SECONDS)
    assert vsphere.strays(clone, SECONDS) == []
    assert vsphere.describe(clone).disks == kept
    vsphere.remove_strays(clone, SECONDS)


def test_of_a_machine_that_is_gone_nothing_is_left(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    clone = clones.make(place.machine)
    vsphere.delete(clone, SECONDS)
    assert vsphere.strays(clone, SECONDS) == []
    vsphere.remove_strays(clone, SECONDS)


def test_a_folder_that_is_there_already_is_not_taken(vsphere: Vsphere, folder: StoreFolder) -> None:
    with pytest.raises(SourceError, match=folder.name):
        vsphere.make_folder(folder)


def test_snapshots_of_a_running_machine_are_recorded_in_their_order(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    clone = clones.make(place.machine)
    vsphere.add_disks(clone, [replace(SMALL, mode=DiskMode.INDEPENDENT_PERSISTENT)], SECONDS)
    vsphere.power_on(clone, SECONDS)
    for name in ("first", "second"):
        vsphere.take_snapshot(clone, name, SECONDS)
    snapshots = vsphere.describe(clone).snapshots
    assert [each.name for each in snapshots] == ["first", "second"]
    assert snapshots[1].parent == snapshots[0].id


def test_a_clone_is_registered_on_the_host_asked_for(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    rows = Scanner(vsphere._open, vim.HostSystem).rows(("name",))
    for host in sorted(str(row.get("name")) for row in rows)[:2]:
        shape = CloneShape(host=host)
        vsphere.must_fit([(place.machine, shape)])
        task = vsphere.start_shaped_clone(place.machine, clones.next_name(), f"{clones.run} there", shape)
        clone = vsphere.finish_clone(task, SECONDS)
        assert vsphere.describe(clone).host == host
        vsphere.must_match(clone, shape)


def test_a_clone_that_is_kept_otherwise_is_told_disk_by_disk(vsphere: Vsphere, place: Place, clones: Clones) -> None:
    clone = clones.make(place.machine)
    vsphere.must_match(clone, CloneShape(datastore_id=home_of(vsphere, clone)))
    with pytest.raises(SourceError) as told:
        vsphere.must_match(clone, CloneShape(datastore_id=another(vsphere, clone), host="elsewhere"))
    assert "host: expected elsewhere, got " in str(told.value)
    assert str(told.value).count("expected on ") == len(vsphere.describe(clone).disks)


def test_a_clone_whose_disks_are_provisioned_otherwise_is_told(
    vsphere: Vsphere, place: Place, clones: Clones, able: Callable[[str], None]
) -> None:
    able("provisioning")
    clone = clones.make(place.machine)
    kept = vsphere.describe(clone).disks[0].provisioning
    other = next(each for each in (Provisioning.THIN, Provisioning.THICK_LAZY) if each is not kept)
    with pytest.raises(SourceError, match=f"expected {other.value}, got {kept.value}"):
        vsphere.must_match(clone, CloneShape(provisioning=other))


def test_everything_that_does_not_fit_is_told_at_once_and_nothing_is_made(
    vsphere: Vsphere, place: Place, clones: Clones
) -> None:
    huge = ExtraDisk(size=Bytes(10**7 * GIB), provisioning=Provisioning.THICK_LAZY)
    shape = CloneShape(
        host="no-such-host",
        disks=(huge, replace(SMALL, datastore_id="datastore-99999"), replace(huge, size=None, lun="x")),
    )
    with pytest.raises(SourceError) as refused:
        vsphere.must_fit([(place.machine, shape)])
    said = str(refused.value)
    for problem in ("no-such-host", "datastore-99999", "LUN x", "are needed for thick disks"):
        assert problem in said
    assert clones.existing() == []


def test_room_is_counted_over_all_clones(vsphere: Vsphere, place: Place) -> None:
    home = home_of(vsphere, vsphere.find(place.machine))
    row = read_one(vsphere._open, vsphere._open.ref(vim.Datastore, home), ("summary.freeSpace",))
    half = Bytes(row.get("summary.freeSpace") // 2 // MIB * MIB)
    one = CloneShape(
        provisioning=Provisioning.THIN, disks=(ExtraDisk(size=half, provisioning=Provisioning.THICK_LAZY),)
    )
    vsphere.must_fit([(place.machine, one)])
    with pytest.raises(SourceError, match=home):
        vsphere.must_fit([(place.machine, one), (place.machine, one)])
    thin = replace(one, disks=tuple(replace(disk, provisioning=Provisioning.THIN) for disk in one.disks))
    vsphere.must_fit([(place.machine, thin), (place.machine, thin)])


@pytest.mark.parametrize("fault", [vim.fault.HostConfigFault(), vim.fault.NoPermission(privilegeId="System.Read")])
def test_a_datastore_that_cannot_be_looked_at_again_is_believed(
    vsphere: Vsphere, place: Place, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    invoke = vsphere._open.invoke

    def refusing(mo: object, info: Any, args: object) -> object:
        if info.wsdlName == "RefreshDatastore":
            raise fault
        return invoke(mo, info, args)

    monkeypatch.setattr(vsphere._open, "invoke", refusing)
    vsphere.must_fit([(place.machine, CloneShape(disks=(SMALL,)))])


@pytest.fixture
def lun(vsphere: Vsphere, place: Place, able: Callable[[str], None]) -> str:
    able("raw disks")
    return place.lun


def test_a_raw_disk_maps_its_lun(vsphere: Vsphere, place: Place, clones: Clones, lun: str) -> None:
    raw = ExtraDisk(size=None, lun=lun)
    vsphere.must_fit([(place.machine, CloneShape(disks=(raw,)))])
    (disk,) = added(vsphere, place, clones, raw)
    assert disk.lun is not None
    assert disk.size >= MIB


def test_one_lun_serves_one_machine_at_a_time(vsphere: Vsphere, place: Place, clones: Clones, lun: str) -> None:
    notes = f"{clones.run} clone of {place.machine}, made by mtv-acceptance"
    tasks = [vsphere.start_clone(place.machine, clones.next_name(), notes) for _ in range(2)]
    first, second = (vsphere.finish_clone(task, SECONDS) for task in tasks)
    raw = ExtraDisk(size=None, lun=lun)
    vsphere.add_disks(first, [raw], SECONDS)
    with pytest.raises(WaitTimeout, match="mapped by machine"):
        vsphere.add_disks(second, [raw], 1)
    vsphere.delete(first, SECONDS)
    vsphere.add_disks(second, [raw], SECONDS)
    assert vsphere.describe(second).disks[-1].lun is not None


def test_a_lun_with_a_datastore_on_it_is_refused_by_its_name(
    vsphere: Vsphere, place: Place, clones: Clones, lun: str
) -> None:
    clone = clones.make(place.machine)
    home = vsphere._open.ref(vim.Datastore, home_of(vsphere, clone))
    taken = read_one(vsphere._open, home, ("info",)).get("info").vmfs.extent[0].diskName
    assert taken != lun
    raw = ExtraDisk(size=None, lun=taken)
    with pytest.raises(SourceError, match=rf"LUN {taken}: it carries datastore \S+ \({home._moId}\)"):
        vsphere.must_fit([(place.machine, CloneShape(disks=(raw,)))])
    with pytest.raises(SourceError, match=f"asked for LUN {taken}, expected one that no datastore or machine uses"):
        vsphere.add_disks(clone, [raw], SECONDS)


def test_a_lun_that_somebody_elses_machine_maps_is_refused_by_the_machines_name(
    vsphere: Vsphere, place: Place, clones: Clones, lun: str
) -> None:
    raw = ExtraDisk(size=None, lun=lun)
    clone, wanted = clones.make(place.machine), [(place.machine, CloneShape(disks=(raw,)))]
    vsphere.add_disks(clone, [raw], SECONDS)
    with pytest.raises(SourceError, match=rf"LUN \S+: machine {clones.names[-1]} \({clone}\) maps it"):
        vsphere.must_fit(wanted)
    vsphere.delete(clone, SECONDS)
    vsphere.must_fit(wanted)


def test_a_lun_that_a_machine_of_a_run_maps_is_waited_for_and_not_refused(
    vsphere: Vsphere, place: Place, clones: Clones, lun: str
) -> None:
    notes, raw = f"{clones.run} clone of {place.machine}, made by mtv-acceptance", ExtraDisk(size=None, lun=lun)
    clone = vsphere.finish_clone(vsphere.start_clone(place.machine, clones.next_name(), notes), SECONDS)
    vsphere.add_disks(clone, [raw], SECONDS)
    vsphere.must_fit([(place.machine, CloneShape(disks=(raw,)))])


def test_who_loses_a_race_for_a_lun_gets_it_next(
    vsphere: Vsphere, place: Place, clones: Clones, lun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = f"{clones.run} clone of {place.machine}, made by mtv-acceptance"
    tasks = [vsphere.start_clone(place.machine, clones.next_name(), notes) for _ in range(2)]
    first, second = (vsphere.finish_clone(task, SECONDS) for task in tasks)
    raw, await_free = ExtraDisk(size=None, lun=lun), luns.await_free

    def looked_too_early(session: Session, found: object, seconds: float) -> None:
        await_free(session, found, seconds)
        monkeypatch.setattr(luns, "await_free", after_the_first_is_gone)
        vsphere.add_disks(first, [raw], SECONDS)

    def after_the_first_is_gone(session: Session, found: object, seconds: float) -> None:
        if luns.is_taken(session, found):
            vsphere.delete(first, SECONDS)
        await_free(session, found, seconds)

    monkeypatch.setattr(luns, "await_free", looked_too_early)
    vsphere.add_disks(second, [raw], SECONDS)
    assert vsphere.describe(second).disks[-1].lun is not None


def test_a_lun_that_two_machines_of_one_plan_ask_for_is_refused(vsphere: Vsphere, place: Place, lun: str) -> None:
    shape = CloneShape(disks=(ExtraDisk(size=None, lun=lun),))
    with pytest.raises(SourceError, match="one at a time"):
        vsphere.must_fit([(place.machine, shape), (place.machine, shape)])


def test_the_name_of_a_datastore_in_place_of_its_id_is_answered_with_the_id(vsphere: Vsphere) -> None:
    row = Scanner(vsphere._open, vim.Datastore).rows(("name",))[0]
    with pytest.raises(SourceError, match=rf"none of that id; there are: .*{row.id} \({row.get('name')}\)"):
        datastore(vsphere._open, str(row.get("name")))


def test_a_host_that_nobody_knows_is_answered_with_those_there_are(vsphere: Vsphere) -> None:
    known = str(Scanner(vsphere._open, vim.HostSystem).rows(("name",))[0].get("name"))
    with pytest.raises(SourceError, match=known):
        host_named(vsphere._open, "no-such-host")
