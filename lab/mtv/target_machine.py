"""The VirtualMachine that a source machine becomes (facts/forklift.md 3.4 and 3.7)."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace

from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.mtv.domains import ova, vsphere
from lab.mtv.domains.shape import Domain, Volume
from lab.mtv.nic_mapping import destinations
from lab.mtv.object_names import network_name, volume_name
from lab.mtv.openstack.machine import of_server
from lab.mtv.ovirt.machine import of_engine
from lab.mtv.plan_view import CONVERTED_SOURCES
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of
from lab.world.model import Nic

DOMAINS: dict[str, Domain] = {"vsphere": vsphere.domain, "ova": ova.domain}
"""By type of a source whose guests are converted; a platform is a row."""

Anatomy = Callable[[VmRun, Mapping[str, Object]], Object]
"""(run, claims by source of their disk) -> domain, networks and volumes of the machine."""

ANATOMIES: Mapping[str, Anatomy] = {"ovirt": of_engine, "openstack": of_server}
"""By type of a source whose guests arrive as they are."""

_GUEST_ANNOTATIONS = {f"vm.kubevirt.io/{key}": "" for key in ("flavor", "os", "workload")}


def virtual_machine(run: VmRun, claims: Mapping[str, Object]) -> Object:
    """The whole object; `claims` by source file of their disk."""
    run = _as_read(run)
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": metadata_of(run),
        "spec": {"runStrategy": run_strategy(run), "template": _template(run, claims)},
    }


def _as_read(run: VmRun) -> VmRun:
    """With what MTV has read out of a descriptor, which is where the lab's defects of appliances set in."""
    edit = defect_of(run.lab).descriptor
    if run.view.source_type != "ova" or edit is None:
        return run
    machine = deepcopy(run.vm.machine)
    edit(machine)
    return replace(run, vm=replace(run.vm, machine=machine))


def run_strategy(run: VmRun) -> str:
    """Always or Halted; a Windows guest that must reboot is started even if its source was off."""
    if run.vm.target_power == "off":
        return "Halted"
    was_on = run.status.get("restorePowerState") == "On"
    wanted = run.vm.target_power == "on" or was_on or run.vm.reboot_waited
    return "Always" if wanted else "Halted"


def metadata_of(run: VmRun) -> Object:
    """Name, place and labels; the source's own name and id where it got another."""
    labels = run.labels()
    if run.view.source_type in CONVERTED_SOURCES:
        labels = labels | {"guestConverted": str(run.view.converts).lower()}
    metadata: Object = {"name": run.target_name, "namespace": run.namespace, "labels": labels}
    if run.status.get("newName"):
        metadata["annotations"] = {"openshift.io/display-name": run.vm.machine.name, "original-ID": run.id}
    return metadata


def _template(run: VmRun, claims: Mapping[str, Object]) -> Object:
    spec = run.view.spec
    body = ANATOMIES.get(run.view.source_type, _of_converted)(run, claims)
    if spec.get("targetNodeSelector"):
        body["nodeSelector"] = dict(spec["targetNodeSelector"])
    if spec.get("targetAffinity"):
        body["affinity"] = dict(spec["targetAffinity"])
    labels = {"app": run.target_name} | (spec.get("targetLabels") or {})
    return {"metadata": {"labels": labels, "annotations": dict(_GUEST_ANNOTATIONS)}, "spec": body}


def _of_converted(run: VmRun, claims: Mapping[str, Object]) -> Object:
    interfaces, volumes = list(_interfaces(run)), list(_volumes(run, claims))
    return {
        "domain": DOMAINS[run.view.source_type](run, [item for item, _ in interfaces], volumes),
        "networks": [item for _, item in interfaces],
        "volumes": [{"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim, _ in volumes],
    }


def _volumes(run: VmRun, claims: Mapping[str, Object]) -> Iterator[Volume]:
    for index, disk in enumerate(run.disks):
        claim = name_of(claims[run.disk_name(disk)])
        yield volume_name(run, index, claim), claim, disk


def _interfaces(run: VmRun) -> Iterator[tuple[Object, Object]]:
    """Pairs of interface and network; a NIC without destination is dropped, as is one on a network that is ignored."""
    kept = [(nic, item) for nic, item in destinations(run.vm) if item is not None and item["type"] != "ignored"]
    for index, (nic, destination) in enumerate(kept):
        yield _interface(nic, network_name(run, index, destination), destination)


def _interface(nic: Nic, name: str, destination: Object) -> tuple[Object, Object]:
    interface: Object = {"name": name, "macAddress": nic.mac} if nic.mac else {"name": name}
    if not nic.connected:
        interface["state"] = "down"
    if destination["type"] == "pod":
        return interface | {"masquerade": {}}, {"name": name, "pod": {}}
    nad = f"{destination['namespace']}/{destination['name']}"
    return interface | {"bridge": {}}, {"name": name, "multus": {"networkName": nad}}
