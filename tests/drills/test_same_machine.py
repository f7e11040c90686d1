"""One machine of the world, moved from any source, is the same machine on the target: what it is, not where it was."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift_source.waiting import Wait
from support.domain.machine import GIB, Bytes, Cpu, Firmware, OsFamily, Power
from support.domain.names import MachineName, ObjectRef, RoleName, StorageClass, new_run_id
from support.domain.request import MachineRequest, PlanOptions
from support.domain.source import SourceMachine
from support.domain.target import TargetMachine
from support.evidence.redaction import Redactor
from support.run.folder import make_folder
from support.run.settings import Settings
from support.run.target import choose_target
from support.run.wiring import Wired, wire
from support.workflow.follow import follow, must_succeed
from support.workflow.move import MachineMove, MachineOrder, MoveOrder
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.removal.teardown import end_run, end_scenario
from support.workflow.session import Session, open_session
from support.workflow.settle import Promises, settle
from support.workflow.tokens import log_in, log_in_to_source
from tests.drills.running_lab import RunningLab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

MACHINE = MachineName("mtv-tests-rhel8")
"""The lab has a twin of it on each platform but OpenShift, where machines are made by those who need them."""
EVERY = ("vsphere", "ovirt", "openstack", "openshift", "ova")
PROFILES = EVERY if os.environ.get("WHOLE_CATALOGUE") == "1" else ("vsphere", "ova")
"""All of them in the nightly run; .ci/run moves a machine from each source besides (`acceptance matrix`)."""
SCOPE, STORAGE = "same-machine", StorageClass("lab-block")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a machine is wherever it runs; ids, names and addresses are a platform's own."""

    power: Power
    cpu: Cpu
    memory: Bytes
    firmware: Firmware
    disks: tuple[Bytes, ...]
    nics: tuple[str, ...]
    """Kinds of the networks its NICs are on."""
    family: OsFamily
    agent: bool
    keeps_macs: bool
    keeps_its_name_for_itself: bool


THE_MACHINE = Facts(
    power=Power.ON,
    cpu=Cpu(sockets=2, cores=1, threads=1),
    memory=Bytes(4 * GIB),
    firmware=Firmware.BIOS,
    disks=(Bytes(16 * GIB),),
    nics=("pod",),
    family=OsFamily.LINUX,
    agent=True,
    keeps_macs=True,
    keeps_its_name_for_itself=True,
)


def facts_of(source: SourceMachine, target: TargetMachine) -> Facts:
    return Facts(
        power=target.power,
        cpu=target.cpu,
        memory=target.memory,
        firmware=target.firmware,
        disks=tuple(disk.size for disk in sorted(target.disks, key=lambda each: each.index)),
        nics=tuple(nic.network.kind for nic in target.nics),
        family=target.guest.family,
        agent=target.guest.connected,
        keeps_macs=[nic.mac for nic in target.nics] == [nic.mac for nic in source.nics],
        keeps_its_name_for_itself=source.guest.hostname in (None, target.guest.hostname),
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_machine_arrives_from_any_source(profile: str, lab: RunningLab, tmp_path: Path) -> None:
    with session_of(profile, lab, tmp_path) as (wired, session):
        ports = wired.ports
        if profile == "openshift":
            ports = with_the_machine(wired)
        moved = move_of(ports, session)
        assert moved.target is not None
        assert facts_of(moved.source, moved.target) == THE_MACHINE
    assert lab.diff() == {"added": [], "removed": [], "changed": []}


@contextmanager
def session_of(profile: str, lab: RunningLab, folder: Path) -> Iterator[tuple[Wired, Session]]:
    """A run as the suite opens and ends one; whatever it leaves over fails."""
    target = choose_target(Settings(lab=lab.folder, source_provider=profile, storage_class=STORAGE), folder / "lab")
    run = make_folder(folder / "reports", new_run_id(), {})
    wired = wire(target, run, MagicMock(), Redactor())
    try:
        log_in(wired.ports)
        log_in_to_source(wired.ports)
        session = open_session(wired.ports, wired.request)
        yield wired, session
    finally:
        try:
            assert end_run(wired.ports, run.run) == []
        finally:
            wired.close()


def move_of(ports: Ports, session: Session) -> MachineMove:
    """Running where a source can run it, and running on the target in any case."""
    power = Power.ON if ports.source.powers is not None else None
    request = MachineRequest(role=RoleName("RHEL 8"), power=power)
    order = MoveOrder(
        machines=(MachineOrder(request=request, origin=MACHINE),),
        options=PlanOptions(target_power=Power.ON),
        scope=SCOPE,
    )
    planned = plan(ports, session, prepare(ports, session, order))
    ended = follow(ports, start(ports, session, planned))
    must_succeed(ended)
    (moved,) = settle(ports, session, ended, Promises(agent=True)).machines
    assert end_scenario(ports, session.run, SCOPE) == []
    return moved


def with_the_machine(wired: Wired) -> Ports:
    """Ports onto a source that has the machine already, in the place where others would be made."""
    home = wired.ports.source.home
    assert home is not None
    wired.api.create(on_openshift(home.namespace))
    feeds = Feeds(wired.api)
    phase = feeds.follow_one(ObjectRef("DataVolume", MACHINE, home.namespace), _phase)
    Wait(subject=f"disk of {MACHINE}", wanted="whole", seconds=60).until(phase, lambda seen: seen == "Succeeded")
    feeds.close()
    return replace(wired.ports, source=replace(wired.ports.source, clones=None))


def _phase(disk: dict[str, Any]) -> str:
    """Empty before anybody has looked at it."""
    return str((disk.get("status") or {}).get("phase", ""))


def on_openshift(namespace: str) -> dict[str, Any]:
    """The world's machine as somebody would define it by hand."""
    disk = {
        "metadata": {"name": MACHINE, "annotations": {"cdi.kubevirt.io/storage.bind.immediate.requested": "true"}},
        "spec": {
            "sourceRef": {"kind": "DataSource", "name": "rhel9", "namespace": "openshift-virtualization-os-images"},
            "storage": {"resources": {"requests": {"storage": "16Gi"}}, "storageClassName": STORAGE},
        },
    }
    devices = {
        "disks": [{"name": "root", "disk": {"bus": "virtio"}}],
        "interfaces": [{"name": "default", "masquerade": {}, "macAddress": "02:00:00:00:00:01"}],
    }
    domain = {"cpu": {"sockets": 2, "cores": 1, "threads": 1}, "memory": {"guest": "4Gi"}, "devices": devices}
    template = {
        "domain": domain,
        "networks": [{"name": "default", "pod": {}}],
        "volumes": [{"name": "root", "dataVolume": {"name": MACHINE}}],
    }
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": MACHINE, "namespace": namespace},
        "spec": {"runStrategy": "Halted", "dataVolumeTemplates": [disk], "template": {"spec": template}},
    }
