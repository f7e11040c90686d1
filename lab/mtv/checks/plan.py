"""Validation of a Plan in Forklift's order (facts/forklift.md 1.6); everything but its machines."""

from collections.abc import Callable, Iterable, Iterator

from lab.cluster.store import Object
from lab.mtv.checks.machines import machine_conditions
from lab.mtv.checks.names import plan_name_conditions
from lab.mtv.conditions import CRITICAL, READY, WARN, Condition, blockers, has
from lab.mtv.itineraries import ITINERARIES
from lab.mtv.plan_view import PlanView
from lab.mtv.references import is_set, resolve
from lab.mtv.target_names import is_subdomain
from lab.virtualization.anatomy import annotation

Check = Callable[[PlanView], Iterable[Condition]]
WARM_SOURCES = ("vsphere", "ovirt")
_KEEPING_ON_POD = (
    "Your migration plan preserves the static IPs of VMs and uses Pod Networking target network mapping. This "
    "combination isn't supported, because VM IPs aren't preserved in Pod Networking migrations."
)
_TYPES = {
    "vsphere": ("cold", "warm", "conversion"),
    "ovirt": ("cold", "warm"),
    "openshift": ("cold", "live"),
}


def validate(view: PlanView, *, executing: bool) -> list[Condition]:
    """All conditions that hold; a source that is not Ready hides the rest, and so does any other early blocker."""
    found = list(view.pair.conditions)
    if any(item.type in ("SourceProviderNotReady", "SourceProviderNotValid") for item in found):
        return found
    for check in (_namespace, _network_map, _storage_map):
        found += check(view)
    if blockers(found):
        return found
    for check in (_kind, _unserved):
        found += check(view)
    if not executing and not blockers(found):
        found += machine_conditions(view)
    for check in (_transfer_network, _hooks, _image_of_vddk, plan_name_conditions, _pod_security):
        found += check(view)
    return found


def _critical(type_: str, message: str, reason: str = "", items: Iterable[str] = ()) -> Condition:
    return Condition(type=type_, category=CRITICAL, message=message, reason=reason, items=tuple(items))


def _namespace(view: PlanView) -> Iterator[Condition]:
    message = "Target namespace is not valid."
    if not view.target_namespace:
        yield _critical("NamespaceNotValid", message, "NotSet")
    elif not is_subdomain(view.target_namespace):
        yield _critical("NamespaceNotValid", message, "NotValid")


def _network_map(view: PlanView) -> Iterator[Condition]:
    yield from _map(view, "network", view.networks, ("NetworkMapRefNotValid", "NetworkMapNotReady"))
    if view.networks is None:
        return
    destinations = [entry["destination"] for entry in view.networks["spec"].get("map") or []]
    keeps = view.spec.get("preserveStaticIPs", True) and view.source_type in ("vsphere", "hyperv")
    if keeps and any(item["type"] == "pod" for item in destinations):
        yield Condition(type="NetMapPreservingIPsOnPodNetwork", category=WARN, message=_KEEPING_ON_POD)
    yield from _strange_attachment(view, destinations) if view.toolkit.release.nad_place_checked else ()


def _strange_attachment(view: PlanView, destinations: Iterable[Object]) -> Iterator[Condition]:
    """The first that is in neither of the namespaces that a pod may take attachments from."""
    for item in destinations:
        if item["type"] == "multus" and item.get("namespace") not in (view.target_namespace, "default"):
            message = (
                f"Destination NAD {item.get('namespace')}/{item.get('name')} must be in either the target namespace "
                f"({view.target_namespace}) or the default namespace. Pods cannot reference network attachment "
                "definitions from other namespaces."
            )
            yield _critical("NetMapDestinationNADNotValid", message, "NotValid")
            return


def _storage_map(view: PlanView) -> Iterator[Condition]:
    return _map(view, "storage", view.storage, ("StorageRefNotValid", "StorageMapNotReady"))


def _map(view: PlanView, side: str, map_: Object | None, types: tuple[str, str]) -> Iterator[Condition]:
    reference = (view.spec.get("map") or {}).get(side)
    if map_ is None:
        reason = "NotFound" if is_set(reference) else "NotSet"
        yield _critical(types[0], f"Map.{side.capitalize()} is not valid.", reason)
    elif not has(map_, READY):
        yield _critical(types[1], f"Map.{side.capitalize()} does not have Ready condition.")


