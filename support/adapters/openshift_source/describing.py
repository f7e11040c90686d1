"""From what the cluster tells of a machine to the domain's SourceMachine."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from support.adapters.openshift import readings_anatomy as anatomy
from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.gathering import SUBRESOURCES, gather
from support.adapters.openshift.readings_machines import Found, target_machine
from support.adapters.openshift.refusals import refusal
from support.domain.machine import Address, Power
from support.domain.source import (
    POD_NETWORK,
    Place,
    ProviderKind,
    SourceDisk,
    SourceGuest,
    SourceMachine,
    SourceNic,
)
from support.domain.target import TargetMachine, TargetNetwork

_UNPLUGGED = frozenset({"down", "absent"})


def describe(api: Api, machine: Object) -> SourceMachine:
    """A machine as it is, whether it runs or not. Raises ClusterError."""
    return machine_from(gather(api, {**machine, "spec": _expanded(api, machine)["spec"]}))


def machine_from(found: Found) -> SourceMachine:
    """The machine as its definition, claims and instance say; the same readings as a target's."""
    seen = target_machine(found)
    return SourceMachine(
        kind=ProviderKind.OPENSHIFT,
        id=seen.uid,
        name=seen.name,
        uuid=anatomy.uuid(_domain(found), (found.instance.get("spec") or {}).get("domain") or {}),
        power=seen.power,
        cpu=seen.cpu,
        memory=seen.memory,
        firmware=seen.firmware,
        secure_boot=seen.secure_boot,
        nics=tuple(_nics(found, seen)),
        disks=tuple(_disks(seen)),
        guest=_guest(seen),
        host=seen.node,
        serial=seen.serial,
        captured_at=datetime.now(UTC),
    )


def _expanded(api: Api, machine: Object) -> Object:
    """With what instance type and preference say; a machine that is off has CPU and memory nowhere else."""
    meta = machine["metadata"]
    name, namespace = quote(str(meta["name"])), str(meta["namespace"])
    answer = api.raw("GET", f"{SUBRESOURCES}/namespaces/{namespace}/virtualmachines/{name}/expand-spec")
    if answer.code != 200:
        raise refusal(f"expand VirtualMachine {namespace}/{name}", answer.code, answer.body)
    found: Object = json.loads(answer.body)
    return found


def _domain(found: Found) -> dict[str, Any]:
    domain: dict[str, Any] = found.machine["spec"]["template"]["spec"].get("domain") or {}
    return domain


def _nics(found: Found, seen: TargetMachine) -> Iterator[SourceNic]:
    states = {each["name"]: each.get("state") for each in _domain(found).get("devices", {}).get("interfaces") or ()}
    for nic in seen.nics:
        yield SourceNic(
            label=f"interface {nic.name}",
            mac=nic.mac,
            network=_place(nic.network),
            connected=states.get(nic.name) not in _UNPLUGGED,
            # Behind the pod network's masquerade it is the pod's, and nobody tells how the guest came by it.
            addresses=tuple(Address(address=each) for each in nic.addresses),
        )


def _place(network: TargetNetwork) -> Place:
    return POD_NETWORK if network.kind == "pod" else Place(id="", name=f"{network.namespace}/{network.name}")


def _disks(seen: TargetMachine) -> Iterator[SourceDisk]:
    for disk in seen.disks:
        yield SourceDisk(
            label=f"claim {disk.claim}",
            identity=f"{seen.namespace}/{disk.claim}",
            size=disk.size,
            store=Place(id="", name=disk.storage_class),
            index=disk.index,
        )


def _guest(seen: TargetMachine) -> SourceGuest:
    """The agent's silence says something of a running machine only."""
    running = seen.guest.connected if seen.power is Power.ON else None
    return SourceGuest(
        agent_running=running, hostname=seen.guest.hostname, family=seen.guest.family, os_name=seen.guest.os_name
    )
