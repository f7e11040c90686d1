"""Standard networks, distributed port groups and their switch."""

from typing import Any

from lab.vcenter.devices import SWITCH, SWITCH_UUID
from lab.vcenter.furniture import NETWORKS, entity, host_refs, machine_refs, network_kind
from lab.vcenter.objects import View
from lab.vcenter.sdk import ref, vim
from lab.world.model import Network
from lab.world.world import World


def network_view(world: World, network: Network) -> View:
    this = ref(network_kind(network), network.id)
    properties = entity(network.name, ref(vim.Folder, NETWORKS)) | {
        "summary": lambda: vim.Network.Summary(network=this, name=network.name, accessible=True, ipPoolName=""),
        "host": lambda: host_refs(world),
        "vm": lambda: machine_refs(
            [item for item in world.machines.values() if any(nic.network == network.name for nic in item.nics)]
        ),
    }
    if network.type == "dvs":
        properties |= {"key": lambda: network.id, "config": lambda: _port_group(network), "portKeys": lambda: ["0"]}
    return View(this, properties)


def _port_group(network: Network) -> Any:
    return vim.dvs.DistributedVirtualPortgroup.ConfigInfo(
        key=network.id,
        name=network.name,
        numPorts=8,
        distributedVirtualSwitch=ref(vim.dvs.VmwareDistributedVirtualSwitch, SWITCH),
        type="earlyBinding",
        policy=vim.dvs.DistributedVirtualPortgroup.PortgroupPolicy(
            blockOverrideAllowed=True,
            shapingOverrideAllowed=False,
            vendorConfigOverrideAllowed=False,
            livePortMovingAllowed=False,
            portConfigResetAtDisconnect=True,
        ),
        autoExpand=True,
    )


def switch_view(world: World) -> View:
    groups = [network for network in world.networks.values() if network.type == "dvs"]
    return View(
        ref(vim.dvs.VmwareDistributedVirtualSwitch, SWITCH),
        entity("DVS0", ref(vim.Folder, NETWORKS))
        | {
            "uuid": lambda: SWITCH_UUID,
            "portgroup": lambda: [ref(network_kind(group), group.id) for group in groups],
            "summary": lambda: vim.DistributedVirtualSwitch.Summary(
                name="DVS0",
                uuid=SWITCH_UUID,
                numPorts=64,
                hostMember=host_refs(world),
                host=host_refs(world),
                portgroupName=[group.name for group in groups],
                numHosts=len(world.hosts),
            ),
        },
    )
