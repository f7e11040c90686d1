"""Conditions about name templates: those of the Plan, and those that its machines get (facts/forklift.md 3.5)."""

from collections.abc import Iterator, Sequence

from lab.mtv.conditions import CRITICAL, Condition
from lab.mtv.object_names import claim_complaint, network_fits, template_of, volume_fits
from lab.mtv.plan_view import PlanView, VmView


def plan_name_conditions(view: PlanView) -> Iterator[Condition]:
    """Only volumes and networks: the Plan's template for claims is tried on every machine."""
    if not volume_fits(str(view.spec.get("volumeNameTemplate") or "")):
        yield _invalid("Volume name template is invalid.")
    if not network_fits(str(view.spec.get("networkNameTemplate") or "")):
        yield _invalid("Network name template is invalid.")


def name_conditions(machines: Sequence[VmView]) -> Iterator[Condition]:
    """The same type for all of them, so that only the last is seen; claims are told what is wrong."""
    claims = tuple(
        f"{vm.shown} template:{template_of(vm, 'pvcNameTemplate')} error:{complaint}"
        for vm in machines
        if (complaint := claim_complaint(vm))
    )
    volumes = tuple(vm.shown for vm in machines if not volume_fits(str(vm.entry.get("volumeNameTemplate") or "")))
    networks = tuple(vm.shown for vm in machines if not network_fits(str(vm.entry.get("networkNameTemplate") or "")))
    for what, items in (("PVC", claims), ("volume", volumes), ("network", networks)):
        if items:
            yield _invalid(f"VM {what} name template is invalid.", items)


def _invalid(message: str, items: tuple[str, ...] = ()) -> Condition:
    return Condition(type="NotValid", category=CRITICAL, message=message, items=items)
