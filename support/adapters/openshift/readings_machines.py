"""A target machine, its instance and its claims as domain values; pure, nothing is asked here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from support.adapters.openshift import readings_anatomy as anatomy
from support.adapters.openshift.quantities import size
from support.domain.machine import Mac, OsFamily, Power, mac
from support.domain.source import below_layers
from support.domain.target import TargetDisk, TargetGuest, TargetMachine, TargetNetwork, TargetNic
from support.ports.cluster import Arrival

Reading = Mapping[str, Any]

DISK_SOURCE = "forklift.konveyor.io/disk-source"
"""MTV's note of what a claim was copied from (forklift.md 3.1)."""

_POWERS = {"Running": Power.ON, "Stopped": Power.OFF, "Paused": Power.SUSPENDED}
_WINDOWS = "mswindows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was read of one machine at once; an instance that does not run is empty."""

    machine: Reading
    instance: Reading = field(default_factory=dict)
    claims: Mapping[str, Reading] = field(default_factory=dict)
    hostname: str | None = None


def arrival(machine: Reading | None, instance: Reading | None) -> Arrival:
    """How far a machine has settled; no machine is a state, too."""
    if machine is None:
        return Arrival(exists=False)
    return Arrival(
        exists=True,
        uid=str(machine["metadata"].get("uid") or ""),
        printable_status=_printable(machine),
        wants_to_run=wants_to_run(machine),
        agent_connected=agent_connected(instance or {}),
        addressed_macs=frozenset(
            mac(each["mac"]) for each in _interfaces(instance or {}) if each.get("mac") and _addresses(each)
        ),
    )


def wants_to_run(machine: Reading) -> bool:
    """By run strategy; a Manual machine wants what it does, and `running` is the older spelling (openshift.md 3.1)."""
    spec = machine.get("spec") or {}
    strategy = spec.get("runStrategy")
    if strategy == "Manual":
        return (machine.get("status") or {}).get("created") is True
    if strategy is None:
        return spec.get("running") is True
    return bool(strategy != "Halted")


def agent_connected(instance: Reading) -> bool:
    """The condition is there only while the agent is; it never turns False (openshift.md 3.2)."""
    conditions = (instance.get("status") or {}).get("conditions") or ()
    return any(each.get("type") == "AgentConnected" and each.get("status") == "True" for each in conditions)


def target_machine(found: Found) -> TargetMachine:
    """Everything the checks compare. A claim that does not exist is no disk: comparison then misses it."""
    machine, template = found.machine, _template(found.machine)
    domain = (template.get("spec") or {}).get("domain") or {}
    running = (found.instance.get("spec") or {}).get("domain") or {}
    firmware, secure_boot = anatomy.firmware(domain, running)
    meta = machine["metadata"]
    return TargetMachine(
        name=str(meta["name"]),
        namespace=str(meta["namespace"]),
        uid=str(meta.get("uid") or ""),
        power=_POWERS.get(_printable(machine), Power.OTHER),
        printable_status=_printable(machine),
        cpu=anatomy.cpu(domain, running),
        memory=anatomy.memory(domain, running),
        firmware=firmware,
        secure_boot=secure_boot,
        serial=anatomy.serial(domain, running),
        nics=tuple(_nics(found)),
        disks=tuple(_disks(found)),
        guest=_guest(found),
        node=(found.instance.get("status") or {}).get("nodeName"),
        labels=dict((template.get("metadata") or {}).get("labels") or {}),
        affinity=dict((template.get("spec") or {}).get("affinity") or {}),
        node_selector=dict((template.get("spec") or {}).get("nodeSelector") or {}),
        annotations=dict(meta.get("annotations") or {}),
    )


def claims_of(machine: Reading) -> dict[str, str]:
    """Claim by volume name; migrated machines name claims, machines from templates data volumes (openshift.md 3.2)."""
    volumes = (_template(machine).get("spec") or {}).get("volumes") or ()
    named = {each["name"]: _claim(each) for each in volumes}
    return {volume: claim for volume, claim in named.items() if claim}


