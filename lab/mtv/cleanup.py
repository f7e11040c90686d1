"""Removing what a migration left in the target namespace and beside its Plan."""

from collections.abc import Iterable, Mapping

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.toolkit import Toolkit
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of, namespace_of, owner_named, uid_of

_SMALL = ("Secret", "ConfigMap")
_DISKS = ("DataVolume", "PersistentVolumeClaim")


def tidy(run: VmRun) -> None:
    """After a success: Secrets, ConfigMaps and hook Jobs; the conversion pod only if the Plan says so."""
    if not chosen(run.lab, Fault.SECRETS_STAY):
        _remove(run.toolkit, _SMALL, run.identity)
    _remove(run.toolkit, ("Job",), run.identity)
    if run.view.spec.get("deleteGuestConversionPod"):
        _remove(run.toolkit, ("Pod", "Conversion"), run.identity)


def clear(toolkit: Toolkit, identity: Mapping[str, str], *, with_machine: bool) -> None:
    """After a cancel, at a retry or when a Plan is archived; `identity` is a set of labels."""
    _remove(toolkit, ("Pod", "Conversion", "Job", *_SMALL), identity)
    if with_machine:
        _remove(toolkit, ("VirtualMachine", *_DISKS), identity)


def bury(toolkit: Toolkit, namespace: str, name: str) -> None:
    """After a Plan is gone: everything with its name that no VirtualMachine owns (facts/forklift.md 7.4)."""
    if not toolkit.release.labels_plan_name:
        return
    labels = {"plan-name": name, "plan-namespace": namespace}
    _remove(toolkit, ("Pod", *_SMALL), labels)
    for kind in _DISKS:
        _delete(toolkit, (item for item in _found(toolkit, kind, labels) if not owner_named(item, "VirtualMachine")))


def removes_machine(run_spec: Mapping[str, object], entry: Mapping[str, object], *, default: bool) -> bool:
    """deleteVmOnFailMigration: the machine's and the Plan's are OR-ed (facts/forklift.md 1.5)."""
    return bool(run_spec.get("deleteVmOnFailMigration", default)) or bool(entry.get("deleteVmOnFailMigration"))


def _remove(toolkit: Toolkit, kinds: Iterable[str], labels: Mapping[str, str]) -> None:
    for kind in kinds:
        _delete(toolkit, _found(toolkit, kind, labels))


def _found(toolkit: Toolkit, kind: str, labels: Mapping[str, str]) -> list[Object]:
    return toolkit.lab.store.list(kind, None, dict(labels))


def _delete(toolkit: Toolkit, objects: Iterable[Object]) -> None:
    for item in list(objects):
        toolkit.lab.store.delete(item["kind"], namespace_of(item), name_of(item), uid=uid_of(item))
