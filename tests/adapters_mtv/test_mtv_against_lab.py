"""One cold migration by the adapters alone, over the embedded lab's wire."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from support.adapters.guest.ssh import SshGuests
from support.adapters.inventory.service import InventoryService
from support.adapters.inventory.vsphere import VsphereInventory
from support.adapters.openshift.api import Api
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.plans import OpenShiftPlans
from support.adapters.openshift.portforward import open_tunnel
from support.adapters.openshift.providers import OpenShiftProviders
from support.adapters.openshift.targets import OpenShiftTargets
from support.domain.access import ClusterAccess, SourceAccess
from support.domain.errors import GuestLoginRefused
from support.domain.machine import OsFamily, Power
from support.domain.mapping import NetworkEntry, StorageEntry
from support.domain.migration import Ending
from support.domain.names import MachineName, ObjectRef, RunId
from support.domain.request import PlanOptions
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.domain.target import TargetNetwork
from support.ports.cluster import Feed, PlanParts
from support.ports.guest import Login
from tests.harness.lab_process import lab_process

NS = "openshift-mtv"
NAME = MachineName("mtv-tests-rhel8")
SOURCE, HERE, SECRET = ObjectRef("Provider", "vc", NS), ObjectRef("Provider", "here", NS), ObjectRef("Secret", "vc", NS)
NETS, STORES, PLAN = ObjectRef("NetworkMap", "n", NS), ObjectRef("StorageMap", "s", NS), ObjectRef("Plan", "p", NS)

State = TypeVar("State")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with lab_process(tmp_path / "lab") as place:
        yield place


def _await(feed: Feed[State], want: Callable[[State], object], seconds: float = 60) -> State:
    deadline = time.monotonic() + seconds
    while True:
        version, state = feed.version(), feed.latest()
        if state is not None and want(state):
            return state
        assert time.monotonic() < deadline, state
        feed.await_change(version, 1)


def test_a_machine_is_migrated_read_and_logged_in_to(folder: Path) -> None:
    profile: dict[str, Any] = json.loads((folder / "providers.json").read_text())["vsphere"]
    api = Api(ClusterAccess(kubeconfig=folder / "kubeconfig"))
    api.connect()
    feeds = Feeds(api)
    try:
        _migrate(api, feeds, profile)
    finally:
        feeds.close()
        api.close()


def _migrate(api: Api, feeds: Feeds, profile: dict[str, Any]) -> None:
    run = RunId("auto-test")
    providers, targets = OpenShiftProviders(api, feeds, run), OpenShiftTargets(api, feeds)
    plans = OpenShiftPlans(api, feeds, run, lambda: "2.12.5", "hook-runner:1")
    inventory = VsphereInventory(InventoryService(api, NS))
    provider_uid = _providers(providers, profile)
    inventory.open(provider_uid, 30)
    machine = inventory.await_machine(NAME, 30)
    pod = TargetNetwork(kind="pod")
    nets = [NetworkEntry(source=each, target=pod) for each in inventory.networks_of([machine])]
    stores = [StorageEntry(source=each, storage_class="lab-block") for each in inventory.stores_of([machine])]
    plans.create_network_map(NETS, SOURCE, HERE, nets)
    plans.create_storage_map(STORES, SOURCE, HERE, stores)
    for ref in (NETS, STORES):
        _await(plans.follow_map(ref), lambda state: state.observed and state.has("Ready"))
    parts = PlanParts(
        source=SOURCE,
        destination=HERE,
        network_map=NETS,
        storage_map=STORES,
        target_namespace=NS,
        machines=((machine, NAME),),
        options=PlanOptions(target_power=Power.ON),
    )
    plans.create_plan(PLAN, parts)
    _await(plans.follow_plan(PLAN), lambda state: state.ready)
    migration = plans.create_migration(ObjectRef("Migration", "m", NS), PLAN)
    assert _await(plans.follow_plan(PLAN), lambda state: state.ending).ending is Ending.SUCCEEDED
    _await(targets.follow(NS, NAME), lambda state: state.agent_connected and state.addressed_macs)
    _await(targets.follow_made(NS, migration.uid), lambda left: not left)
    _judge(api, targets, migration.uid, str(profile["guest_vm_linux_password"]))
    plans.archive(PLAN)
    _await(plans.follow_plan(PLAN), lambda state: state.has("Archived"))


def _providers(providers: OpenShiftProviders, profile: dict[str, Any]) -> str:
    access = SourceAccess(
        profile="vsphere",
        kind=ProviderKind.VSPHERE,
        version="8",
        url=profile["api_url"],
        username=profile["username"],
        password=Secret(profile["password"]),
        verify=False,
    )
    providers.create_secret(SECRET, access, {})
    made = providers.create_source(SOURCE, access, SECRET, {})
    providers.create_local_destination(HERE)
    assert providers.secret_skips_tls(SECRET) is True
    for ref in (SOURCE, HERE):
        _await(providers.follow(ref), lambda state: state.ready)
    key = providers.follow_public_key(SOURCE)
    _await(key, bool)
    assert re.fullmatch(r"ssh-rsa [A-Za-z0-9+/]+=*", key.latest() or ""), (
        "MTV's own newline is gone, a comment never was"
    )
    return made.uid


def _judge(api: Api, targets: OpenShiftTargets, migration_uid: str, password: str) -> None:
    machine = targets.describe(NS, NAME)
    assert (machine.power, machine.guest.connected, len(machine.nics)) == (Power.ON, True, 1)
    assert [disk.identity for disk in machine.disks] == [f"[lab-vmfs-1] {NAME}/{NAME}.vmdk"]
    made = {ref.kind for ref, _uid in targets.made_by(migration_uid, [NS])}
    assert {"VirtualMachine", "PersistentVolumeClaim", "Pod"} <= made
    assert len(targets.volumes_of(NS, [disk.claim for disk in machine.disks])) == 1
    guests = SshGuests(lambda namespace, name, port, seconds: open_tunnel(api, namespace, name, port, seconds))
    right = Login(user="root", password=Secret(password), family=OsFamily.LINUX)
    identity = guests.identify(NS, NAME, right, 30)
    assert identity.hostname == machine.guest.hostname
    assert identity.machine_id
    with pytest.raises(GuestLoginRefused):
        guests.identify(NS, NAME, Login(user="root", password=Secret("no"), family=OsFamily.LINUX), 30)