def _claim(volume: Reading) -> str:
    claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
    return str(claim or (volume.get("dataVolume") or {}).get("name") or "")


def _nics(found: Found) -> Iterator[TargetNic]:
    spec = _template(found.machine).get("spec") or {}
    networks = {each["name"]: each for each in spec.get("networks") or ()}
    seen = {each["name"]: each for each in _interfaces(found.instance)}
    for each in _devices(found.machine).get("interfaces") or ():
        name = str(each["name"])
        live = seen.get(name, {})
        yield TargetNic(
            name=name,
            # Without an address of its own in the template the machine has the one it got.
            mac=Mac(mac(each.get("macAddress") or live.get("mac") or "")),
            network=_network(networks.get(name, {}), str(found.machine["metadata"]["namespace"])),
            addresses=_addresses(live),
        )


def _network(network: Reading, namespace: str) -> TargetNetwork:
    multus = network.get("multus")
    if multus is None:
        return TargetNetwork(kind="pod")
    # A definition without a namespace is one of the machine's own.
    place, _, name = str(multus["networkName"]).rpartition("/")
    return TargetNetwork(kind="multus", name=name, namespace=place or namespace)


def _disks(found: Found) -> Iterator[TargetDisk]:
    claims = claims_of(found.machine)
    index = 0
    for each in _devices(found.machine).get("disks") or ():
        claim = found.claims.get(claims.get(each["name"], ""))
        if claim is None or "cdrom" in each:
            continue
        yield _disk(each, claim, index)
        index += 1


def _disk(device: Reading, claim: Reading, index: int) -> TargetDisk:
    spec, meta = claim.get("spec") or {}, claim["metadata"]
    source = (meta.get("annotations") or {}).get(DISK_SOURCE)
    capacity = ((claim.get("status") or {}).get("capacity") or {}).get("storage")
    requested = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    return TargetDisk(
        claim=str(meta["name"]),
        identity=below_layers(source) if source is not None else None,
        # The volume as it is; a claim that is not bound yet only has what it asked for.
        size=size(capacity or requested or 0),
        storage_class=str(spec.get("storageClassName") or ""),
        access_modes=tuple(spec.get("accessModes") or ()),
        volume_mode=str(spec.get("volumeMode") or "Filesystem"),
        index=index,
        bootable=device.get("bootOrder") == 1,
        filled_by=str((spec.get("dataSourceRef") or {}).get("kind") or ""),
    )


def _guest(found: Found) -> TargetGuest:
    connected = agent_connected(found.instance)
    info = (found.instance.get("status") or {}).get("guestOSInfo") or {}
    known = str(info.get("id") or "")
    family = OsFamily.WINDOWS if known == _WINDOWS else OsFamily.LINUX if known else OsFamily.UNKNOWN
    name = info.get("prettyName") or info.get("name") or None
    return TargetGuest(connected=connected, hostname=found.hostname, family=family, os_name=name)


def _interfaces(instance: Reading) -> list[Reading]:
    """Those of the machine; a device only the guest knows, such as a bridge in it, has no name (openshift.md 3.2)."""
    return [each for each in (instance.get("status") or {}).get("interfaces") or () if each.get("name")]


def _addresses(interface: Reading) -> tuple[str, ...]:
    """Link-local ones say nothing: every NIC has one at once."""
    found = interface.get("ipAddresses") or [interface.get("ipAddress")]
    return tuple(each for each in found if each and not ip_address(each.partition("/")[0]).is_link_local)


def _printable(machine: Reading) -> str:
    return str((machine.get("status") or {}).get("printableStatus") or "")


def _template(machine: Reading) -> Reading:
    template: Reading = (machine.get("spec") or {}).get("template") or {}
    return template


def _devices(machine: Reading) -> Reading:
    domain = (_template(machine).get("spec") or {}).get("domain") or {}
    devices: Reading = domain.get("devices") or {}
    return devices
