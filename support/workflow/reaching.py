"""Whether a guest can be reached at all, as far as its place on the network tells (openshift.md 3.2)."""

from support.domain.machine import mac
from support.domain.source import SourceMachine
from support.domain.target import TargetMachine

_POD = "pod"


def cut_off_by_masquerade(source: SourceMachine, target: TargetMachine) -> str | None:
    """Why nobody gets through: a guest that keeps a static address behind the pod network's masquerade is cut off."""
    first = next(iter(target.nics), None)
    if first is None or first.network.kind != _POD:
        return None
    before = next((nic for nic in source.nics if mac(nic.mac) == mac(first.mac)), None)
    if before is None or not before.static_addresses:
        return None
    kept = ", ".join(each.address for each in before.static_addresses)
    return f"the pod network's masquerade cuts off a guest that keeps its static address ({kept})"


def beyond_the_pod_network(target: TargetMachine) -> str | None:
    """Why failing to get through says nothing of the guest: its network need not be one that the cluster reaches."""
    first = next(iter(target.nics), None)
    if first is None:
        return "it has no network card"
    if first.network.kind == _POD:
        return None
    return f"its first network card is on {first.network}, which the cluster's tunnel need not reach"
