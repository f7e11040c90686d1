"""What the guest had on its disks arrives with them (facts/forklift.md 2.5 and 2.6)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lab.guests.system import on_source
from lab.world import snapshots
from lab.world.model import File, Files, Machine, Volume
from lab.world.physics import copy_machine, power_off, power_on, shut_down
from tests.lab_mtv.scene import TARGET, Desk, Product, conditions, ended, executing, has, vm_of

Object = dict[str, Any]
TWO, MTV = "mtv-rhel8-warm-2disks2nics", "openshift-mtv"
NETWORKS = (
    {"source": {"name": "VM Network"}, "destination": {"type": "pod"}},
    {"source": {"name": "dvs-vlan-100"}, "destination": {"type": "ignored"}},
)


def write(machine: Machine, path: str, *, sync: bool = True) -> None:
    tree = on_source(machine).tree
    tree.write(path, path.encode())
    if sync:
        tree.sync()


def volumes(product: Product) -> list[Volume]:
    """What is on the claims, in the order of the disks."""
    claims = product.all("PersistentVolumeClaim", TARGET)
    claims.sort(key=lambda it: it["metadata"]["annotations"]["forklift.konveyor.io/disk-index"])
    return [product.world.volumes[claim["metadata"]["uid"]] for claim in claims]


def files(product: Product) -> list[Files | None]:
    return [volume.files for volume in volumes(product)]


def test_a_clone_has_what_is_on_the_disks_of_its_template(desk: Desk) -> None:
    source = desk.machine(TWO)
    write(source, "/data1/f")
    write(source, "/srv/late", sync=False)
    clone = copy_machine(desk.product.world, source, "clone")
    assert [disk.files for disk in clone.disks] == [{}, {"f": File(b"/data1/f")}]
    assert [disk.unsynced for disk in clone.disks] == [None, None]
    write(clone, "/data1/own")
    assert source.disks[1].files == {"f": File(b"/data1/f")}


def test_a_snapshot_freezes_what_was_synced(desk: Desk) -> None:
    source, world = desk.machine(TWO), desk.product.world
    write(source, "/srv/first")
    write(source, "/srv/second", sync=False)
    taken = snapshots.take(world, source, "one")
    write(source, "/srv/third")
    assert set(taken.layers[2000].files or ()) == {"srv/first"}
    assert set(source.disks[0].files or ()) == {"srv/first", "srv/second", "srv/third"}
    snapshots.revert(world, source, taken)
    assert set(source.disks[0].files or ()) == {"srv/first"}
    assert source.disks[0].digest == taken.layers[2000].digest


@pytest.mark.parametrize(("end", "kept"), [(power_off, []), (shut_down, ["srv/f"])])
def test_only_a_guest_that_shuts_down_keeps_what_it_had_not_synced(
    desk: Desk, product: Product, end: Any, kept: list[str]
) -> None:
    machine = desk.machine(TWO)

    def work() -> None:
        power_on(product.lab, machine)
        write(machine, "/srv/f", sync=False)
        end(product.lab, machine)

    product.on_loop(work)
    assert list(machine.disks[0].files or ()) == kept


@pytest.mark.parametrize("raw", [False, True])
def test_a_cold_move_brings_every_disk_with_its_files(desk: Desk, product: Product, *, raw: bool) -> None:
    for path in ("/srv/boot", "/data1/data"):
        write(desk.machine(TWO), path)
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.maps(*NETWORKS)
    desk.plan(TWO, skipGuestConversion=raw)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    plan = product.until("Plan", "plan", ended)[-1]
    assert has(plan, "Succeeded"), conditions(plan)
    assert files(product) == [{"srv/boot": File(b"/srv/boot")}, {"data": File(b"/data1/data")}]
    assert [volume.digest for volume in volumes(product)] == [disk.digest for disk in desk.machine(TWO).disks]


@pytest.fixture
def warm(desk: Desk, product: Product) -> Desk:
    """A running machine with change tracking, whose second copy no test waits for."""
    change = {"spec": {"controller_precopy_interval": 30}}
    product.patch("ForkliftController", "forklift-controller", change, MTV)
    product.on_loop(lambda: setattr(desk.machine(TWO), "change_tracking", True))
    desk.switch_on(TWO)
    desk.providers(vddkInitImage="registry.lab.test/vddk:8")
    desk.maps(*NETWORKS)
    desk.plan(TWO, warm=True)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    return desk


def paused(plan: Object) -> bool:
    return executing(plan) and vm_of(plan)["phase"] == "CopyingPaused"


def cut_over(product: Product) -> None:
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    product.patch("Migration", "go", {"spec": {"cutover": stamp}})


def test_a_warm_move_brings_what_was_written_up_to_the_cutover(warm: Desk, product: Product) -> None:
    machine = warm.machine(TWO)
    product.on_loop(lambda: write(machine, "/data1/before"))
    warm.migration()
    product.until("Plan", "plan", paused)
    assert set(files(product)[1] or ()) == {"before"}
    product.on_loop(lambda: write(machine, "/data1/last"))
    product.on_loop(lambda: write(machine, "/srv/unsynced", sync=False))
    cut_over(product)
    plan = product.until("Plan", "plan", ended)[-1]
    assert has(plan, "Succeeded"), conditions(plan)
    first, second = files(product)
    assert set(second or ()) == {"before", "last"}
    assert set(first or ()) == {"srv/unsynced"}, "the guest shuts down at the cutover and writes back"
    assert [volume.digest for volume in volumes(product)] == [disk.digest for disk in machine.disks]


def spoiled(desk: Desk, product: Product, **spec: Any) -> list[Volume]:
    """The claims of a cold move of a machine with a file on each disk."""
    for path in ("/srv/boot", "/data1/data"):
        write(desk.machine(TWO), path)
    desk.providers()
    desk.maps(*NETWORKS)
    desk.plan(TWO, **spec)
    product.until("Plan", "plan", lambda it: has(it, "Ready"))
    desk.migration()
    assert has(product.until("Plan", "plan", ended)[-1], "Succeeded")
    return volumes(product)


@pytest.mark.parametrize("options", [{"defect": "disk-content-swapped"}])
def test_files_may_arrive_on_each_others_disk(desk: Desk, product: Product) -> None:
    first, second = spoiled(desk, product)
    assert (first.files, second.files) == ({"data": File(b"/data1/data")}, {"srv/boot": File(b"/srv/boot")})
    assert first.guest is not None
    assert [volume.size for volume in (first, second)] == [disk.size for disk in desk.machine(TWO).disks]


@pytest.mark.parametrize("options", [{"defect": "disk-content-lost"}])
def test_a_disk_may_arrive_blank(desk: Desk, product: Product) -> None:
    first, second = spoiled(desk, product)
    assert (first.files, second.files) == ({"srv/boot": File(b"/srv/boot")}, None)
    assert second.size == desk.machine(TWO).disks[1].size


@pytest.mark.parametrize("options", [{"defect": "disk-smaller-in-guest"}])
def test_a_guest_may_see_less_of_a_disk(desk: Desk, product: Product) -> None:
    before = [disk.size for disk in desk.machine(TWO).disks]
    assert [volume.size for volume in spoiled(desk, product)] == [before[0], before[1] - 1024**2]


@pytest.mark.parametrize("options", [{"defect": "files-emptied"}])
def test_files_may_arrive_empty(desk: Desk, product: Product) -> None:
    assert [volume.files for volume in spoiled(desk, product)] == [{"srv/boot": File()}, {"data": File()}]


@pytest.mark.parametrize("options", [{"defect": "last-delta-missing"}])
def test_the_last_delta_may_be_lost_and_nothing_else(warm: Desk, product: Product) -> None:
    machine = warm.machine(TWO)
    product.on_loop(lambda: write(machine, "/data1/before"))
    warm.migration()
    product.until("Plan", "plan", paused)
    product.on_loop(lambda: write(machine, "/data1/last"))
    cut_over(product)
    plan = product.until("Plan", "plan", ended)[-1]
    assert has(plan, "Succeeded"), conditions(plan)
    assert vm_of(plan)["warm"]["successes"] == 1
    assert set(files(product)[1] or ()) == {"before"}
