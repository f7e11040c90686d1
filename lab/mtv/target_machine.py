"""The VirtualMachine that a source machine becomes (facts/forklift.md 3.4 and 3.7)."""

from collections.abc import Iterator, Mapping

from lab.cluster.store import Object
from lab.mtv.nic_mapping import destinations
from lab.mtv.object_names import network_name, volume_name
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of
from lab.world.model import Disk, Machine, Nic

Volume = tuple[str, str, Disk]
"""Name of a volume, name of its claim, and the source disk it is a copy of."""

_SERIAL_LIMIT = 20
_VMWARE_SERIAL_SINCE = (4, 20)
_GUEST_ANNOTATIONS = {f"vm.kubevirt.io/{key}": "" for key in ("flavor", "os", "workload")}


def virtual_machine(run: VmRun, claims: Mapping[str, Object]) -> Object:
    """The whole object; `claims` by source file of their disk."""
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": _metadata(run),
        "spec": {"runStrategy": run_strategy(run), "template": _template(run, claims)},
    }


def run_strategy(run: VmRun) -> str:
    """Always or Halted; a Windows guest that must reboot is started even if its source was off."""
    if run.vm.target_power == "off":
        return "Halted"
    was_on = run.status.get("restorePowerState") == "On"
    wanted = run.vm.target_power == "on" or was_on or run.vm.reboot_waited
    return "Always" if wanted else "Halted"


def _metadata(run: VmRun) -> Object:
    labels = run.labels()
    if run.view.source_type == "vsphere":
        labels = labels | {"guestConverted": str(run.view.converts).lower()}
    metadata: Object = {"name": run.target_name, "namespace": run.namespace, "labels": labels}
    if run.status.get("newName"):
        metadata["annotations"] = {"openshift.io/display-name": run.vm.machine.name, "original-ID": run.id}
    return metadata


def _template(run: VmRun, claims: Mapping[str, Object]) -> Object:
    spec = run.view.spec
    interfaces, volumes = list(_interfaces(run)), list(_volumes(run, claims))
    body: Object = {
        "domain": _domain(run, [item for item, _ in interfaces], volumes),
        "networks": [item for _, item in interfaces],
        "volumes": [{"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim, _ in volumes],
    }
    if spec.get("targetNodeSelector"):
        body["nodeSelector"] = dict(spec["targetNodeSelector"])
    if spec.get("targetAffinity"):
        body["affinity"] = dict(spec["targetAffinity"])
    labels = {"app": run.target_name} | (spec.get("targetLabels") or {})
    return {"metadata": {"labels": labels, "annotations": dict(_GUEST_ANNOTATIONS)}, "spec": body}


def _volumes(run: VmRun, claims: Mapping[str, Object]) -> Iterator[Volume]:
    for index, disk in enumerate(run.disks):
        claim = name_of(claims[run.disk_name(disk)])
        yield volume_name(run, index, claim), claim, disk


def _domain(run: VmRun, interfaces: list[Object], volumes: list[Volume]) -> Object:
    machine = run.vm.machine
    raw = bool(run.view.spec.get("skipGuestConversion")) and bool(run.view.spec.get("useCompatibilityMode", True))
    domain: Object = {
        "cpu": {"sockets": machine.cpus // machine.cores_per_socket, "cores": machine.cores_per_socket},
        "memory": {"guest": f"{machine.memory // 1024**2}Mi"},
        "firmware": {"serial": _serial(run, machine), "bootloader": _bootloader(machine)},
        "clock": {"utc": {}, "timer": {}},
        "devices": {
            "disks": list(_disks(run, volumes, "sata" if raw else "virtio")),
            "interfaces": [item | {"model": "e1000e" if raw else "virtio"} for item in interfaces],
            "inputs": [{"name": "tablet", "type": "tablet", "bus": "usb"}],
        },
    }
    if machine.firmware == "efi" and machine.secure_boot:
        domain["features"] = {"smm": {"enabled": True}}
    return domain


def _bootloader(machine: Machine) -> Object:
    if machine.firmware == "efi":
        return {"efi": {"secureBoot": machine.secure_boot}}
    return {"bios": {}}


def _serial(run: VmRun, machine: Machine) -> str:
    """In VMware's form on OpenShift 4.20 and later, the plain uuid before."""
    major, minor = (int(part) for part in run.lab.options.ocp.split(".")[:2])
    enabled = run.toolkit.enabled("feature_vmware_system_serial_number", default=True)
    if (major, minor) < _VMWARE_SERIAL_SINCE or not enabled:
        return machine.uuid
    digits = machine.uuid.replace("-", "")
    pairs = [digits[index : index + 2] for index in range(0, len(digits), 2)]
    return f"VMware-{' '.join(pairs[:8])}-{' '.join(pairs[8:])}"


def _disks(run: VmRun, volumes: list[Volume], bus: str) -> Iterator[Object]:
    """Names are those of the volumes; the first disk boots unless the plan names another."""
    for index, (name, _, disk) in enumerate(volumes):
        shown: Object = {"name": name, "disk": {"bus": bus}, "serial": disk.uuid[:_SERIAL_LIMIT]}
        yield shown | {"bootOrder": 1} if index == run.root_index else shown


def _interfaces(run: VmRun) -> Iterator[tuple[Object, Object]]:
    """Pairs of interface and network; a NIC without destination is dropped, as is one on a network that is ignored."""
    kept = [(nic, item) for nic, item in destinations(run.vm) if item is not None and item["type"] != "ignored"]
    for index, (nic, destination) in enumerate(kept):
        yield _interface(nic, network_name(run, index, destination), destination)


def _interface(nic: Nic, name: str, destination: Object) -> tuple[Object, Object]:
    interface: Object = {"name": name, "macAddress": nic.mac}
    if not nic.connected:
        interface["state"] = "down"
    if destination["type"] == "pod":
        return interface | {"masquerade": {}}, {"name": name, "pod": {}}
    nad = f"{destination['namespace']}/{destination['name']}"
    return interface | {"bridge": {}}, {"name": name, "multus": {"networkName": nad}}
