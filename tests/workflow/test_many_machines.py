"""Machines of one plan are worked on together: what one waits for costs the others nothing."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from support.domain.machine import Power
from support.workflow.follow import follow
from support.workflow.plan import plan, start
from support.workflow.ports_in_use import Ports
from support.workflow.prepare import prepare
from support.workflow.session import Session, open_session
from support.workflow.settle import Promises, settle
from tests.workflow.guests import ACCESS, Guests
from tests.workflow.landscape import ORDER, REQUEST, RHEL, Landscape, asking
from tests.workflow.world import MemoryJournal

NUMBER = 3
MANY = asking(replace(ORDER, machines=(RHEL,) * NUMBER), target_power=Power.ON)
"""Machines that are to run."""


def _scene() -> tuple[Landscape, Ports, Session]:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    ports = replace(ports, source=replace(ports.source, guests=Guests()), guest_access=ACCESS)
    return landscape, ports, open_session(ports, REQUEST)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("platform", "describe"),
        ("powers", "power_on"),
        ("powers", "await_guest"),
        ("guests", "await_operable"),
        ("guests", "write"),
    ],
)
def test_all_machines_are_prepared_at_the_same_time(part: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each deed waits until it is done to every machine, and breaks when nobody else comes."""
    _landscape, ports, session = _scene()
    met = threading.Barrier(NUMBER, timeout=10)
    doer: Any = getattr(ports.source, part)
    plain = getattr(doer, what)

    def deed(*arguments: object) -> object:
        met.wait()
        return plain(*arguments)

    monkeypatch.setattr(doer, what, deed)
    assert len(prepare(ports, session, MANY).machines) == NUMBER


@pytest.mark.parametrize(
    ("changes", "promises", "budget"),
    [
        ({"printable_status": "Starting"}, Promises(), "settled"),
        ({"agent_connected": False}, Promises(agent=True), "guest_agent"),
    ],
)
def test_machines_that_never_come_to_rest_cost_their_budget_once(
    changes: dict[str, Any], promises: Promises, budget: str
) -> None:
    landscape, ports, session = _scene()
    moved = follow(ports, start(ports, session, plan(ports, session, prepare(ports, session, MANY))))
    landscape.arrivals = {name: replace(each, **changes) for name, each in landscape.arrivals.items()}
    began = landscape.clock.now
    settled = settle(ports, session, moved, promises)
    assert all(f"wait_{budget}" in str(machine.unsettled) for machine in settled.machines)
    assert landscape.clock.now - began == pytest.approx(getattr(ports.budgets, budget), abs=NUMBER)
