"""Validation of a Plan's machines: each check names the machines it objects to."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.checks.concerns import concern_conditions
from lab.mtv.checks.names import name_conditions
from lab.mtv.conditions import CRITICAL, WARN, Condition
from lab.mtv.nic_mapping import attachment_shared, several_on_pod
from lab.mtv.plan_view import PlanView, VmView
from lab.mtv.platforms import OPENSHIFT
from lab.mtv.references import item
from lab.mtv.target_names import is_subdomain
from lab.virtualization.anatomy import uid_of

Objects = Callable[[VmView], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition and when it holds for one machine."""

    type: str
    objects: Objects
    message: str
    category: str = CRITICAL
    reason: str = "NotValid"
    source: str = ""
    """Type of the only source whose machines it looks at; empty for any."""


def machine_conditions(view: PlanView) -> Iterator[Condition]:
    """References first, then whatever each known machine gives cause for (facts/forklift.md 1.6)."""
    entries = view.spec.get("vms") or []
    if any(not (entry.get("id") or entry.get("name")) for entry in entries):
        message = "Either `ID` or `Name` required."
        yield Condition(type="VMRefNotValid", category=CRITICAL, message=message, reason="NotSet")
    named = [entry for entry in entries if entry.get("id") or entry.get("name")]
    known = [(entry, view.machine(entry)) for entry in named]
    machines = [VmView(view=view, entry=entry, machine=found) for entry, found in known if found is not None]
    yield from _references(view, [entry for entry, found in known if found is None], machines)
    yield from name_conditions(machines)
    yield from concern_conditions(machines)
    for check in (each for each in CHECKS if each.source in ("", view.source_type)):
        items = tuple(vm.shown for vm in machines if check.objects(vm))
        if items:
            yield Condition(
                type=check.type, category=check.category, message=check.message, reason=check.reason, items=items
            )


def _references(view: PlanView, missing: list[Object], machines: list[VmView]) -> Iterator[Condition]:
    several = [entry for entry in missing if len(view.sight.machines_named(str(entry.get("name", "")))) > 1]
    unknown = tuple(item(entry) for entry in missing if entry not in several)
    if unknown:
        message = "VM not found."
        yield Condition(type="VMNotFound", category=CRITICAL, message=message, reason="NotFound", items=unknown)
    times = Counter(vm.machine.id for vm in machines)
    targets = Counter(str(vm.entry["targetName"]) for vm in machines if vm.entry.get("targetName"))
    twice = tuple(
        dict.fromkeys(
            vm.shown
            for vm in machines
            if times[vm.machine.id] > 1 or targets[str(vm.entry.get("targetName") or "")] > 1
        )
    )
    for items, reason, message in (
        (twice, "NotUnique", "Duplicate (source) VM."),
        (tuple(item(entry) for entry in several), "Ambiguous", "VM reference is ambiguous."),
    ):
        if items:
            yield Condition(type="DuplicateVM", category=CRITICAL, message=message, reason=reason, items=items)


def _exists(vm: VmView) -> bool:
    """A machine of the source's name, or of the wished one, that this Plan has not made."""
    name = str(vm.entry.get("targetName") or vm.machine.name)
    made = (vm.view.plan.get("status") or {}).get("migration", {}).get("vms") or []
    if any(status["id"] == vm.machine.id for status in made):
        return False
    return vm.view.destination.client.get("VirtualMachine", vm.view.target_namespace, name) is not None


def _name_illegal(vm: VmView) -> bool:
    return not vm.entry.get("targetName") and not is_subdomain(vm.machine.name)


def _target_name_illegal(vm: VmView) -> bool:
    return bool(vm.entry.get("targetName")) and not is_subdomain(str(vm.entry["targetName"]))


def _referenced(vm: VmView, map_: Object | None) -> set[str]:
    """Names of the sources that the map resolved; the Plan goes by its status, not by its spec.

    Except for clusters: what they call a network and a class stands in the spec (adapter/ocp/validator.go).
    """
    if chosen(vm.view.lab, Fault.PLAN_MAPS):
        return set()
    return {str(source["name"]) for source in ((map_ or {}).get("status") or {}).get("references") or []}


def _network_unmapped(vm: VmView) -> bool:
    if vm.view.source_type == OPENSHIFT and not chosen(vm.view.lab, Fault.PLAN_MAPS):
        return any(not vm.view.network_destinations(nic.network) for nic in vm.machine.nics)
    mapped = _referenced(vm, vm.view.networks)
    return any(nic.network not in mapped for nic in vm.machine.nics)


def _storage_unmapped(vm: VmView) -> bool:
    if vm.view.source_type == OPENSHIFT and not chosen(vm.view.lab, Fault.PLAN_MAPS):
        return any(vm.view.storage_destination(disk.datastore) is None for disk in vm.machine.disks)
    mapped = _referenced(vm, vm.view.storage)
    return any(disk.datastore not in mapped for disk in vm.machine.disks)


def _warm(vm: VmView) -> bool:
    return vm.view.mode == "warm"


def _untracked(vm: VmView) -> bool:
    return _warm(vm) and (chosen(vm.view.lab, Fault.TRACKING_UNSEEN) or not vm.machine.change_tracking)


def _mac_taken(vm: VmView) -> bool:
    """A machine of the destination has one of its addresses; one that this Plan made does not count.

    Machines of a cluster are off when their copies come, so nobody asks (adapter/ocp/validator.go, MacConflicts).
    """
    if vm.view.source_type == OPENSHIFT:
        return False
    macs = {nic.mac.lower() for nic in vm.machine.nics}
    for other in vm.view.destination.client.list("VirtualMachine"):
        if (other["metadata"].get("labels") or {}).get("plan") == uid_of(vm.view.plan):
            continue
        interfaces = other["spec"]["template"]["spec"]["domain"].get("devices", {}).get("interfaces") or []
        if macs & {str(interface.get("macAddress", "")).lower() for interface in interfaces}:
            return True
    return False


