"""Switching machines of the source by what they shall be, and waiting for their guests."""

from collections.abc import Callable

from support.adapters.openshift.api import Api
from support.adapters.openshift.targets import OpenShiftTargets
from support.adapters.openshift_source.waiting import Wait
from support.domain.errors import MachineNotFound
from support.domain.machine import Power
from support.domain.names import ObjectRef
from support.ports.cluster import Arrival

_STRATEGY = {Power.ON: "Always", Power.OFF: "Halted"}
"""MTV takes a machine for running by this and by nothing else (its adapter for OpenShift, PowerState)."""
_STATUS = {Power.ON: "Running", Power.OFF: "Stopped"}


def switch(api: Api, targets: OpenShiftTargets, ref: ObjectRef, wanted: Power, seconds: float) -> None:
    """Say what the machine shall be and wait until it is; a guest is shut down within its grace period."""
    if api.merge(ref, {"spec": {"runStrategy": _STRATEGY[wanted]}}) is None:
        raise MachineNotFound(f"{ref}: gone from the source")
    feed = targets.follow(ref.namespace, ref.name)
    Wait(subject=str(ref), wanted=f"switched {wanted.value}", seconds=seconds).until(feed, _at(wanted, ref))


def await_agent(targets: OpenShiftTargets, ref: ObjectRef, seconds: float) -> None:
    """Until the guest's agent is connected and some NIC has an address: a network of ours has nobody to give one."""
    feed = targets.follow(ref.namespace, ref.name)
    wanted = "reporting its network by a guest agent"
    Wait(subject=str(ref), wanted=wanted, seconds=seconds, budget="guest_info").until(feed, _reports)


def _at(wanted: Power, ref: ObjectRef) -> Callable[[Arrival], bool]:
    def reached(seen: Arrival) -> bool:
        if not seen.exists:
            raise MachineNotFound(f"{ref}: gone from the source")
        return seen.wants_to_run is (wanted is Power.ON) and seen.printable_status == _STATUS[wanted]

    return reached


def _reports(seen: Arrival) -> bool:
    return seen.agent_connected and bool(seen.addressed_macs)
