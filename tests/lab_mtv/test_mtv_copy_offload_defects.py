"""Each defect of copy-offload shows on the wire, and the migration goes on as if nothing were wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lab.world import snapshots
from lab.world.estate import WITHOUT_XCOPY
from lab.world.world import World
from tests.lab_mtv.offloading import TWO_DISKS, OffloadDesk
from tests.lab_mtv.scene import RHEL, TARGET, Product, has, steps_of, vm_of

Object = dict[str, Any]


@pytest.fixture
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"defect": request.param}


@pytest.fixture
def desk(product: Product) -> OffloadDesk:
    return OffloadDesk(product)


def _told(plan: Object) -> list[str]:
    return [task["annotations"]["xcopyUsed"] for task in steps_of(vm_of(plan))["DiskTransfer"]["tasks"]]


def _claims(desk: OffloadDesk) -> list[Object]:
    """In the order of the machine's disks."""
    found = desk.claims()
    return [found[disk.file]["spec"] for disk in desk.machine(TWO_DISKS).disks]


def _attached(desk: OffloadDesk) -> list[str]:
    """Files of the attached disks, in order."""
    machine = desk.product.get("VirtualMachine", TWO_DISKS, TARGET)
    assert machine is not None
    files = {claim["metadata"]["name"]: file.rpartition("/")[2] for file, claim in desk.claims().items()}
    volumes = machine["spec"]["template"]["spec"]["volumes"]
    return [files[volume["persistentVolumeClaim"]["claimName"]] for volume in volumes]


def _names(desk: OffloadDesk, kind: str) -> list[str]:
    return [item["metadata"]["name"] for item in desk.product.all(kind, TARGET)]


def _sizes(desk: OffloadDesk) -> list[int]:
    wanted = [disk.size for disk in desk.machine(TWO_DISKS).disks]
    got = [int(spec["resources"]["requests"]["storage"]) for spec in _claims(desk)]
    return [after - before for before, after in zip(wanted, got, strict=True)]


def _contents(desk: OffloadDesk) -> list[str]:
    volumes, claims = desk.product.world.volumes, desk.claims()
    return [volumes[claims[disk.file]["metadata"]["uid"]].digest for disk in desk.machine(TWO_DISKS).disks]


def _spread(world: World) -> None:
    """The second disk where no array is."""
    disk = next(machine for machine in world.machines.values() if machine.name == TWO_DISKS).disks[1]
    disk.file, disk.datastore = disk.file.replace(disk.datastore, WITHOUT_XCOPY), WITHOUT_XCOPY


def _three_disks(world: World) -> None:
    machine = next(machine for machine in world.machines.values() if machine.name == TWO_DISKS)
    last = machine.disks[1]
    machine.disks.append(replace(last, key=2002, unit=2, file=last.file.replace("_1.vmdk", "_2.vmdk"), uuid="f" * 32))


def _with_snapshot(world: World) -> None:
    machine = next(machine for machine in world.machines.values() if machine.name == TWO_DISKS)
    snapshots.take(world, machine, "before")
    for disk in machine.disks:
        disk.digest = "since"


def _as_it_is(_world: World) -> None:
    """The estate needs no change."""


_NAME = f"{TWO_DISKS}_1.vmdk"
CASES: dict[str, tuple[Callable[[World], None], Callable[[OffloadDesk, Object], object], object]] = {
    "offload-by-host": (_as_it_is, lambda _desk, plan: _told(plan), ["0", "0"]),
    "offload-other-plugin": (_spread, lambda _desk, plan: _told(plan), ["1", "1"]),
    "offload-base-only": (_with_snapshot, lambda desk, _plan: "since" in _contents(desk), False),
    "offload-snapshots-merged": (_with_snapshot, lambda desk, _plan: desk.machine(TWO_DISKS).snapshots, []),
    "offload-secret-left": (_as_it_is, lambda desk, _plan: len(_names(desk, "Secret")), 3),
    "offload-pods-left": (
        _as_it_is,
        lambda desk, _plan: sum(name.startswith("populate-") for name in _names(desk, "Pod")),
        2,
    ),
    "offload-disk-missing": (
        _three_disks,
        lambda desk, _plan: _attached(desk),
        [f"{TWO_DISKS}.vmdk", f"{TWO_DISKS}_2.vmdk"],
    ),
    "offload-disks-swapped": (_as_it_is, lambda desk, _plan: _attached(desk), [_NAME, f"{TWO_DISKS}.vmdk"]),
    "offload-in-filesystem": (
        _as_it_is,
        lambda desk, _plan: [spec["volumeMode"] for spec in _claims(desk)],
        ["Filesystem", "Filesystem"],
    ),
    "offload-access-mode": (
        _as_it_is,
        lambda desk, _plan: [spec["accessModes"] for spec in _claims(desk)],
        [["ReadWriteOnce"], ["ReadWriteOnce"]],
    ),
    "offload-truncated": (_as_it_is, lambda desk, _plan: _sizes(desk), [0, -(1024**2)]),
}


@pytest.mark.parametrize(("options", "name"), [(name, name) for name in CASES], indirect=["options"])
def test_a_defect_shows(desk: OffloadDesk, product: Product, name: str) -> None:
    prepare, seen, shows = CASES[name]
    product.on_loop(lambda: prepare(product.world))
    plan = desk.offloaded(TWO_DISKS)[-1]
    assert has(plan, "Succeeded")
    assert seen(desk, plan) == shows


@pytest.mark.parametrize("options", ["offload-name-squeezed"], indirect=True)
def test_a_name_loses_its_dashes(desk: OffloadDesk, product: Product) -> None:
    desk.machine(TWO_DISKS).name = "My_VM_1"
    assert has(desk.offloaded("My_VM_1")[-1], "Succeeded")
    assert _names(desk, "VirtualMachine") == ["myvm1"]


@pytest.mark.parametrize("options", ["offload-in-turn"], indirect=True)
def test_no_disk_is_copied_beside_one_of_another_plan(desk: OffloadDesk, product: Product) -> None:
    desk.providers()
    desk.storage_secret()
    desk.offload_maps()
    desk.plan(TWO_DISKS, name="first")
    desk.plan(RHEL, name="second", targetNamespace="other")
    for name in ("first", "second"):
        product.until("Plan", name, lambda it: has(it, "Ready"))
    for name in ("first", "second"):
        desk.migration(name, name)
    for name in ("first", "second"):
        product.until("Plan", name, lambda it: has(it, "Succeeded"))
    first, second = (_copying(product, desk.machine(name).id) for name in (TWO_DISKS, RHEL))
    assert first[1] <= second[0] or second[1] <= first[0]


def _copying(product: Product, machine: str) -> tuple[float, float]:
    """From the beginning of its first populator's work to the end of its last one's."""
    spans = [span for span in product.lab.clock.spans if (span.owner, span.what) == (machine, "populate claim")]
    return min(span.start for span in spans), max(span.end for span in spans)
