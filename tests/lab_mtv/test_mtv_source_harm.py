"""Each defect changes of a source what it says, and nothing else of it."""

from pathlib import Path

import pytest

from lab.kernel.fingerprint import digest
from lab.kernel.service import Lab, Options
from lab.mtv.source_harm import harm
from lab.process.assembly import new_lab
from lab.world import snapshots
from lab.world.model import Datastore, Machine
from lab.world.physics import copy_machine


@pytest.fixture
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Lab:
    return new_lab(tmp_path, Options(defect=getattr(request, "param", "")))


@pytest.fixture
def source(lab: Lab) -> Machine:
    """Two snapshots, an independent disk, a raw mapping."""
    machine = copy_machine(lab.world, lab.world.machines["vm-104"], "copy")
    machine.disks[1].mode = "independent_persistent"
    machine.disks[2].lun, machine.disks[2].lun_mode = lab.world.luns[0].name, "virtualMode"
    lab.world.machines[machine.id] = machine
    for name in ("one", "two"):
        snapshots.take(lab.world, machine, name)
    return machine


def store(lab: Lab) -> Datastore:
    return lab.world.datastores["datastore-11"]


def test_without_a_defect_a_source_stays_as_it_is(lab: Lab, source: Machine) -> None:
    before = digest(lab.world)
    harm(lab, source)
    assert digest(lab.world) == before


@pytest.mark.parametrize("lab", ["source-snapshot-lost"], indirect=True)
def test_one_snapshot_goes_and_the_other_stays(lab: Lab, source: Machine) -> None:
    harm(lab, source)
    assert [(item.name, item.parent) for item in source.snapshots] == [("two", None)]
    assert source.disks[0].parents == ("[lab-vmfs-1] copy/copy.vmdk",)


@pytest.mark.parametrize("lab", ["source-disk-mode-lost"], indirect=True)
def test_an_independent_disk_becomes_dependent(lab: Lab, source: Machine) -> None:
    harm(lab, source)
    assert {disk.mode for disk in source.disks} == {"persistent"}
    assert len(source.snapshots) == 2


@pytest.mark.parametrize("lab", ["source-mapping-lost"], indirect=True)
def test_a_raw_disk_goes_and_leaves_its_file(lab: Lab, source: Machine) -> None:
    harm(lab, source)
    assert [disk.lun for disk in source.disks] == ["", ""]
    assert {"copy/copy_2.vmdk", "copy/copy_2-rdm.vmdk"} < store(lab).files.keys()


@pytest.mark.parametrize("lab", ["host-mapping-left"], indirect=True)
def test_what_a_host_copied_through_stays_beside_each_disk(lab: Lab, source: Machine) -> None:
    before = digest(source)
    harm(lab, source)
    assert digest(source) == before
    assert set(store(lab).files) == {
        f"copy/copy{number}.vmdk-rdmdisk-{2101 + index}{end}"
        for index, number in enumerate(("", "_1", "_2"))
        for end in ("", "-rdm.vmdk")
    }


@pytest.mark.parametrize("lab", ["host-mapping-left", "source-disk-mode-lost"], indirect=True)
def test_machines_of_other_platforms_are_left_alone(lab: Lab) -> None:
    before = digest(lab.world)
    harm(lab, next(iter(lab.world.ovirt.machines.values())))
    assert digest(lab.world) == before