def _warm_served(view: PlanView) -> bool:
    """An engine's only while a flag of the ForkliftController says so, which is its default."""
    flag = "controller_ovirt_warm_migration"
    return view.source_type in WARM_SOURCES and (
        view.source_type != "ovirt" or view.toolkit.enabled(flag, default=True)
    )


def _kind(view: PlanView) -> Iterator[Condition]:
    if view.mode == "warm" and not _warm_served(view):
        message = "Warm migration from the source provider is not supported."
        yield _critical("WarmMigrationNotReady", message, "NotSupported")
    elif view.mode not in _TYPES.get(view.source_type, ("cold",)):
        message = "The migration type is not supported by the source provider."
        yield _critical("MigrationTypeNotValid", message, "NotSupported")


def _unserved(view: PlanView) -> Iterator[Condition]:
    """What the product does and the lab does not: refused where people look, and counted."""
    entries = [view.spec, *(view.spec.get("vms") or [])]
    wanted = {
        f"a {view.mode} plan from {view.source_type}": (view.source_type, view.mode) not in ITINERARIES,
        "an OpenStack source and a destination with a URL": view.source_type == "openstack" and not view.to_host,
        "copy-offload to another cluster": view.populates and not view.to_host,
        "import by a CSI driver": view.imports_by_driver,
        "shared disks of an earlier plan": view.spec.get("migrateSharedDisks", True) is False,
        "raw devices as LUN": any(entry.get("rdmAsLun") for entry in entries),
        "encrypted disks": any(entry.get("luks") or entry.get("nbdeClevis") for entry in entries),
        "instance types": any(entry.get("instanceType") for entry in entries),
    }
    for what in (name for name, asked in wanted.items() if asked):
        view.lab.requests.refused[f"mtv Plan with {what}"] += 1
        yield _critical("NotValid", f"The embedded lab does not serve {what}.", "NotSupported")


def _transfer_network(view: PlanView) -> Iterator[Condition]:
    reference = view.spec.get("transferNetwork")
    if not reference:
        return
    found = resolve(view.lab, "NetworkAttachmentDefinition", reference)
    if found is None:
        yield _critical("TransferNetworkNotValid", "Transfer network is not valid.", "NotFound")
    elif not annotation(found, "forklift.konveyor.io/route"):
        message = "Transfer network has no default route."
        yield Condition(type="TransferNetworkMissingDefaultRoute", category=WARN, message=message)


def _hooks(view: PlanView) -> Iterator[Condition]:
    used = [hook for entry in view.spec.get("vms") or [] for hook in entry.get("hooks") or []]
    steps = [str(hook.get("step")) for hook in used if hook.get("step") not in ("PreHook", "PostHook")]
    known = [(hook.get("hook"), resolve(view.lab, "Hook", hook.get("hook"))) for hook in used]
    missing = [str((reference or {}).get("name", "")) for reference, hook in known if hook is None]
    waiting = [str((reference or {}).get("name", "")) for reference, hook in known if hook and not has(hook, READY)]
    if steps:
        yield _critical("HookStepNotValid", "Hook step is not valid.", "NotValid", steps)
    if missing:
        yield _critical("HookNotValid", "Hook is not valid.", "NotFound", missing)
    if waiting:
        yield _critical("HookNotReady", "Hook does not have Ready condition.", "NotFound", waiting)


def _image_of_vddk(view: PlanView) -> Iterator[Condition]:
    """Whoever reads disks over VDDK needs its image; a cold plan that virt-v2v copies does not."""
    image = ((view.pair.source or {"spec": {}})["spec"].get("settings") or {}).get("vddkInitImage")
    raw = view.mode == "cold" and bool(view.spec.get("skipGuestConversion")) and not view.offloads
    if view.source_type == "vsphere" and not image and (view.mode == "warm" or raw):
        yield _critical("VDDKInitImageUnavailable", "VDDK init image is not set on the provider.", "NotSet")


def _pod_security(view: PlanView) -> Iterator[Condition]:
    if not view.toolkit.release.warns_of_pod_security:
        return
    namespace = view.lab.store.get("Namespace", "", view.target_namespace) or {"metadata": {}}
    enforced = (namespace["metadata"].get("labels") or {}).get("pod-security.kubernetes.io/enforce")
    if enforced == "restricted":
        message = "The target namespace enforces the restricted pod security standard."
        yield Condition(type="RestrictedPodSecurity", category=WARN, message=message)