def _tools_missing(vm: VmView) -> bool:
    return vm.view.toolkit.release.guest_tools_block and vm.machine.power == "on" and not vm.machine.guest_up


def _addresses_unknown(vm: VmView) -> bool:
    """Only vSphere's tools tell of addresses, and only there they are kept (facts/forklift.md 3.8)."""
    keeps = vm.view.source_type == "vsphere" and bool(vm.view.spec.get("preserveStaticIPs", True))
    return keeps and bool(vm.machine.nics) and not _told(vm)


def _told(vm: VmView) -> bool:
    return bool(vm.view.sight.told(vm.machine.id))


def _strange_export(vm: VmView) -> bool:
    """Goes by a concern of forklift-validation, which nothing raises any more since 2.11."""
    appliance = vm.view.lab.world.export.appliances.get(vm.machine.id)
    tells = vm.view.toolkit.release.judges_exporters and vm.view.source_type == "ova"
    return tells and appliance is not None and appliance.origin != "VMware"


def _copied_otherwise(vm: VmView) -> bool:
    """One of its disks is on a datastore that is mapped without a plugin, while another entry has one."""
    if not (vm.view.populates and vm.view.toolkit.release.mixed_copy_blocks):
        return False
    entries = (vm.view.storage_entry(disk.datastore) for disk in vm.machine.disks)
    return any(entry is not None and not entry.get("offloadPlugin") for entry in entries)


def _vddk_warns(vm: VmView) -> bool:
    return vm.view.toolkit.release.warns_of_disks and not vm.view.populates


def _raw_unread(vm: VmView) -> bool:
    """A snapshot makes a file of a virtual mapping, so that a warm plan can read it."""
    raw = [disk for disk in vm.machine.disks if disk.lun]
    return _vddk_warns(vm) and any(not _warm(vm) or disk.lun_mode == "physicalMode" for disk in raw)


CHECKS = (
    Check(
        type="VMAlreadyExists",
        objects=_exists,
        reason="NotUnique",
        message="Target VM already exists.",
    ),
    Check(
        type="TargetNameNotValid",
        objects=_name_illegal,
        category=WARN,
        message="Target VM name does not comply with DNS1123 RFC, will be automatically changed.",
    ),
    Check(type="NotValid", objects=_target_name_illegal, message="TargetName is invalid.", reason=""),
    Check(type="VMNetworksNotMapped", objects=_network_unmapped, message="VM has unmapped networks."),
    Check(
        type="VMMultiplePodNetworkMappings",
        objects=several_on_pod,
        message="VM has more than one interface mapped to the pod network.",
    ),
    Check(
        type="VMDuplicateNADMappings",
        objects=attachment_shared,
        message="Multiple VM NICs mapped to the same Multus NAD. Add additional NetworkMap entries with different "
        "destination NADs for the same source network.",
    ),
    Check(type="VMStorageNotMapped", objects=_storage_unmapped, message="VM has unmapped storage."),
    Check(
        type="InvalidDiskSizes",
        objects=lambda vm: any(disk.size <= 0 for disk in vm.machine.disks),
        message="VM has disks with invalid sizes.",
    ),
    Check(
        type="VMMissingGuestIPs",
        objects=_addresses_unknown,
        category=WARN,
        reason="MissingGuestInformation",
        message="Guest information on vNICs is missing, cannot preserve static IPs. "
        "Make sure VMware tools are installed and the VM is running.",
    ),
    Check(
        type="VMMissingChangedBlockTracking",
        objects=_untracked,
        source="vsphere",
        reason="MissingChangedBlockTracking",
        message="Changed Block Tracking (CBT) has not been enabled on some VM. "
        "This feature is a prerequisite for VM warm migration.",
    ),
    Check(
        type="VMHasSnapshots",
        objects=lambda vm: _warm(vm) and bool(vm.machine.snapshots),
        source="vsphere",
        message="VM has pre-existing snapshots which are incompatible with warm migration.",
    ),
    Check(
        type="GuestToolsIssue",
        objects=_tools_missing,
        source="vsphere",
        message="VMware tools are not running on a VM that is powered on.",
    ),
    Check(type="MacConflicts", objects=_mac_taken, message="MAC address is already in use on the destination."),
    Check(
        type="UnsupportedOvaSource",
        objects=_strange_export,
        category=WARN,
        reason="",
        message="VM appears to have been exported from an unsupported OVA source, and may have issues during import.",
    ),
    Check(
        type="VDDKAndOffloadMixedUsage",
        objects=_copied_otherwise,
        source="vsphere",
        reason="NotSupported",
        message="Copy offload is enabled. MTV does not support mixed copy methods. Each migration plan can use one "
        "migration strategy, either VDDK or copy offload. Check your storage map and VMs to ensure they are using the "
        "same migration strategy.",
    ),
    Check(
        type="RDMDiskWarning",
        objects=_raw_unread,
        source="vsphere",
        category=WARN,
        reason="NotSupported",
        message="VM has RDM disks which are not supported with VDDK transfer. Enable copy-offload (XCOPY) in the "
        "storage mapping to migrate RDM disks.",
    ),
    Check(
        type="IndependentDiskWarning",
        objects=lambda vm: _vddk_warns(vm) and any(disk.mode.startswith("independent") for disk in vm.machine.disks),
        source="vsphere",
        category=WARN,
        reason="NotSupported",
        message="VM has independent disks which are not supported with VDDK transfer. Enable copy-offload (XCOPY) in "
        "the storage mapping to migrate independent disks, or change them to 'Dependent' mode in VMware.",
    ),
)
