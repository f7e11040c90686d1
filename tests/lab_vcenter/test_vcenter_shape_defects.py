"""A vCenter with a defect makes clones that are not as they were shaped, and says that all went well."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab_vcenter.conftest import Conversation, RunningVcenter, vim

RHEL = "mtv-tests-rhel8"
GIB = 1024**3


@contextmanager
def client_of(folder: Path, defect: str) -> Iterator[Conversation]:
    running = RunningVcenter(folder, defect)
    running.start()
    try:
        yield Conversation(running.connect())
    finally:
        running.stop()


def shaped(client: Conversation, *, in_clone: bool) -> list[Any]:
    """Disks of a clone that was to be eager, with one more disk on another datastore and an independent one."""
    store = client.named("datastore/lab-vmfs-1")
    backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
        fileName="", diskMode="persistent", thinProvisioned=False, eagerlyScrub=True
    )
    locator = vim.vm.RelocateSpec.DiskLocator(diskId=2000, datastore=store, diskBackingInfo=backing)
    added = [client.new_disk(30, "[lab-vmfs-2]"), client.new_disk(10, "", diskMode="independent_persistent")]
    config = vim.vm.ConfigSpec(deviceChange=added)
    more = {"config": config} if in_clone else {}
    copy = client.done(client.clone(RHEL, "copy", location={"disk": [locator]}, **more))
    if not in_clone:
        client.done(copy.ReconfigVM_Task(config))
    return [
        (
            disk.capacityInBytes // GIB,
            disk.backing.fileName[1:].partition("]")[0],
            disk.backing.diskMode,
            bool(disk.backing.eagerlyScrub),
        )
        for disk in client.disks(copy)
    ]


RIGHT = [
    (16, "lab-vmfs-1", "persistent", True),
    (30, "lab-vmfs-2", "persistent", False),
    (10, "lab-vmfs-1", "independent_persistent", False),
]


@pytest.mark.parametrize("in_clone", [True, False])
@pytest.mark.parametrize(
    ("defect", "expected"),
    [
        ("", RIGHT),
        ("clone-provisioning-ignored", [(16, "lab-vmfs-1", "persistent", False), *RIGHT[1:]]),
        ("clone-disk-missing", RIGHT[:2]),
        ("clone-mode-ignored", [*RIGHT[:2], (10, "lab-vmfs-1", "persistent", False)]),
        ("clone-disk-elsewhere", [RIGHT[0], (30, "lab-vmfs-1", "persistent", False), RIGHT[2]]),
    ],
)
def test_each_defect_changes_one_thing(tmp_path: Path, defect: str, expected: list[Any], in_clone: bool) -> None:
    with client_of(tmp_path, defect) as client:
        assert shaped(client, in_clone=in_clone) == expected
