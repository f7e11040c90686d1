"""Two machines that map one LUN at the same moment, on a host that refuses neither: just one keeps it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lab.vcenter import raw_mappings
from support.adapters.vsphere import luns
from support.adapters.vsphere.disks import in_order
from support.adapters.vsphere.platform import Vsphere
from support.adapters.vsphere.reading import read_one
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.tasks import await_task
from support.domain.errors import SourceError, WaitTimeout
from support.domain.machine import MIB, Bytes
from support.domain.names import MachineName, new_run_id
from support.domain.shaping import ExtraDisk
from tests.contracts.vsphere.places import LAB_LUN, access
from tests.lab_vcenter.conftest import RunningVcenter

SECONDS = 60.0
RAW = ExtraDisk(size=None, lun=LAB_LUN)
ORIGIN, DISKS_OF_ORIGIN = MachineName("mtv-tests-rhel8"), 1
_DEVICES = "config.hardware.device"
Meets = Callable[[Callable[[], None]], None]


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vsphere]:
    """A vCenter that maps a LUN as often as it is asked to."""
    vcenter = RunningVcenter(tmp_path_factory.mktemp("vcenter"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raw_mappings, "_mapped", lambda _call, _draft: set())
        vcenter.start()
        account = vcenter.world.vcenter_account
        platform = Vsphere(access(vcenter.lab.endpoints["vcenter"], account.user, account.password, verify=False))
        platform.connect()
        yield platform
        platform.close()
        vcenter.stop()


@dataclass(frozen=True)
class Machines:
    """Two that runs made, in the order of their ids, and somebody else's."""

    first: str
    second: str
    theirs: str


@pytest.fixture(scope="module")
def made(careless: Vsphere) -> Machines:
    notes = ("one clone, made by mtv-acceptance", "two clone, made by mtv-acceptance", "of somebody else")
    run = new_run_id()
    names = [MachineName(f"{run}-{number}") for number in range(len(notes))]
    tasks = [careless.start_clone(ORIGIN, name, note) for name, note in zip(names, notes, strict=True)]
    ids = [careless.finish_clone(task, SECONDS) for task in tasks]
    first, second = sorted(ids[:2])
    return Machines(first, second, theirs=ids[2])


@pytest.fixture
def machines(careless: Vsphere, made: Machines) -> Iterator[Machines]:
    yield made
    for each in (made.first, made.second, made.theirs):
        _take_off(careless, each)


@pytest.fixture
def meets(monkeypatch: pytest.MonkeyPatch) -> Meets:
    """Has something happen once, between the mapping of a machine and its look who else maps the LUN."""

    def at_once(happens: Callable[[], None]) -> None:
        look = luns.may_keep

        def late(*given: Any) -> bool:
            monkeypatch.setattr(luns, "may_keep", look)
            happens()
            return look(*given)

        monkeypatch.setattr(luns, "may_keep", late)

    return at_once


def _at_a_glance(wait: Callable[..., Any]) -> Callable[..., Any]:
    """Looks once; seconds are what such a wait is given last."""
    return lambda *given: wait(*given[:-1], 0.0)


def _maps(platform: Vsphere, machine: str) -> bool:
    return any(disk.lun for disk in platform.describe(machine).disks)


def _unasked(platform: Vsphere, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Map the LUN without a look, before or after: as a run does whose looks came too early."""
    with monkeypatch.context() as patch:
        patch.setattr(luns, "await_free", lambda *_given: None)
        patch.setattr(luns, "may_keep", lambda *_given: True)
        platform.add_disks(machine, [RAW], SECONDS)


def _take_off(platform: Vsphere, machine: str) -> None:
    """All disks but those that every clone has."""
    session = platform._open
    ref = session.ref(vim.VirtualMachine, machine)
    disks = in_order(tuple(read_one(session, ref, (_DEVICES,)).get(_DEVICES)))
    spec = vim.vm.device.VirtualDeviceSpec
    changes = [spec(operation="remove", fileOperation="destroy", device=disk) for disk in disks[DISKS_OF_ORIGIN:]]
    if changes:
        task = ref.ReconfigVM_Task(spec=vim.vm.ConfigSpec(deviceChange=changes))
        await_task(session, "taking disks off", task, SECONDS)


def test_who_comes_later_gives_all_its_disks_back_and_gets_them_once_the_lun_is_free(
    careless: Vsphere, machines: Machines, meets: Meets, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machines.first, machines.second
    wait, seen = luns.await_free, list[int]()

    def given_back(*given: Any) -> None:
        if luns.is_taken(*given[:2]):
            seen.append(len(careless.describe(second).disks))
            _take_off(careless, first)
        wait(*given)

    def the_other_maps_it() -> None:
        _unasked(careless, first, monkeypatch)
        monkeypatch.setattr(luns, "await_free", given_back)

    monkeypatch.delattr(luns, "_lets_go")  # the one with the higher id waits for nobody while it maps the LUN
    meets(the_other_maps_it)
    careless.add_disks(second, [ExtraDisk(size=Bytes(64 * MIB)), RAW], SECONDS)
    assert seen == [DISKS_OF_ORIGIN]
    assert len(careless.describe(second).disks) == DISKS_OF_ORIGIN + 2
    assert _maps(careless, second)
    assert not _maps(careless, first)


def test_of_two_that_see_each_other_the_one_with_the_lower_id_keeps_it(
    careless: Vsphere, machines: Machines, meets: Meets, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machines.first, machines.second
    letting_go = luns._lets_go

    def goes(*given: Any) -> bool:
        _take_off(careless, second)
        return letting_go(*given)

    monkeypatch.setattr(luns, "_lets_go", goes)
    meets(lambda: _unasked(careless, second, monkeypatch))
    careless.add_disks(first, [RAW], SECONDS)
    assert _maps(careless, first)


@pytest.mark.parametrize("lower", [True, False])
def test_who_does_not_let_go_is_left_with_it_and_named(
    careless: Vsphere, machines: Machines, meets: Meets, monkeypatch: pytest.MonkeyPatch, lower: bool
) -> None:
    """Whichever id is lower: the other had looked before this one mapped the LUN, and works with it."""
    other, late = (machines.first, machines.second) if lower else (machines.second, machines.first)
    for patience in ("await_free", "_lets_go"):
        monkeypatch.setattr(luns, patience, _at_a_glance(getattr(luns, patience)))
    meets(lambda: _unasked(careless, other, monkeypatch))
    with pytest.raises(WaitTimeout, match=rf"mapped by machine \S+ \({other}\)"):
        careless.add_disks(late, [RAW], SECONDS)
    assert _maps(careless, other)
    assert not _maps(careless, late)


def test_a_machine_that_no_run_made_keeps_it_and_is_told_by_its_name(
    careless: Vsphere, machines: Machines, meets: Meets, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = machines.first, machines.theirs
    meets(lambda: _unasked(careless, theirs, monkeypatch))
    with pytest.raises(SourceError, match=rf"machine \S+ \({theirs}\) maps it, which no run made"):
        careless.add_disks(ours, [RAW], SECONDS)
    assert not _maps(careless, ours)
    assert _maps(careless, theirs)
