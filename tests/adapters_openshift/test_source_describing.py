"""A source machine on OpenShift from what the cluster says of it: pure, so that every oddity has a case."""

from dataclasses import replace
from typing import Any

from support.adapters.openshift.readings_machines import Found
from support.adapters.openshift_source.describing import machine_from
from support.domain.machine import GIB, Cpu, Firmware, OsFamily, Power
from support.domain.source import POD_NETWORK, Place, ProviderKind, SourceGuest

MACS = ("02:00:00:00:00:01", "02:00:00:00:00:02")


def machine(**template: Any) -> dict[str, Any]:
    """Expanded, as `expand-spec` answers."""
    domain = {
        "cpu": {"sockets": 1, "cores": 1, "threads": 1},
        "memory": {"guest": "2Gi"},
        "firmware": {"uuid": "ABCD-1", "serial": "S-1", "bootloader": {"efi": {"secureBoot": True}}},
        "devices": {
            "disks": [{"name": "root", "disk": {}}, {"name": "init", "disk": {}}],
            "interfaces": [
                {"name": "default", "macAddress": MACS[0].upper(), "masquerade": {}},
                {"name": "extra", "macAddress": MACS[1], "bridge": {}},
            ],
        },
    }
    spec = {
        "domain": domain,
        "networks": [{"name": "default", "pod": {}}, {"name": "extra", "multus": {"networkName": "net"}}],
        "volumes": [
            {"name": "root", "dataVolume": {"name": "web1"}},
            {"name": "init", "cloudInitNoCloud": {"userData": "x"}},
        ],
        **template,
    }
    return {
        "metadata": {"name": "web1", "namespace": "vms", "uid": "u-1"},
        "spec": {"runStrategy": "Halted", "template": {"spec": spec}},
        "status": {"printableStatus": "Stopped"},
    }


CLAIMS = {
    "web1": {
        "metadata": {"name": "web1"},
        "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "30Gi"}}},
        "status": {"capacity": {"storage": "32Gi"}},
    }
}
OFF = Found(machine=machine(), claims=CLAIMS)


def test_a_machine_that_is_off_tells_all_that_is_compared_but_nothing_of_its_guest() -> None:
    seen = machine_from(OFF)
    assert (seen.kind, seen.id, seen.name, seen.power) == (ProviderKind.OPENSHIFT, "u-1", "web1", Power.OFF)
    assert (seen.cpu, seen.memory) == (Cpu(sockets=1, cores=1, threads=1), 2 * GIB)
    assert (seen.firmware, seen.secure_boot, seen.serial, seen.uuid) == (Firmware.UEFI, True, "S-1", "abcd-1")
    assert [(nic.mac, nic.network, nic.connected) for nic in seen.nics] == [
        (MACS[0], POD_NETWORK, True),
        (MACS[1], Place(id="", name="vms/net"), True),
    ]
    assert [(disk.identity, disk.size, disk.store.name, disk.index) for disk in seen.disks] == [
        ("vms/web1", 32 * GIB, "fast", 0)
    ]
    assert seen.guest == SourceGuest()
    assert seen.snapshots == ()


def test_a_running_machine_tells_of_its_agent_and_addresses() -> None:
    running = {**machine(), "status": {"printableStatus": "Running"}}
    told = {
        "interfaces": [{"name": "default", "mac": MACS[0], "ipAddresses": ["10.0.0.7", "fe80::1"]}],
        "nodeName": "worker-1",
        "conditions": [{"type": "AgentConnected", "status": "True"}],
        "guestOSInfo": {"id": "rhel", "prettyName": "RHEL 9"},
    }
    seen = machine_from(replace(OFF, machine=running, instance={"status": told}, hostname="web1.test"))
    assert seen.guest == SourceGuest(agent_running=True, hostname="web1.test", family=OsFamily.LINUX, os_name="RHEL 9")
    assert [[address.address for address in nic.addresses] for nic in seen.nics] == [["10.0.0.7"], []]
    assert seen.host == "worker-1"


def test_a_running_machine_without_an_agent_says_so() -> None:
    running = {**machine(), "status": {"printableStatus": "Running"}}
    assert machine_from(replace(OFF, machine=running)).guest.agent_running is False


def test_a_nic_that_is_switched_off_is_not_connected() -> None:
    changed = machine()
    changed["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"][1]["state"] = "down"
    assert [nic.connected for nic in machine_from(replace(OFF, machine=changed)).nics] == [True, False]
