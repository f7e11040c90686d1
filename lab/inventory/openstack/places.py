"""Networks, subnets, the project and the region as the OpenStack inventory shows them (facts/forklift.md 5.6)."""

from collections.abc import Iterator
from ipaddress import ip_network

from lab.inventory.openstack.form import ZERO_TIME, Form, told
from lab.openstack.identity import DOMAIN, project_id
from lab.openstack.networks import pool_of
from lab.world.cloud import Cloud, CloudNetwork


def networks(cloud: Cloud) -> Iterator[Form]:
    owner = project_id(cloud)
    for network in cloud.networks.values():
        body = {
            "description": "",
            "adminStateUp": True,
            "status": "ACTIVE",
            "subnets": [network.subnet],
            "tenantID": owner,
            "updatedAt": ZERO_TIME,
            "createdAt": ZERO_TIME,
            "projectID": owner,
            "shared": False,
            "revisionNumber": 0,
        }
        yield Form(id=network.id, name=network.name, body=body)


def subnets(cloud: Cloud) -> Iterator[Form]:
    for network in cloud.networks.values():
        yield _subnet(cloud, network)


def _subnet(cloud: Cloud, network: CloudNetwork) -> Form:
    """Pools have keys as Go has them."""
    owner, (first, last) = project_id(cloud), pool_of(network)
    body = {
        "networkID": network.id,
        "ipVersion": 4,
        "cidr": network.cidr,
        "gatewayIP": str(ip_network(network.cidr)[1]),
        "allocationPools": [{"Start": first, "End": last}],
        "enableDHCP": True,
        "tenantID": owner,
        "projectID": owner,
        "revisionNumber": 0,
        **told(dnsNameservers=list(network.dns)),
    }
    return Form(id=network.subnet, name=f"{network.name}-subnet", body=body)


def projects(cloud: Cloud) -> Iterator[Form]:
    body = {"isDomain": False, "description": "", "domainID": DOMAIN, "enabled": True, "parentID": DOMAIN}
    yield Form(id=project_id(cloud), name=cloud.project, path=cloud.project, body=body)


def regions(cloud: Cloud) -> Iterator[Form]:
    """A region's id is its name."""
    yield Form(id=cloud.region, name=cloud.region, body={"description": ""})
