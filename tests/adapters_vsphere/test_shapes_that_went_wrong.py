"""A vCenter that says all went well is not believed: the clone is looked at, and told where it is another."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.adapters.vsphere.platform import Vsphere
from support.domain.errors import SourceError
from support.domain.machine import MIB, Bytes
from support.domain.names import MachineName, new_run_id
from support.domain.shaping import CloneShape, DiskMode, ExtraDisk
from support.domain.source import Provisioning
from tests.contracts.vsphere.places import access
from tests.harness.lab_process import lab_process

HOME, OTHER, SECONDS = "datastore-11", "datastore-12", 60.0
ORIGIN = MachineName("mtv-tests-rhel8")
SHAPE = CloneShape(
    provisioning=Provisioning.THICK_EAGER,
    disks=(
        ExtraDisk(size=Bytes(64 * MIB), datastore_id=OTHER),
        ExtraDisk(size=Bytes(64 * MIB), mode=DiskMode.INDEPENDENT_PERSISTENT),
    ),
)


@contextmanager
def vcenter_with(defect: str, folder: Path) -> Iterator[Vsphere]:
    with lab_process(folder, "--speed", "40", "--defect", defect):
        profile = json.loads((folder / "providers.json").read_text())["vsphere"]
        platform = Vsphere(access(profile["api_url"], profile["username"], profile["password"]))
        platform.connect()
        yield platform
        platform.close()


def shaped(platform: Vsphere) -> None:
    run = new_run_id()
    task = platform.start_shaped_clone(ORIGIN, MachineName(f"{run}-shaped"), f"{run} made by a test", SHAPE)
    clone = platform.finish_clone(task, SECONDS)
    platform.must_match(clone, SHAPE)
    platform.add_disks(clone, SHAPE.disks, SECONDS)


@pytest.mark.parametrize(
    ("defect", "told"),
    [
        ("clone-provisioning-ignored", "expected thick-eager, got thin"),
        ("clone-disk-missing", "expected 2 more, got 1"),
        ("clone-mode-ignored", "disk 2: expected mode independent_persistent, got persistent"),
        ("clone-disk-elsewhere", f"disk 1: expected on {OTHER}, got {HOME}"),
    ],
)
def test_what_came_otherwise_than_asked_is_told(tmp_path: Path, defect: str, told: str) -> None:
    with vcenter_with(defect, tmp_path) as platform, pytest.raises(SourceError, match=told):
        shaped(platform)
