"""What a copy-offload plan makes and asks for, and that nothing but such a plan does."""

from dataclasses import replace

import pytest

from support.domain.errors import PlanRejected, SuiteError
from support.domain.mapping import StorageEntry
from support.domain.migration import MachineProgress, Step, Task
from support.domain.names import REMOTE, ObjectRef
from support.domain.offload import CopiedBy, StorageArray, why_not
from support.domain.secret import Secret
from support.domain.source import Place
from support.workflow.move import Move
from support.workflow.offload import copied_by, storage_entries
from support.workflow.plan import plan
from support.workflow.prepare import prepare
from support.workflow.removal.teardown import end_scenario
from support.workflow.session import open_session
from tests.workflow.landscape import ORDER, REQUEST, RUN, SCOPE, Landscape
from tests.workflow.world import MemoryJournal

ARRAY = StorageArray(
    vendor="ontap",
    hostname="array.test",
    username="admin",
    password=Secret("array-password"),
    fields={"ontap_svm": "svm1"},
    datastores=frozenset({"datastore-1"}),
)
OFFLOADED = replace(ORDER, offload=ARRAY)
STORES = (Place(id="datastore-1", name="on-array"), Place(id="datastore-9", name="elsewhere"))


def _planned(landscape: Landscape, journal: MemoryJournal | None = None) -> tuple[Move, tuple[StorageEntry, ...]]:
    ports = landscape.ports(journal or MemoryJournal())
    session = open_session(ports, REQUEST)
    move = plan(ports, session, prepare(ports, session, OFFLOADED))
    assert move.maps is not None
    return move, move.maps.storage


def _secrets(landscape: Landscape) -> list[ObjectRef]:
    return [ref for ref in landscape.world.objects if ref.kind == "Secret" and "storage-array" in ref.name]


def test_every_store_names_the_array_and_asks_for_raw_volumes() -> None:
    landscape = Landscape(stores=STORES)
    _move, entries = _planned(landscape)
    secret = _secrets(landscape)[0]
    assert [each.source for each in entries] == list(STORES)
    for entry in entries:
        assert (entry.access_mode, entry.volume_mode) == ("ReadWriteMany", "Block")
        assert entry.offload is not None
        assert (entry.offload.secret, entry.offload.vendor) == (secret.name, "ontap")


def test_the_secret_is_beside_the_source_provider_and_goes_with_the_scenario() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports = landscape.ports(journal)
    session = open_session(ports, REQUEST)
    plan(ports, session, prepare(ports, session, OFFLOADED))
    assert [ref.namespace for ref in _secrets(landscape)] == [session.source.namespace]
    assert "array-password" not in repr(journal.records())
    assert end_scenario(ports, RUN, SCOPE) == []
    assert _secrets(landscape) == []


def test_a_plan_without_copy_offload_names_no_array_and_leaves_modes_to_cdi() -> None:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    session = open_session(ports, REQUEST)
    move = plan(ports, session, prepare(ports, session, ORDER))
    assert move.maps is not None
    assert all(each.offload is None and each.volume_mode is None for each in move.maps.storage)
    assert _secrets(landscape) == []


def test_a_class_without_raw_volumes_is_refused_before_the_secret_is_there() -> None:
    landscape = Landscape(block_access=None)
    with pytest.raises(SuiteError, match=r"'block' has no Block volumes .* setting storage_class"):
        _planned(landscape)
    assert _secrets(landscape) == []


def test_an_array_copies_to_no_other_cluster() -> None:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    session = open_session(ports, REQUEST)
    move = replace(prepare(ports, session, OFFLOADED), target=REMOTE)
    with pytest.raises(SuiteError, match="MTV's own cluster only"):
        storage_entries(ports, session, move, STORES)


def test_entries_that_the_api_cut_short_are_told_of() -> None:
    landscape = Landscape(stores=STORES)
    keep = landscape.create_storage_map

    def forget(ref: ObjectRef, source: ObjectRef, goal: ObjectRef, entries: tuple[StorageEntry, ...]) -> object:
        made = keep(ref, source, goal, entries)
        landscape.entries[ref] = tuple(replace(each, offload=None) for each in landscape.entries[ref])
        return made

    landscape.create_storage_map = forget  # type: ignore[method-assign, assignment]
    with pytest.raises(PlanRejected, match=r"on-array \(datastore-1\): expected .*copy-offload by ontap .*no copy-off"):
        _planned(landscape)


def test_an_entry_too_many_is_told_of() -> None:
    landscape = Landscape()
    keep = landscape.create_storage_map
    more = StorageEntry(source=STORES[1], storage_class="block")

    def add(ref: ObjectRef, source: ObjectRef, goal: ObjectRef, entries: tuple[StorageEntry, ...]) -> object:
        made = keep(ref, source, goal, entries)
        landscape.entries[ref] += (more,)
        return made

    landscape.create_storage_map = add  # type: ignore[method-assign, assignment]
    with pytest.raises(PlanRejected, match="2 of 1 entries were kept"):
        _planned(landscape)


@pytest.mark.parametrize(("vendor", "switch", "says"), [("", False, ""), ("ontap", None, ""), ("ontap", False, "off")])
def test_a_session_knows_why_mtv_lets_no_array_copy(vendor: str, switch: bool | None, says: str) -> None:
    landscape = Landscape(offload_switch=switch)
    session = open_session(landscape.ports(MemoryJournal()), replace(REQUEST, array_vendor=vendor))
    assert (says in session.no_offload) if says else session.no_offload == ""
    assert ("-xcopy-" in session.source.name) is bool(vendor)


@pytest.mark.parametrize(
    ("version", "switch", "vendor", "says"),
    [
        ("2.12.5", None, "ontap", None),
        ("2.11.0", None, "powermax", None),
        ("2.10.6", True, "powermax", None),
        ("2.10.6", None, "ontap", "MTV 2.10.6 offloads only where it is told to; set feature_copy_offload: 'true'"),
        ("2.12.5", False, "ontap", "the ForkliftController switches copy-offload off"),
        ("2.10.0", True, "infinibox", None),
        ("2.9.2", True, "powermax", "vendor powermax, only ontap, powerflex, primera3par, pureFlashArray, vantara"),
        ("2.9.1", True, "pureFlashArray", None),
        (
            "2.9.0",
            True,
            "pureFlashArray",
            "knows no storage of vendor pureFlashArray, only ontap, primera3par, vantara",
        ),
        ("2.9", True, "powerflex", "only ontap, primera3par, vantara"),
        ("2.9.2", True, "primera3par", None),
        ("2.8.5", True, "primera3par", "only ontap, vantara"),
        (None, None, "ontap", None),
        (None, False, "ontap", "switches copy-offload off"),
    ],
)
def test_what_keeps_a_release_from_offloading_is_said(
    version: str | None, switch: bool | None, vendor: str, says: str | None
) -> None:
    told = why_not(version, switch, vendor)
    assert (told is None) if says is None else says in str(told)


def test_who_copied_a_disk_with_snapshots_is_told_of_the_disk_below_them() -> None:
    """A cold plan's task is called as the layer that is copied (forklift.md 2.4)."""
    task = Task(name="[ds] vm/vm-000002.vmdk", told={"xcopyUsed": "1"})
    step = Step(name="DiskTransfer", phase=None, tasks=(task,))
    progress = MachineProgress(id="vm-1", name="vm", target_name="vm", phase="CopyDisks", steps=(step,))
    assert copied_by(progress) == {"[ds] vm/vm.vmdk": CopiedBy.ARRAY}
