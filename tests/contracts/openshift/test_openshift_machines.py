"""Machines made from a golden image: whole, known before they ever run, found by run, switched, and gone with disks."""

from contextlib import closing
from dataclasses import replace

import pytest

from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift_source.guests import ClusterGuests
from support.adapters.openshift_source.ordering import IMAGES, Site
from support.adapters.openshift_source.platform import OpenshiftSource
from support.adapters.openshift_source.waiting import Wait
from support.domain.contents import FOLDER, GuestFile
from support.domain.errors import GuestNotOperable, MachineNotFound, SourceError, StartError
from support.domain.machine import GIB, OsFamily, Power
from support.domain.names import RUN_LABEL, MachineName, ObjectRef
from support.domain.source import POD_NETWORK, Place
from support.ports.cluster import Created
from tests.contracts.openshift.conftest import SECONDS, Clones, Home, source_access

pytestmark = pytest.mark.contract

RHEL = MachineName("rhel9")


def test_a_machine_is_off_and_of_the_size_of_its_instance_type_though_it_never_ran(
    source: OpenshiftSource, clones: Clones, home: Home
) -> None:
    name = clones.next_name()
    machine = source.describe(clones.make(RHEL, name))
    assert (machine.name, machine.power) == (name, Power.OFF)
    assert (machine.cpu.total, machine.memory) == (1, 2 * GIB)
    (disk,) = machine.disks
    assert disk.size >= 30 * GIB
    assert disk.store == Place(id="", name=home.site.storage_class)
    assert disk.identity == f"{home.site.namespace}/{name}"


def test_it_has_a_nic_on_the_pod_network_and_one_on_the_run_s_own_with_macs_of_its_own(
    source: OpenshiftSource, clones: Clones, home: Home
) -> None:
    first, second = (source.describe(clones.make(RHEL)) for _ in range(2))
    own = Place(id="", name=f"{home.site.namespace}/{home.site.network}")
    assert [nic.network for nic in first.nics] == [POD_NETWORK, own]
    macs = [nic.mac for machine in (first, second) for nic in machine.nics]
    assert len(set(macs)) == 4
    assert all(len(mac) == 17 for mac in macs)


def test_a_started_machine_tells_of_its_guest_and_keeps_what_it_was(source: OpenshiftSource, clones: Clones) -> None:
    name = clones.next_name()
    machine_id = clones.make(RHEL, name)
    before = source.describe(machine_id)
    source.power_on(machine_id, SECONDS)
    running = source.await_guest(machine_id, SECONDS)
    assert running.power is Power.ON
    assert running.guest.agent_running is True
    assert running.guest.family is OsFamily.LINUX
    assert running.guest.hostname
    assert running.nics[0].addresses
    assert running.host
    for each in ("cpu", "memory", "firmware", "secure_boot", "disks", "serial", "uuid"):
        assert getattr(running, each) == getattr(before, each), each
    assert [(nic.mac, nic.network) for nic in running.nics] == [(nic.mac, nic.network) for nic in before.nics]


def test_power_follows_the_wish_and_a_second_wish_is_no_error(source: OpenshiftSource, clones: Clones) -> None:
    machine_id = clones.make(RHEL)
    for wanted, turn in ((Power.ON, source.power_on), (Power.OFF, source.power_off)):
        turn(machine_id, SECONDS)
        turn(machine_id, SECONDS)
        assert source.describe(machine_id).power is wanted


def test_reading_a_machine_does_not_change_it(source: OpenshiftSource, clones: Clones) -> None:
    machine_id = clones.make(RHEL)
    first, second = source.describe(machine_id), source.describe(machine_id)
    assert replace(first, captured_at=second.captured_at) == second


def test_machines_of_a_run_are_found_by_name_and_notes(source: OpenshiftSource, clones: Clones) -> None:
    machine_id = clones.make(RHEL)
    stranger = MachineName(f"{clones.run}x-look-alike")
    other = source.finish_clone(source.start_clone(RHEL, stranger, "notes of somebody else"), SECONDS)
    try:
        assert [found for found, _name in source.machines_of(clones.run)] == [machine_id]
    finally:
        source.delete(other, SECONDS)


def test_a_running_machine_is_deleted_with_its_disk_and_one_already_gone_is_success(
    source: OpenshiftSource, clones: Clones, home: Home
) -> None:
    name = clones.next_name()
    machine_id = clones.make(RHEL, name)
    source.power_on(machine_id, SECONDS)
    source.delete(machine_id, SECONDS)
    for kind in ("VirtualMachine", "DataVolume", "PersistentVolumeClaim"):
        assert home.api.get(ObjectRef(kind, name, home.site.namespace)) is None
    source.delete(machine_id, SECONDS)
    with pytest.raises(MachineNotFound, match="not found in Namespace"):
        source.describe(machine_id)


def test_a_machine_whose_result_was_lost_is_settled_by_name(source: OpenshiftSource, clones: Clones) -> None:
    name = clones.next_name()
    machine_id = clones.start(RHEL, name)
    assert source.settle_clone("", name, SECONDS) == machine_id
    source.delete(machine_id, SECONDS)
    assert source.settle_clone("", name, SECONDS) is None


