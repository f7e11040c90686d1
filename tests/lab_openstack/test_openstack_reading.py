"""What there is, by every way to ask for it (facts/sources.md 7, OpenStack 2 to 5)."""

from typing import Any

import openstack
import pytest

from lab.world.estate import pristine
from tests.lab_openstack.cloning import volumes_in_order
from tests.lab_openstack.conftest import RunningOpenstack

TWO = "mtv-rhel8-warm-2disks2nics"
EFI = "mtv-tests-rhel9-efi"


@pytest.fixture(scope="module")
def two(cloud: Any) -> Any:
    """The server with two disks and two NICs."""
    return cloud.compute.get_server(cloud.compute.find_server(TWO).id)


def test_servers_are_found_by_name_and_by_id(cloud: Any, two: Any) -> None:
    assert (two.name, two.status, two.vm_state, two.power_state) == (TWO, "SHUTOFF", "stopped", 4)
    assert two.task_state is None
    assert cloud.compute.find_server("nobody") is None
    assert [server.name for server in cloud.compute.servers(name=f"^{TWO}$")] == [TWO]
    assert [server.name for server in cloud.compute.servers(name="rhel9")] == ["mtv-rhel9-static-2nics", EFI]
    assert "mtv-tests-rhel8" in [server.name for server in cloud.compute.servers(details=False)]


def test_a_server_that_is_not_there_is_404_in_nova_s_words(cloud: Any) -> None:
    with pytest.raises(openstack.exceptions.NotFoundException, match="Instance nobody could not be found"):
        cloud.compute.get_server("nobody")


def test_two_servers_of_one_name_are_told_apart_by_nobody(stack: RunningOpenstack, cloud: Any) -> None:
    servers = list(stack.cloud.servers.values())
    before = servers[0].machine.name
    stack.on_loop(lambda: setattr(servers[0].machine, "name", TWO))
    try:
        with pytest.raises(openstack.exceptions.DuplicateResource):
            cloud.compute.find_server(TWO)
    finally:
        stack.on_loop(lambda: setattr(servers[0].machine, "name", before))


def test_disks_have_sizes_types_and_an_order(cloud: Any, two: Any) -> None:
    volumes = volumes_in_order(cloud, two)
    assert [(each.size, each.volume_type, each.is_bootable, each.status) for each in volumes] == [
        (16, "lab-ceph-ssd", True, "in-use"),
        (4, "lab-ceph-hdd", False, "in-use"),
    ]
    assert [each.attachments[0]["server_id"] for each in volumes] == [two.id, two.id]
    assert [each.attachments[0]["device"] for each in volumes] == ["/dev/vda", "/dev/vdb"]
    assert [each["id"] for each in two.attached_volumes] == [each.id for each in volumes]
    assert not two.image, "it boots from volumes"


def test_image_metadata_is_on_boot_volumes_only(stack: RunningOpenstack, cloud: Any, two: Any) -> None:
    boot, data = volumes_in_order(cloud, two)
    assert boot.volume_image_metadata["os_distro"] == "rhel"
    assert "hw_firmware_type" not in boot.volume_image_metadata
    (efi,) = volumes_in_order(cloud, cloud.compute.find_server(EFI))
    assert efi.volume_image_metadata["hw_firmware_type"] == "uefi"
    assert efi.volume_image_metadata["os_secure_boot"] == "required"
    path = f"/volume/v3/{cloud.current_project_id}/volumes/{data.id}"
    assert "volume_image_metadata" not in stack.raw("GET", path, token=cloud.auth_token).json()["volume"]


def test_ports_carry_macs_and_addresses_and_agree_with_the_server(cloud: Any, two: Any) -> None:
    networks = {network.id: network.name for network in cloud.network.networks()}
    ports = list(cloud.network.ports(device_id=two.id))
    assert [networks[port.network_id] for port in ports] == ["lab-net", "lab-vlan-100"]
    assert list(two.addresses) == ["lab-net", "lab-vlan-100"]
    shown = [each for network in two.addresses.values() for each in network]
    assert [each["OS-EXT-IPS-MAC:mac_addr"] for each in shown] == [port.mac_address for port in ports]
    assert [each["addr"] for each in shown] == [port.fixed_ips[0]["ip_address"] for port in ports]
    subnets = {subnet.id: subnet for subnet in cloud.network.subnets()}
    assert subnets[ports[0].fixed_ips[0]["subnet_id"]].cidr == "192.168.20.0/24"
    assert {port.device_owner for port in ports} == {"compute:nova"}


