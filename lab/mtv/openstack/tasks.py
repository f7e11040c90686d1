"""The tasks of a server's pipeline: one per image that will be copied (facts/forklift.md 2.4)."""

import random

from lab.mtv.openstack import names
from lab.mtv.openstack.workload import Workload
from lab.mtv.plan_view import VmView

_MIB = 1024**2


def tasks_of(vm: VmView) -> list[tuple[str, int]]:
    """Names and MiB, in no order."""
    known = Workload.of(vm.view.lab, vm.machine.id)
    if known is None:
        return []
    found = [(names.of_volume(vm.machine.id, each["id"]), each["size"] * 1024) for each in known.volumes]
    if known.image:
        found.append((names.of_server(vm.machine.id), known.image_size // _MIB))
    random.shuffle(found)
    return found