def test_a_name_that_is_taken_is_refused(source: OpenshiftSource, clones: Clones) -> None:
    name = clones.next_name()
    clones.start(RHEL, name)
    with pytest.raises(SourceError, match="already exists"):
        clones.start(RHEL, name)


def test_an_unknown_image_is_answered_with_near_names_and_nothing_is_made(
    source: OpenshiftSource, clones: Clones
) -> None:
    with pytest.raises(MachineNotFound, match=r"DataSource 'rhel99': not found .*near names: .*rhel9"):
        clones.start(MachineName("rhel99"))
    assert clones.existing() == []


def test_an_unknown_machine_is_answered_with_near_names(source: OpenshiftSource, clones: Clones) -> None:
    name = clones.next_name()
    machine_id = clones.make(RHEL, name)
    assert source.find(name) == machine_id
    with pytest.raises(MachineNotFound, match=name):
        source.find(MachineName(f"{name}x"))


def test_a_golden_image_is_found_like_a_template_of_any_other_source(source: OpenshiftSource, home: Home) -> None:
    image = home.api.get(ObjectRef("DataSource", RHEL, IMAGES))
    assert image is not None
    assert source.find(RHEL) == image["metadata"]["uid"]


def test_everything_that_is_made_carries_the_run_s_label(source: OpenshiftSource, clones: Clones, home: Home) -> None:
    name = clones.next_name()
    clones.make(RHEL, name)
    assert source.find(name)
    for kind in ("VirtualMachine", "DataVolume"):
        found = home.api.get(ObjectRef(kind, name, home.site.namespace))
        assert found is not None
        assert found["metadata"]["labels"][RUN_LABEL] == home.site.run


def test_a_storage_class_that_is_not_there_is_named_with_those_that_are(home: Home) -> None:
    site: Site = replace(home.site, storage_class="nowhere")
    with pytest.raises(StartError, match=f"'nowhere' on the source .*{home.site.storage_class}"):
        OpenshiftSource(home.api, source_access(), site, shared=True).connect()


def test_another_cluster_than_the_one_logged_in_to_needs_a_login_of_its_own(home: Home) -> None:
    elsewhere = source_access("https://api.elsewhere.test:6443")
    with pytest.raises(StartError, match=r"api_url is https://api\.elsewhere\.test:6443, and the run is logged in to"):
        OpenshiftSource(home.api, elsewhere, home.site, shared=True).connect()
    same = OpenshiftSource(home.api, source_access(f"{home.api.server}/"), home.site, shared=True)
    same.connect()
    assert same.instance_id()
    same.close()
    assert home.api.connected


def test_what_is_written_in_a_guest_is_on_its_only_disk(source: OpenshiftSource, clones: Clones, home: Home) -> None:
    machine_id, login = clones.make(RHEL), home.site.login
    assert login is not None
    inside = ClusterGuests(home.guests, source.place, source.await_guest)
    source.power_on(machine_id, SECONDS)
    inside.await_operable(machine_id, SECONDS)
    (disk,) = inside.disks_seen(machine_id, login, SECONDS)
    assert "/" in disk.filesystems
    file = GuestFile(path=f"/{FOLDER}/contract/marker.txt", text="a line of text\n")
    inside.write(machine_id, login, [file], SECONDS)
    ref = source.place(machine_id)
    told = home.guests.contents(ref.namespace, ref.name, login, [file.path], SECONDS)
    assert told.text_of(file.path) == file.text


def test_a_guest_that_is_off_takes_no_orders(source: OpenshiftSource, clones: Clones, home: Home) -> None:
    machine_id = clones.make(RHEL)
    with pytest.raises(GuestNotOperable, match=r"reporting its network by a guest agent within 0\.1 s"):
        ClusterGuests(home.guests, source.place, source.await_guest).await_operable(machine_id, 0.1)


def test_an_export_is_a_copy_until_it_is_gone(source: OpenshiftSource, clones: Clones, home: Home) -> None:
    name = clones.next_name()
    machine_id = clones.make(RHEL, name)
    assert source.await_no_copies(machine_id, SECONDS) == ()
    made = exported(home, name)
    assert source.await_no_copies(machine_id, 0.5) == (str(made.ref),)
    home.api.delete(made.ref, made.uid)
    assert source.await_no_copies(machine_id, SECONDS) == ()


def exported(home: Home, name: str) -> Created:
    return home.api.create(
        {
            "apiVersion": "export.kubevirt.io/v1beta1",
            "kind": "VirtualMachineExport",
            "metadata": {"name": name, "namespace": home.site.namespace},
            "spec": {"source": {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": name}},
        }
    )


def test_a_machine_goes_with_an_export_that_was_left(source: OpenshiftSource, clones: Clones, home: Home) -> None:
    name = clones.next_name()
    machine_id = clones.make(RHEL, name)
    made = exported(home, name)
    pod = ObjectRef("Pod", f"virt-export-{name}", home.site.namespace)
    with closing(Feeds(home.api)) as feeds:
        phases = feeds.follow_one(pod, lambda seen: str((seen.get("status") or {}).get("phase")))
        Wait(subject=str(pod), wanted="running", seconds=SECONDS).until(phases, lambda seen: seen == "Running")
    source.delete(machine_id, SECONDS)
    assert home.api.get(made.ref) is None
