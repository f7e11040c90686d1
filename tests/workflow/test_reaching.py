"""Who cannot be reached is not blamed for it."""

from dataclasses import replace

import pytest

from support.domain.machine import IpOrigin
from support.domain.target import TargetMachine
from support.workflow.reaching import beyond_the_pod_network, cut_off_by_masquerade
from tests.checks.pairs import STATIC, source, target


def _first_nic_on_pod(kept: bool) -> str | None:
    address = STATIC if kept else replace(STATIC, origin=IpOrigin.DHCP)
    first, *others = source().nics
    return cut_off_by_masquerade(replace(source(), nics=(replace(first, addresses=(address,)), *others)), target())


def test_a_static_address_behind_the_masquerade_is_named_as_the_reason() -> None:
    assert _first_nic_on_pod(kept=True) == (
        "the pod network's masquerade cuts off a guest that keeps its static address (192.0.2.41)"
    )


def test_a_leased_address_behind_the_masquerade_is_no_obstacle() -> None:
    assert _first_nic_on_pod(kept=False) is None


@pytest.mark.parametrize("after", [replace(target(), nics=()), replace(target(), nics=target().nics[1:])])
def test_without_a_nic_on_the_pod_network_nothing_is_masqueraded(after: TargetMachine) -> None:
    assert cut_off_by_masquerade(source(), after) is None
    assert beyond_the_pod_network(after) is not None


def test_a_guest_whose_first_nic_is_on_the_pod_network_should_be_reached() -> None:
    assert beyond_the_pod_network(target()) is None