def test_neutron_shows_the_fields_that_are_asked_for(stack: RunningOpenstack, cloud: Any) -> None:
    answer = stack.raw("GET", "/networking/v2.0/ports?fields=id&fields=status", token=cloud.auth_token)
    assert {tuple(sorted(port)) for port in answer.json()["ports"]} == {("id", "status")}
    answer = stack.raw("GET", "/compute/v2.1/servers?fields=id", token=cloud.auth_token)
    assert answer.status_code == 501


def test_networks_are_found_by_name_and_refused_in_neutron_s_words(cloud: Any) -> None:
    assert cloud.network.find_network("lab-backend").name == "lab-backend"
    assert cloud.network.find_network("nothing") is None
    with pytest.raises(openstack.exceptions.NotFoundException, match="Network nothing could not be found"):
        cloud.network.get_network("nothing")


def test_the_flavor_is_a_copy_without_id_or_an_id_alone(stack: RunningOpenstack, cloud: Any, two: Any) -> None:
    assert (two.flavor.original_name, two.flavor.vcpus, two.flavor.ram) == ("m1.medium", 2, 4096)
    assert two.flavor.id == "m1.medium", "what the SDK makes of a flavor without id"
    flavor = cloud.compute.find_flavor("m1.medium")
    assert (flavor.id, flavor.disk, flavor.extra_specs) == ("2", 40, {})
    old = stack.raw("GET", f"/compute/v2.1/servers/{two.id}", token=cloud.auth_token).json()["server"]
    assert old["flavor"].keys() == {"id", "links"}
    assert old["flavor"]["id"] == "2"


@pytest.mark.parametrize(("newest", "embedded", "old_ids"), [((2, 1), False, True), ((2, 60), True, True)])
def test_an_older_nova_is_spoken_to_in_its_version(
    stack: RunningOpenstack, newest: tuple[int, int], embedded: bool, old_ids: bool
) -> None:
    stack.on_loop(lambda: stack.platform.newest.update(compute=newest))
    try:
        older = stack.connect()
        server = older.compute.find_server(TWO)
        assert (server.flavor.ram == 4096) is embedded
        path = f"/compute/v2.1/servers/{server.id}/os-volume_attachments"
        asked = {"OpenStack_API_Version": f"compute {newest[0]}.{newest[1]}"}
        (first, _) = stack.raw("GET", path, token=older.auth_token, **asked).json()["volumeAttachments"]
        assert ("id" in first) is old_ids
        assert len(volumes_in_order(older, server)) == 2
    finally:
        stack.on_loop(lambda: stack.platform.newest.update(compute=(2, 96)))


def test_attachments_of_new_versions_have_no_id(stack: RunningOpenstack, cloud: Any, two: Any) -> None:
    path = f"/compute/v2.1/servers/{two.id}/os-volume_attachments"
    asked = {"X_OpenStack_Nova_API_Version": "2.89"}
    answer = stack.raw("GET", path, token=cloud.auth_token, **asked)
    assert answer.headers["OpenStack-API-Version"] == "compute 2.89"
    assert {"id", "attachment_id", "bdm_uuid"} & answer.json()["volumeAttachments"][0].keys() == {
        "attachment_id",
        "bdm_uuid",
    }


def test_a_version_that_is_not_there_is_406(stack: RunningOpenstack, cloud: Any) -> None:
    answer = stack.raw("GET", "/compute/v2.1/servers", token=cloud.auth_token, OpenStack_API_Version="compute 2.200")
    assert answer.status_code == 406
    said = answer.json()["computeFault"]["message"]
    assert said == "Version 2.200 is not supported by the API. Minimum is 2.1 and maximum is 2.96."


def test_volume_types_and_the_image(cloud: Any) -> None:
    assert [each.name for each in cloud.block_storage.types()] == ["lab-ceph-ssd", "lab-ceph-hdd"]
    image = cloud.image.find_image("rhel-8.10")
    assert (image.status, image.visibility, image.os_distro) == ("active", "public", "rhel")
    assert cloud.image.find_image("nothing") is None


