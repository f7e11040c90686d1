"""Critical concerns of a Plan's machines, as far as the inventory has come to them (facts/forklift.md 1.6, 3.9)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from lab.inventory.openstack.records import records
from lab.inventory.ovirt.machines import machines as of_engine
from lab.inventory.record import Record
from lab.kernel.service import Lab
from lab.mtv.conditions import CRITICAL, Condition
from lab.mtv.plan_view import VmView

MACHINES: Mapping[str, Callable[[Lab], Iterable[Record]]] = {
    "ovirt": of_engine,
    "openstack": partial(records, collection="vms"),
}
"""By type of the source, where a machine of the lab can meet a policy whose concern is critical."""


def concern_conditions(vms: Sequence[VmView]) -> Iterator[Condition]:
    """One condition for all of them; from 2.12 on it blocks."""
    items = tuple(f"{vm.shown} ({label})" for vm in vms for label in _critical(vm))
    if items:
        message = "One or more VMs in the plan have critical concerns that block migration."
        yield Condition(type="VMCriticalConcerns", category=CRITICAL, reason="NotValid", message=message, items=items)


def _critical(vm: VmView) -> Iterator[str]:
    view = vm.view
    known = MACHINES.get(view.source_type) if view.toolkit.release.critical_concerns_block else None
    for record in known(view.lab) if known is not None else ():
        if record.id == vm.machine.id:
            yield from (each["label"] for each in record.body["concerns"] or () if each["category"] == "Critical")
