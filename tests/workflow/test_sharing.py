"""The precopy interval is held before anything is made, only where it is needed, and given back at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from support.domain.errors import StartError, WaitTimeout
from support.domain.journal import Act
from support.domain.migration import OperatorState
from support.domain.names import ObjectRef
from support.ports.cluster import Feed
from support.workflow.ports_in_use import Ports
from support.workflow.removal.teardown import end_run
from support.workflow.session import open_session
from tests.workflow.feeds import Clock, Live
from tests.workflow.landscape import REQUEST, RUN, Landscape
from tests.workflow.world import MemoryJournal

REF = ObjectRef("ForkliftController", "forklift-controller", "openshift-mtv")
WITH_IMAGE = replace(REQUEST, precopy_minutes=2, provider_options={"vddkInitImage": "registry/vddk"})


@dataclass
class Operator:
    """Port `Controller`; a change is reconciled by the second look after it unless it is stuck."""

    clock: Clock
    journal: MemoryJournal
    image: str | None = None
    already: Mapping[str, str] | None = None
    stuck: bool = False
    holders: list[str] = field(default_factory=list)
    reconciliations: int = 0
    under_way: bool = False
    acts_before: list[Act] = field(default_factory=list)

    def ref(self) -> ObjectRef:
        return REF

    def follow(self) -> Feed[OperatorState]:
        return Live(lambda: OperatorState(at_rest=not self.under_way, mark=str(self.reconciliations)), self.clock)

    def vddk_image(self) -> str | None:
        return self.image

    def hold_precopy_interval(self, minutes: int, holder: str) -> Mapping[str, str]:
        self.acts_before = [record.act for record in self.journal.records()]
        if self.already is not None:
            return self.already
        self.holders.append(holder)
        self.clock.due += [self._begin, self._end] if not self.stuck else []
        return {"original": '{"controller_precopy_interval": null}'}

    def release_precopy_interval(self, holder: str) -> None:
        self.holders.remove(holder)

    def _begin(self) -> None:
        self.under_way = True

    def _end(self) -> None:
        self.under_way = False
        self.reconciliations += 1


def _scene() -> tuple[Landscape, MemoryJournal, Operator, Ports]:
    landscape, journal = Landscape(), MemoryJournal()
    operator = Operator(landscape.clock, journal)
    ports = landscape.ports(journal)
    return (
        landscape,
        journal,
        operator,
        replace(ports, cluster=replace(ports.cluster, controller=cast("Any", operator))),
    )


def test_a_warm_session_holds_the_interval_before_it_creates_anything_and_awaits_the_restart() -> None:
    _landscape, _journal, operator, ports = _scene()
    session = open_session(ports, WITH_IMAGE)
    assert session.vddk
    assert operator.holders == [RUN]
    assert operator.reconciliations == 1
    assert operator.acts_before[-1] is Act.PATCHING
    assert Act.INTENT not in operator.acts_before


def test_the_end_of_the_run_gives_the_interval_back() -> None:
    _landscape, journal, operator, ports = _scene()
    open_session(ports, WITH_IMAGE)
    assert end_run(ports, RUN) == []
    assert operator.holders == []
    assert Act.RESTORED in [record.act for record in journal.records()]


def test_a_cold_session_asks_nothing_of_the_controller() -> None:
    _landscape, _journal, _operator, ports = _scene()
    untouched = MagicMock()
    session = open_session(replace(ports, cluster=replace(ports.cluster, controller=untouched)), REQUEST)
    assert untouched.mock_calls == []
    assert not session.vddk


def test_without_any_vddk_image_nothing_is_held() -> None:
    _landscape, _journal, operator, ports = _scene()
    assert not open_session(ports, replace(WITH_IMAGE, provider_options={})).vddk
    assert operator.holders == []


def test_the_controllers_own_image_will_do() -> None:
    _landscape, _journal, operator, ports = _scene()
    operator.image = "registry/vddk"
    assert open_session(ports, replace(WITH_IMAGE, provider_options={})).vddk
    assert operator.holders == [RUN]


@pytest.mark.parametrize("already", [{}, {"original": "{}", "joined": "auto-zz99"}])
def test_a_value_that_is_there_already_is_not_waited_for(already: Mapping[str, str]) -> None:
    _landscape, _journal, operator, ports = _scene()
    operator.already = already
    open_session(ports, WITH_IMAGE)
    assert operator.reconciliations == 0


def test_a_change_that_is_never_reconciled_is_a_timeout_about_the_controller() -> None:
    _landscape, _journal, operator, ports = _scene()
    operator.stuck = True
    with pytest.raises(WaitTimeout, match="ForkliftController openshift-mtv/forklift-controller: not reconciled"):
        open_session(ports, WITH_IMAGE)
    end_run(ports, RUN)
    assert operator.holders == []


def test_a_controller_that_is_unhealthy_after_its_restart_stops_the_run() -> None:
    landscape, _journal, operator, ports = _scene()
    operator._end = lambda: _fall_ill(landscape, operator)  # type: ignore[method-assign]
    with pytest.raises(StartError, match="CrashLoop"):
        open_session(ports, WITH_IMAGE)


def _fall_ill(landscape: Landscape, operator: Operator) -> None:
    operator.under_way = False
    operator.reconciliations += 1
    landscape.pods = {"forklift-controller-2": "CrashLoop"}
