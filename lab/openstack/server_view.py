"""Servers, their attachments and flavors as nova shows them (facts/sources.md 4.2, 4.3)."""

from lab.openstack.api import Call, Object
from lab.openstack.discovery import COMPUTE
from lab.openstack.identity import project_id, user_id
from lab.world.cloud import Attachment, Cloud, Flavor, Server

_STATUS = {"building": "BUILD", "active": "ACTIVE", "stopped": "SHUTOFF", "error": "ERROR"}
_POWER = {"active": 1, "stopped": 4}
_EMBEDDED_FLAVOR, _EXTRA_SPECS, _WITHOUT_ID, _TERMINATION = (2, 47), (2, 61), (2, 89), (2, 79)


def status(server: Server) -> str:
    return _STATUS[server.state]


def _links(call: Call, kind: str, id_: str) -> list[Object]:
    return [
        {"rel": "self", "href": f"{call.base}{COMPUTE}/v2.1/{kind}/{id_}"},
        {"rel": "bookmark", "href": f"{call.base}{COMPUTE}/{kind}/{id_}"},
    ]


def brief(call: Call, server: Server) -> Object:
    machine = server.machine
    return {"id": machine.id, "name": machine.name, "links": _links(call, "servers", machine.id)}


def detail(call: Call, server: Server) -> Object:
    """All that a project sees of its own server."""
    cloud, state = call.cloud, server.state
    found = brief(call, server) | {
        "status": status(server),
        "tenant_id": project_id(cloud),
        "user_id": user_id(cloud),
        "metadata": server.metadata,
        "hostId": server.machine.host,
        "image": {"id": server.image, "links": _links(call, "images", server.image)} if server.image else "",
        "flavor": _flavor_of(call, server),
        "created": server.created,
        "updated": server.updated,
        "addresses": addresses(cloud, server),
        "accessIPv4": "",
        "accessIPv6": "",
        "config_drive": "",
        "key_name": None,
        "progress": 0,
        "OS-DCF:diskConfig": "MANUAL",
        "OS-EXT-AZ:availability_zone": "nova",
        "OS-EXT-STS:power_state": _POWER.get(state, 0),
        "OS-EXT-STS:task_state": server.task or None,
        "OS-EXT-STS:vm_state": state,
        "OS-SRV-USG:launched_at": None,
        "OS-SRV-USG:terminated_at": None,
        "os-extended-volumes:volumes_attached": [
            {"id": each.volume, "delete_on_termination": each.delete_on_termination}
            if call.version >= (2, 3)
            else {"id": each.volume}
            for each in server.attachments
        ],
    }
    if server.fault:
        found["fault"] = {"code": 500, "message": server.fault, "created": server.updated}
    return found | _newer(call)


def _newer(call: Call) -> Object:
    """What later microversions show, too."""
    added: tuple[tuple[tuple[int, int], Object], ...] = (
        ((2, 9), {"locked": False}),
        ((2, 19), {"description": None}),
        ((2, 26), {"tags": []}),
        ((2, 63), {"trusted_image_certificates": None}),
    )
    return {key: value for since, more in added if call.version >= since for key, value in more.items()}


def addresses(cloud: Cloud, server: Server) -> Object:
    """Network name -> addresses, in the order of the ports."""
    found: dict[str, list[Object]] = {}
    for port in cloud.ports_of(server.machine.id):
        found.setdefault(cloud.networks[port.network].name, []).append(
            {
                "addr": port.address,
                "version": 4,
                "OS-EXT-IPS:type": "fixed",
                "OS-EXT-IPS-MAC:mac_addr": port.nic.mac,
            }
        )
    return found


def _flavor_of(call: Call, server: Server) -> Object:
    """Up to 2.46 a link; from then on a copy, without the id."""
    flavor = call.cloud.flavors[server.flavor]
    if call.version < _EMBEDDED_FLAVOR:
        return {"id": flavor.id, "links": _links(call, "flavors", flavor.id)}
    return {
        "original_name": flavor.name,
        "vcpus": flavor.vcpus,
        "ram": flavor.ram,
        "disk": flavor.disk,
        "ephemeral": 0,
        "swap": 0,
        "extra_specs": flavor.extra_specs,
    }


def attachment(call: Call, server: Server, each: Attachment) -> Object:
    found: Object = {"serverId": server.machine.id, "volumeId": each.volume, "device": each.device}
    if call.version >= _WITHOUT_ID:
        found |= {"attachment_id": each.id, "bdm_uuid": each.id}
    else:
        found["id"] = each.volume
    if call.version >= (2, 70):
        found["tag"] = None
    if call.version >= _TERMINATION:
        found["delete_on_termination"] = each.delete_on_termination
    return found


def brief_flavor(call: Call, flavor: Flavor) -> Object:
    return {"id": flavor.id, "name": flavor.name, "links": _links(call, "flavors", flavor.id)}


def flavor_detail(call: Call, flavor: Flavor) -> Object:
    found = brief_flavor(call, flavor) | {
        "vcpus": flavor.vcpus,
        "ram": flavor.ram,
        "disk": flavor.disk,
        "swap": 0 if call.version >= (2, 75) else "",
        "rxtx_factor": 1.0,
        "OS-FLV-EXT-DATA:ephemeral": 0,
        "OS-FLV-DISABLED:disabled": False,
        "os-flavor-access:is_public": True,
    }
    if call.version >= _EXTRA_SPECS:
        found["extra_specs"] = flavor.extra_specs
    return found
