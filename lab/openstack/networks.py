"""Neutron: networks with their subnets, and the ports that servers have on them."""

from ipaddress import ip_network

from lab.openstack.api import Answer, Call, Object, Part, Route, ok
from lab.openstack.discovery import NETWORK, network_versions
from lab.openstack.identity import project_id
from lab.openstack.listing import Filter, Listing, is_, listed
from lab.openstack.refusals import Refused, neutron_error
from lab.world.cloud import Cloud, CloudNetwork, Port

_FIRST, _LAST = 100, 250
"""Last numbers of the addresses that DHCP gives; those below belong to what was there before."""
_OWNER = "compute:nova"


def _network(call: Call, network: CloudNetwork) -> Object:
    owner = project_id(call.cloud)
    return {
        "id": network.id,
        "name": network.name,
        "description": "",
        "status": "ACTIVE",
        "admin_state_up": True,
        "shared": False,
        "router:external": False,
        "subnets": [network.subnet],
        "tenant_id": owner,
        "project_id": owner,
        "mtu": 1442,
        "port_security_enabled": True,
        "availability_zones": [],
        "availability_zone_hints": [],
        "tags": [],
    }


def _subnet(call: Call, network: CloudNetwork) -> Object:
    (first, last), owner = pool_of(network), project_id(call.cloud)
    return {
        "id": network.subnet,
        "name": f"{network.name}-subnet",
        "network_id": network.id,
        "cidr": network.cidr,
        "ip_version": 4,
        "gateway_ip": str(ip_network(network.cidr)[1]),
        "enable_dhcp": True,
        "allocation_pools": [{"start": first, "end": last}],
        "dns_nameservers": list(network.dns),
        "host_routes": [],
        "tenant_id": owner,
        "project_id": owner,
        "tags": [],
    }


def _port(call: Call, port: Port) -> Object:
    owner, server = project_id(call.cloud), call.cloud.servers.get(port.server)
    running = server is not None and server.machine.power == "on"
    return {
        "id": port.id,
        "name": "",
        "network_id": port.network,
        "device_id": port.server,
        "device_owner": _OWNER,
        "mac_address": port.nic.mac,
        "fixed_ips": [{"subnet_id": call.cloud.networks[port.network].subnet, "ip_address": port.address}],
        "status": "ACTIVE" if running else "DOWN",
        "admin_state_up": True,
        "binding:vnic_type": "normal",
        "security_groups": [],
        "tenant_id": owner,
        "project_id": owner,
        "tags": [],
    }


def pool_of(network: CloudNetwork) -> tuple[str, str]:
    """The first and the last address that DHCP gives."""
    block = ip_network(network.cidr)
    return str(block[_FIRST]), str(block[_LAST])


def free_address(cloud: Cloud, network: CloudNetwork) -> str:
    """The first address of the pool that no port has, empty when there is none."""
    taken = {port.address for port in cloud.ports.values() if port.network == network.id}
    block = ip_network(network.cidr)
    return next((text for number in range(_FIRST, _LAST + 1) if (text := str(block[number])) not in taken), "")


def _boolean(truth: bool) -> Filter[CloudNetwork]:
    return lambda _network, wanted: wanted.lower() == str(truth).lower()


def _networks(call: Call) -> Answer:
    listing = Listing(
        key="networks",
        partial=True,
        things=call.cloud.networks.values(),
        show=lambda network: _network(call, network),
        filters={
            "name": is_("name"),
            "id": is_("id"),
            "shared": _boolean(False),
            "router:external": _boolean(False),
            "project_id": lambda _network, wanted: wanted == project_id(call.cloud),
        },
    )
    return ok(listed(call, listing))


def _subnets(call: Call) -> Answer:
    listing = Listing(
        key="subnets",
        partial=True,
        things=call.cloud.networks.values(),
        show=lambda network: _subnet(call, network),
        filters={
            "name": lambda network, wanted: f"{network.name}-subnet" == wanted,
            "id": is_("subnet"),
            "network_id": is_("id"),
            "cidr": is_("cidr"),
        },
        identity=lambda network: network.subnet,
    )
    return ok(listed(call, listing))


def _ports(call: Call) -> Answer:
    listing = Listing(
        key="ports",
        partial=True,
        things=call.cloud.ports.values(),
        show=lambda port: _port(call, port),
        filters={
            "id": is_("id"),
            "name": lambda _port, wanted: not wanted,
            "device_id": is_("server"),
            "network_id": is_("network"),
            "device_owner": lambda _port, wanted: wanted == _OWNER,
            "mac_address": lambda port, wanted: port.nic.mac == wanted.lower(),
        },
    )
    return ok(listed(call, listing))


def _one_network(call: Call) -> Answer:
    network = call.cloud.networks.get(call.match("id"))
    if network is None:
        raise Refused(404, f"Network {call.match('id')} could not be found.", "NetworkNotFound")
    return ok({"network": _network(call, network)})


def _one_subnet(call: Call) -> Answer:
    network = next((it for it in call.cloud.networks.values() if it.subnet == call.match("id")), None)
    if network is None:
        raise Refused(404, f"Subnet {call.match('id')} could not be found.", "SubnetNotFound")
    return ok({"subnet": _subnet(call, network)})


def _one_port(call: Call) -> Answer:
    port = call.cloud.ports.get(call.match("id"))
    if port is None:
        raise Refused(404, f"Port {call.match('id')} could not be found.", "PortNotFound")
    return ok({"port": _port(call, port)})


def _extensions(_call: Call) -> Answer:
    """It has none of which the lab speaks."""
    return ok({"extensions": []})


PART = Part(
    name="network",
    prefix=NETWORK,
    render=neutron_error,
    routes=(
        Route("GET", "", network_versions, public=True),
        Route("GET", "/", network_versions, public=True),
        Route("GET", "/v2.0/networks", _networks),
        Route("GET", "/v2.0/networks/{id}", _one_network),
        Route("GET", "/v2.0/subnets", _subnets),
        Route("GET", "/v2.0/subnets/{id}", _one_subnet),
        Route("GET", "/v2.0/ports", _ports),
        Route("GET", "/v2.0/ports/{id}", _one_port),
        Route("GET", "/v2.0/extensions", _extensions),
    ),
)
