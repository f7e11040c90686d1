"""Servers and their flavors as the OpenStack inventory shows them (facts/forklift.md 5.6)."""

from collections.abc import Iterator

from lab.inventory.openstack.form import ZERO_TIME, Form, told, when
from lab.openstack.identity import project_id, user_id
from lab.openstack.server_view import addresses, status
from lab.world.cloud import Cloud, Flavor, Server


def servers(cloud: Cloud) -> Iterator[Form]:
    for server in cloud.servers.values():
        yield _server(cloud, server)


def _server(cloud: Cloud, server: Server) -> Form:
    """Attached volumes have a key in Go's own capitals, and are left out while there are none."""
    machine = server.machine
    body = {
        "tenantID": project_id(cloud),
        "status": status(server),
        "flavorID": server.flavor,
        "addresses": addresses(cloud, server),
        **told(
            hostID=machine.host,
            imageID=server.image,
            attachedVolumes=[{"ID": each.volume} for each in server.attachments],
        ),
    }
    more = {
        "userID": user_id(cloud),
        "updated": when(server.updated),
        "created": when(server.created),
        "progress": 0,
        "fault": _fault(server),
        **told(metadata=dict(server.metadata)),
    }
    path = f"{cloud.project}/{machine.name}"
    return Form(id=machine.id, name=machine.name, path=path, body=body, more=more)


def _fault(server: Server) -> dict[str, object]:
    code, created = (500, when(server.updated)) if server.fault else (0, ZERO_TIME)
    return {"Code": code, "Created": created, "Details": "", "Message": server.fault}


def flavors(cloud: Cloud) -> Iterator[Form]:
    for flavor in cloud.flavors.values():
        yield _flavor(flavor)


def _flavor(flavor: Flavor) -> Form:
    body = {
        "description": "",
        "disk": flavor.disk,
        "ram": flavor.ram,
        "rxtxFactor": 1,
        "swap": 0,
        "vcpus": flavor.vcpus,
        "isPublic": True,
        "ephemeral": 0,
        **told(extraSpecs=dict(flavor.extra_specs)),
    }
    return Form(id=flavor.id, name=flavor.name, body=body)
