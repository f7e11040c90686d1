"""Collections, searches, limits and `follow` (checklist oVirt 3)."""

from typing import Any

import pytest

from tests.lab_ovirt.conftest import Conversation, RunningEngine


def test_the_data_centre_is_there_and_up(client: Conversation) -> None:
    found = client.one("data_centers", "MTV-CNV")
    assert found.status == client.types.DataCenterStatus.UP


def test_cluster_and_hosts_belong_together(client: Conversation) -> None:
    cluster = client.one("clusters", "lab-cluster")
    assert client.connection.follow_link(cluster.data_center).name == "MTV-CNV"
    hosts = client.system.hosts_service().list()
    assert {(host.status, host.cluster.id) for host in hosts} == {(client.types.HostStatus.UP, cluster.id)}


def test_storage_domains_say_how_much_is_free(engine: RunningEngine, client: Conversation) -> None:
    domain = client.one("storage_domains", "ovirt-data-1")
    store = next(store for store in engine.world.ovirt.datastores.values() if store.name == domain.name)
    assert domain.available + domain.used == store.capacity
    assert domain.type == client.types.StorageDomainType.DATA


def test_only_a_data_centre_knows_the_status_of_its_domains(client: Conversation) -> None:
    centre = client.system.data_centers_service().data_center_service(client.one("data_centers", "MTV-CNV").id)
    attached = centre.storage_domains_service().list()
    assert {domain.status for domain in attached} == {client.types.StorageDomainStatus.ACTIVE}
    assert {domain.status for domain in client.system.storage_domains_service().list()} == {None}


def test_each_network_has_a_profile_of_its_name(client: Conversation) -> None:
    networks = {network.id: network.name for network in client.system.networks_service().list()}
    profiles = client.system.vnic_profiles_service().list()
    assert sorted(networks.values()) == ["backend", "ovirtmgmt", "vlan-100", "vlan-200"]
    assert [networks[profile.network.id] for profile in profiles] == [profile.name for profile in profiles]


def test_a_tagged_network_says_its_vlan(client: Conversation) -> None:
    assert client.one("networks", "vlan-100").vlan.id == 100
    assert client.one("networks", "ovirtmgmt").vlan is None


def test_a_template_shows_its_networks_before_any_clone(client: Conversation) -> None:
    template = client.one("templates", "mtv-rhel8-warm-2disks2nics")
    service = client.system.templates_service().template_service(template.id)
    profiles = [client.connection.follow_link(nic.vnic_profile).name for nic in service.nics_service().list()]
    assert profiles == ["ovirtmgmt", "vlan-100"]
    assert len(service.disk_attachments_service().list()) == 2


def test_the_blank_template_is_always_there(client: Conversation) -> None:
    blank = client.one("templates", "Blank")
    service = client.system.templates_service().template_service(blank.id)
    assert service.get().name == "Blank"
    assert service.nics_service().list() == []


def test_a_machine_is_described_whole(client: Conversation) -> None:
    vm = client.one("vms", "mtv-tests-rhel8")
    assert vm.status == client.types.VmStatus.DOWN
    assert (vm.memory, vm.cpu.topology.sockets, vm.cpu.topology.cores) == (4 * 1024**3, 2, 1)
    assert (vm.os.type, vm.bios.type) == ("rhel_8x64", client.types.BiosType.Q35_SEA_BIOS)
    assert vm.host is None


@pytest.mark.parametrize(
    ("name", "bios"), [("mtv-win2022-ip-3disks", "Q35_OVMF"), ("mtv-tests-rhel9-efi", "Q35_SECURE_BOOT")]
)
def test_firmware_is_told_apart(client: Conversation, name: str, bios: str) -> None:
    assert client.one("templates", name).bios.type == client.types.BiosType[bios]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name=mtv-tests-rhel8", 1),
        ("name=mtv-tests", 0),
        ("name=mtv-win*", 3),
        ('name="mtv-win2019-79"', 1),
        ("Template.name = mtv-win2019-79 and status=ok", 1),
        ("name=mtv-win* and name!=mtv-win2019-79", 2),
        ("name=MTV-TESTS-RHEL8", 0),
        ("Templates: name=Blank", 1),
        ("name=mtv-win* page 2", 0),
    ],
)
def test_a_search_finds_what_it_says(client: Conversation, text: str, found: int) -> None:
    assert len(client.system.templates_service().list(search=text)) == found


def test_a_search_may_ignore_case(client: Conversation) -> None:
    found = client.system.templates_service().list(search="name=MTV-TESTS-RHEL8", case_sensitive=False)
    assert [template.name for template in found] == ["mtv-tests-rhel8"]


def test_what_is_no_search_is_refused(client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match="does not implement the search 'mtv tests'"):
        client.system.vms_service().list(search="mtv tests")
    with pytest.raises(client.sdk.Error, match="cannot search vms by 'colour'"):
        client.system.vms_service().list(search="colour=red")


def test_a_list_is_as_long_as_asked_for(client: Conversation) -> None:
    assert len(client.system.templates_service().list(max=2)) == 2
    assert client.system.vms_service().list(max=0) == []


FOLLOW = "nics.vnic_profile.network,disk_attachments.disk,snapshots"


def test_one_request_describes_a_machine(engine: RunningEngine, client: Conversation) -> None:
    (vm,) = client.system.vms_service().list(search="name=mtv-tests-rhel8", max=1, follow=FOLLOW)
    assert [nic.vnic_profile.network.name for nic in vm.nics] == ["ovirtmgmt"]
    assert [attachment.disk.provisioned_size for attachment in vm.disk_attachments] == [16 * 1024**3]
    assert [snapshot.description for snapshot in vm.snapshots] == ["Active VM"]
    assert list(engine.lab.requests.counts()["ovirt"]) == ["POST /ovirt-engine/sso/oauth/token", "GET vms"]


def test_one_resource_can_be_followed_too(client: Conversation) -> None:
    vm: Any = client.vm("mtv-tests-rhel8").get(follow="cluster.data_center")
    assert vm.cluster.data_center.name == "MTV-CNV"


@pytest.mark.parametrize("path", ["colours", "host", "disk_attachments.disk.storage_domains"])
def test_what_is_no_link_cannot_be_followed(client: Conversation, path: str) -> None:
    """A machine that is down has no host; a disk has its domains in the document, without a link."""
    missing = path.rpartition(".")[2]
    with pytest.raises(client.sdk.Error, match=f"Problem fetching '{missing}'"):
        client.vm("mtv-tests-rhel8").get(follow=path)


def test_events_come_newest_first_or_from_a_number_on(client: Conversation) -> None:
    service = client.vm("mtv-tests-rhel8")
    service.start()
    newest_first = [int(event.id) for event in client.system.events_service().list()]
    assert newest_first == sorted(newest_first, reverse=True)
    later = [int(event.id) for event in client.system.events_service().list(from_=1)]
    assert later == sorted(later)
    assert min(later) == 2


def test_events_are_searched_by_type_and_machine(engine: RunningEngine, client: Conversation) -> None:
    client.vm("mtv-tests-rhel8").start()
    engine.settle()
    found = client.system.events_service().list(search="type=32 and vm_name=mtv-tests-rhel8")
    assert [event.code for event in found] == [32]
    assert client.system.events_service().list(search="type=33") == []
