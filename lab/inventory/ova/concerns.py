"""Concerns that forklift-validation raises about an appliance (facts/forklift.md 3.9)."""

import re

from lab.inventory.vsphere.concerns import Concern
from lab.kernel.service import Lab
from lab.world.appliances import Appliance

_NAME = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9.]*)?[A-Za-z0-9])?")
_LONGEST = 63


def concerns_of(lab: Lab, appliance: Appliance) -> list[Concern]:
    """Every policy that has something to say.

    Since 2.11 none about what exported it: the policy still looks for the key that the inventory showed before
    (kubev2v/forklift v2.12.5, validation/policies/io/konveyor/forklift/ova/export_source.rego).
    """
    found = []
    if appliance.origin != "VMware" and not lab.options.since("2.11"):
        found.append(
            _warning(
                "ova.source.unsupported",
                "Unsupported OVA source",
                "This OVA may not have been exported from a VMware source, and may have issues during import.",
            )
        )
    name = appliance.machine.name
    if len(name) > _LONGEST or _NAME.fullmatch(name) is None:
        found.append(_warning("ova.name.invalid", "Invalid VM Name", "The VM name is no DNS subdomain."))
    return found


def _warning(id_: str, label: str, assessment: str) -> Concern:
    return {"id": id_, "label": label, "category": "Warning", "assessment": assessment}