def test_quotas_and_limits_are_told(stack: RunningOpenstack, cloud: Any) -> None:
    limits = cloud.compute.get_limits().absolute
    assert (limits.instances, limits.instances_used) == (stack.cloud.quota.instances, len(stack.cloud.servers))
    assert cloud.compute.get_quota_set(cloud.current_project_id).cores == stack.cloud.quota.cores
    assert cloud.block_storage.get_quota_set(cloud.current_project_id).gigabytes == stack.cloud.quota.gigabytes


@pytest.mark.parametrize("kind", ["servers", "volumes", "networks", "images", "ports"])
def test_lists_come_in_pages(cloud: Any, kind: str) -> None:
    service = {"servers": cloud.compute, "volumes": cloud.block_storage, "images": cloud.image}.get(kind, cloud.network)
    everything = [each.id for each in getattr(service, kind)()]
    assert [each.id for each in getattr(service, kind)(limit=1)] == everything
    assert [each.id for each in getattr(service, kind)(limit=3)] == everything
    assert len(everything) == len(set(everything))


def test_a_page_links_to_the_next_until_the_last(stack: RunningOpenstack, cloud: Any) -> None:
    first = stack.raw("GET", "/compute/v2.1/servers?limit=2", token=cloud.auth_token).json()
    (link,) = first["servers_links"]
    path = link["href"].partition("/compute")[2]
    second = stack.raw("GET", f"/compute{path}", token=cloud.auth_token).json()
    assert {each["id"] for each in first["servers"]}.isdisjoint(each["id"] for each in second["servers"])
    whole = stack.raw("GET", "/compute/v2.1/servers?limit=1000", token=cloud.auth_token).json()
    assert "servers_links" not in whole
    wrong = stack.raw("GET", "/compute/v2.1/servers?marker=nobody", token=cloud.auth_token)
    assert (wrong.status_code, wrong.json()["badRequest"]["message"]) == (400, "marker [nobody] not found")


def test_an_unknown_token_is_refused_by_every_service(stack: RunningOpenstack) -> None:
    for path in ("/compute/v2.1/servers", "/volume/v3/x/volumes", "/image/v2/images", "/networking/v2.0/networks"):
        answer = stack.raw("GET", path, token="gAAAAAunknown")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401), path


def test_what_is_not_implemented_is_refused_in_each_service_s_form(stack: RunningOpenstack, cloud: Any) -> None:
    token = cloud.auth_token
    for path, key in (
        ("/compute/v2.1/os-keypairs", "notImplemented"),
        ("/volume/v3/x/backups", "notImplemented"),
        ("/networking/v2.0/routers", "NeutronError"),
    ):
        answer = stack.raw("GET", path, token=token)
        assert answer.status_code == 501
        assert f"The embedded lab does not implement GET {path}" in answer.json()[key]["message"]
        assert stack.lab.requests.refused[f"openstack GET {path}"] == 1
    answer = stack.raw("GET", "/image/v2/tasks", token=token)
    assert (answer.status_code, answer.json()["title"]) == (501, "Not Implemented")
    with pytest.raises(openstack.exceptions.HttpException, match="servers by ip=192"):
        list(cloud.compute.servers(ipv4_address="192.168.20.11"))


def test_every_request_is_in_the_journal_without_names(stack: RunningOpenstack, cloud: Any, two: Any) -> None:
    cloud.compute.get_server(two.id)
    assert stack.lab.requests.counts()["openstack"]["GET compute/v2.1/servers/{id}"] > 0


def test_the_cloud_never_varies_and_shares_nothing_with_the_vsphere(stack: RunningOpenstack) -> None:
    fresh, estate = pristine(), stack.world
    assert list(fresh.cloud.servers) == list(estate.cloud.servers)
    assert fresh.cloud.volumes.keys() == estate.cloud.volumes.keys()
    assert fresh.cloud.ports.keys() == estate.cloud.ports.keys()
    machines = [server.machine for server in estate.cloud.servers.values()]
    ours = {nic.mac for machine in machines for nic in machine.nics}
    theirs = {nic.mac for machine in estate.machines.values() for nic in machine.nics}
    assert ours.isdisjoint(theirs)
    names = {machine.name for machine in machines}
    assert names == {machine.name for machine in estate.machines.values() if not machine.template}
