"""Nova: creating and deleting servers."""

from uuid import uuid4

from lab.openstack import blocks
from lab.openstack.api import Answer, Call, Object, Route, empty, ok
from lab.openstack.building import Build, build, detach
from lab.openstack.devices import Device, devices_of
from lab.openstack.reading_servers import server_of, used
from lab.openstack.refusals import NotImplementedHere, Refused
from lab.openstack.volumes import require_known
from lab.world.cloud import CloudNetwork, Flavor, Image, Server
from lab.world.model import Machine
from lab.world.physics import copy_guest, power_off

_KNOWN = {
    "name",
    "flavorRef",
    "imageRef",
    "networks",
    "block_device_mapping_v2",
    "metadata",
    "min_count",
    "max_count",
    "OS-DCF:diskConfig",
}
_NETWORKS_REQUIRED = (2, 37)
_DELETE_SECONDS = 3.0


def _create(call: Call) -> Answer:
    body = call.wanted("server")
    require_known(body, _KNOWN, "a new server")
    name, flavor = str(body.get("name") or ""), _flavor(call, body)
    if not name:
        raise Refused(400, "Invalid input for field/attribute name. Value: . '' is too short")
    if {str(body.get(key, 1)) for key in ("min_count", "max_count")} != {"1"}:
        raise NotImplementedHere("more than one server at once")
    networks, devices = _networks(call, body), devices_of(call, body, flavor)
    _check_quota(call, flavor)
    server = _server(call, name, flavor, devices)
    server.metadata = _metadata(body)
    call.cloud.servers[server.machine.id] = server
    work = Build(platform=call.platform, server=server, devices=devices, networks=networks)
    work.reserve()
    call.platform.works.start(server.machine.id, build(work))
    call.platform.touch(server)
    link = f"{call.base}{call.request.path}/{server.machine.id}"
    created: Object = {
        "id": server.machine.id,
        "links": [{"rel": "self", "href": link}],
        "OS-DCF:diskConfig": "MANUAL",
        "adminPass": uuid4().hex[:12],
        "security_groups": [{"name": "default"}],
    }
    return ok({"server": created}, 202, {"Location": link})


def _metadata(body: Object) -> dict[str, str]:
    metadata = body.get("metadata") or {}
    for key, value in metadata.items():
        if not isinstance(value, str):
            message = f"Invalid input for field/attribute {key}. Value: {value}. {value} is not of type 'string'"
            raise Refused(400, message)
    return dict(metadata)


def _flavor(call: Call, body: Object) -> Flavor:
    flavor = call.cloud.flavors.get(str(body.get("flavorRef")))
    if flavor is None:
        raise Refused(400, f"Flavor {body.get('flavorRef')} could not be found.")
    return flavor


def _networks(call: Call, body: Object) -> list[CloudNetwork]:
    """Which networks to be on; must be said from 2.37 on. Raises Refused."""
    wanted = body.get("networks")
    if wanted is None and call.version >= _NETWORKS_REQUIRED:
        raise Refused(400, "Invalid input for field/attribute server. 'networks' is a required property")
    if wanted == "none":
        return []
    if wanted in (None, "auto", []):
        message = "Multiple possible networks found, use a Network ID to be more specific."
        raise Refused(409, message)
    return [_network(call, each) for each in wanted]


def _network(call: Call, entry: Object) -> CloudNetwork:
    require_known(entry, {"uuid"}, "a network of a new server")
    network = call.cloud.networks.get(str(entry.get("uuid")))
    if network is None:
        raise Refused(400, f"Network {entry.get('uuid')} could not be found.")
    return network


def _check_quota(call: Call, flavor: Flavor) -> None:
    quota, taken = call.cloud.quota, used(call)
    wanted = {"instances": (1, quota.instances), "cores": (flavor.vcpus, quota.cores), "ram": (flavor.ram, quota.ram)}
    for kind, (more, most) in wanted.items():
        if taken[kind] + more > most:
            message = f"Quota exceeded for {kind}: Requested {more}, but already used {taken[kind]} of {most} {kind}"
            raise Refused(403, message)


def _server(call: Call, name: str, flavor: Flavor, devices: list[Device]) -> Server:
    """A machine without disks and NICs yet, with what its boot disk tells of it."""
    root = devices[0]
    if root.guest is None:
        raise Refused(400, f"Block Device {root.source.id} is not bootable.")
    properties, key = root.properties, str(uuid4())
    machine = Machine(
        id=key,
        name=name,
        uuid=key,
        instance_uuid=key,
        guest=copy_guest(root.guest),
        cpus=flavor.vcpus,
        memory=flavor.ram * 2**20,
        firmware="efi" if properties.get("hw_firmware_type") == "uefi" else "bios",
        secure_boot=properties.get("os_secure_boot") == "required",
        host="compute-1.lab.test",
    )
    now = call.platform.lab.clock.stamp()
    image = root.source.id if root.local and isinstance(root.source, Image) else ""
    return Server(
        machine=machine,
        flavor=flavor.id,
        image=image,
        unsettled="building",
        task="scheduling",
        created=now,
        updated=now,
    )


def _delete(call: Call) -> Answer:
    """Answered at once; the server is there until its disks and ports are free."""
    server = server_of(call)
    if server.task != "deleting":
        call.platform.works.cancel(server.machine.id)
        server.task = "deleting"
        call.platform.works.start(server.machine.id, _remove(call, server))
        call.platform.touch(server)
    return empty()


async def _remove(call: Call, server: Server) -> None:
    platform, cloud, machine = call.platform, call.cloud, server.machine
    await platform.work(machine.id, _DELETE_SECONDS, "delete server")
    power_off(platform.lab, machine)
    for attachment in list(server.attachments):
        volume = cloud.volumes[attachment.volume]
        detach(server, volume)
        if attachment.delete_on_termination and not blocks.snapshots_of(cloud, volume):
            del cloud.volumes[volume.id]  # one with snapshots cannot go, and nova says nothing of it
    for port in cloud.ports_of(machine.id):
        del cloud.ports[port.id]
    del cloud.servers[machine.id]
    platform.touch()


ROUTES = (Route("POST", "/servers", _create), Route("DELETE", "/servers/{id}", _delete))
