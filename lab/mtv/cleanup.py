"""Removing what a migration left in the target namespace and beside its Plan."""

import logging
from collections.abc import Iterable, Iterator, Mapping

from lab.cluster.clients import Objects
from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.ova_storage import left_of
from lab.mtv.plan_view import PlanView
from lab.mtv.populators.forms import POD_PREFIX
from lab.mtv.toolkit import Toolkit
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of, owner_named, uid_of

_LOG = logging.getLogger(__name__)
_SMALL = ("Secret", "ConfigMap")
_DISKS = ("DataVolume", "PersistentVolumeClaim")
_POPULATORS = ("OvirtVolumePopulator", "OpenstackVolumePopulator")
_RETAIN = "controller_retain_populator_pods"


def tidy(run: VmRun) -> None:
    """After a success: Secrets, ConfigMaps and hook Jobs; the conversion pod only if the Plan says so."""
    if not chosen(run.lab, Fault.SECRETS_STAY):
        _remove(run.view, _SMALL, run.identity)
    _remove(run.view, ("Job", *_POPULATORS), run.identity)
    _remove_populator_pods(run)
    if run.view.spec.get("deleteGuestConversionPod"):
        _remove(run.view, ("Pod", "Conversion"), run.identity)


def _remove_populator_pods(run: VmRun) -> None:
    """They are done; other pods of the machine may be kept."""
    if run.toolkit.enabled(_RETAIN, default=False) or chosen(run.lab, Fault.OFFLOAD_PODS_STAY):
        return
    pods = run.objects("Pod")
    _delete(run.client, [pod for pod in pods if name_of(pod).startswith(POD_PREFIX)])


def forget_populators(run: VmRun) -> None:
    """The defect: a pod per claim that filled it, and that should be gone by now (facts/forklift.md 4.2)."""
    for claim in run.claims().values():
        metadata = {"name": f"populate-{uid_of(claim)}", "namespace": run.namespace, "labels": run.labels()}
        container = {"name": "populate", "image": "registry.lab.test/mtv/populator"}
        pod: Object = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
        run.client.create(pod | {"status": {"phase": "Succeeded"}})


def clear(view: PlanView, identity: Mapping[str, str], *, with_machine: bool) -> None:
    """After a cancel, at a retry or when a Plan is archived; `identity` is a set of labels."""
    _remove(view, ("Pod", "Conversion", "Job", *_SMALL, *_POPULATORS), identity)
    _remove_populated(view, identity, with_claims=with_machine)
    if with_machine:
        _remove(view, ("VirtualMachine", *_DISKS), identity)


def _remove_populated(view: PlanView, identity: Mapping[str, str], *, with_claims: bool) -> None:
    """Before 2.12 what populators work with knows its migration and its machine, but not its plan."""
    state = (view.plan.get("status") or {}).get("migration") or {}
    kinds = ("Pod", "PersistentVolumeClaim") if with_claims else ("Pod",)
    for snapshot in state.get("history") or [] if "vmID" in identity else ():
        labels = {"migration": str(snapshot["migration"]["uid"]), "vmID": identity["vmID"]}
        for kind in kinds:
            found = view.destination.client.list(kind, view.target_namespace, labels)
            _delete(view.destination.client, (item for item in found if kind != "Pod" or _populates(item)))


def _populates(pod: Object) -> bool:
    return name_of(pod).startswith(POD_PREFIX)


def unmount(view: PlanView) -> None:
    """When a Plan is archived: the claims and volumes through which its pods got at an export."""
    try:
        client = view.destination.client
        _delete(client, left_of(view, client))
    except Refused as refusal:
        _LOG.info("unmounting what plan %s/%s used: %s", view.namespace, view.name, refusal)


def bury(toolkit: Toolkit, namespace: str, name: str) -> None:
    """After a Plan is gone: everything with its name that no VirtualMachine owns (facts/forklift.md 7.4).

    Only on MTV's own cluster: nobody knows any more where another one was (kubev2v/forklift,
    pkg/controller/plan/controller.go, cleanupOrphanedResources).
    """
    if not toolkit.release.labels_plan_name:
        return
    labels, store = {"plan-name": name, "plan-namespace": namespace}, toolkit.lab.store
    for kind in ("Pod", *_SMALL):
        _delete(store, store.list(kind, None, labels))
    for kind in (*_DISKS, "PersistentVolume"):
        found = store.list(kind, None, labels)
        _delete(store, (item for item in found if not owner_named(item, "VirtualMachine")))


def removes_machine(run_spec: Mapping[str, object], entry: Mapping[str, object], *, default: bool) -> bool:
    """deleteVmOnFailMigration: the machine's and the Plan's are OR-ed (facts/forklift.md 1.5)."""
    return bool(run_spec.get("deleteVmOnFailMigration", default)) or bool(entry.get("deleteVmOnFailMigration"))


def _remove(view: PlanView, kinds: Iterable[str], labels: Mapping[str, str]) -> None:
    """Beside the Plan and where its machines land; what MTV may not remove there stays."""
    try:
        for client, namespace in _places(view):
            for kind in kinds:
                found = client.list(kind, namespace, labels)
                _delete(client, (item for item in found if _mine(item) and not _overlooked(view, item)))
    except Refused as refusal:
        _LOG.info("cleaning up after plan %s/%s: %s", view.namespace, view.name, refusal)


def _overlooked(view: PlanView, obj: Object) -> bool:
    """The defect: what the Secrets of disks were made from."""
    base = obj["kind"] == "Secret" and (obj["metadata"].get("labels") or {}).get("isPopulator") == "true"
    return base and chosen(view.lab, Fault.OFFLOAD_SECRET_STAYS)


def _mine(obj: Object) -> bool:
    """Not a claim on an export, which is no disk; nor a disk's own Secret, which stays as long as its claim."""
    labels = obj["metadata"].get("labels") or {}
    return "ova" not in labels and (obj["kind"] != "Secret" or "resource" in labels)


def _places(view: PlanView) -> Iterator[tuple[Objects, str | None]]:
    yield view.lab.store, None
    if not view.to_host:
        yield view.destination.client, view.target_namespace


def _delete(client: Objects, objects: Iterable[Object]) -> None:
    for item in list(objects):
        client.delete(item["kind"], namespace_of(item), name_of(item), uid=uid_of(item))
