"""Waits end with a value, a lost cause, a deleted subject or a time-out that says what was last seen."""

from collections.abc import Sequence

import pytest

from support.domain.errors import PlanRejected, ProviderNotReady, SuiteError, WaitTimeout
from support.domain.migration import Condition, Conditioned, ProviderState
from support.domain.names import ObjectRef
from support.workflow.blockers import stop_when_provider_lost, stop_when_rejected, transient
from support.workflow.waiting import Patience, Standing, until

HOW = Patience(subject="Plan a/b", wanted="Ready", budget="plan", seconds=10)
REF = ObjectRef("Plan", "b", "a")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Scripted:
    """A feed whose next state comes with each second that is waited for."""

    def __init__(self, clock: Clock, states: Sequence[str | None]) -> None:
        self._clock, self._states, self._at = clock, states, 0

    def latest(self) -> str | None:
        return self._states[min(self._at, len(self._states) - 1)]

    def version(self) -> int:
        return min(self._at, len(self._states) - 1)

    def await_change(self, seen: int, seconds: float) -> int:
        self._clock.now += seconds
        self._at += 1
        return self.version()


def _wait(states: Sequence[str | None]) -> str:
    clock = Clock()
    return until(Scripted(clock, states), lambda s: s if s == "Ready" else None, HOW, clock=clock)


def test_a_wait_returns_what_the_predicate_made_of_the_state() -> None:
    assert _wait([None, "Pending", "Ready"]) == "Ready"


def test_a_wait_that_runs_out_says_budget_last_state_and_its_age() -> None:
    with pytest.raises(WaitTimeout, match=r"not Ready within 10 s \(setting wait_plan\); last seen Pending, 9 s ago"):
        _wait([None, "Pending"])


def test_a_subject_never_seen_is_last_seen_as_nothing() -> None:
    with pytest.raises(WaitTimeout, match="last seen nothing"):
        _wait([None])


def test_a_subject_deleted_meanwhile_ends_the_wait_at_once() -> None:
    with pytest.raises(SuiteError, match="deleted by somebody before it was Ready; last seen Pending"):
        _wait(["Pending", None])


def test_a_condition_that_came_back_starts_to_stand_anew() -> None:
    clock = Clock()
    standing = Standing(clock)
    standing.longest(["a"])
    clock.now = 5
    assert standing.longest(["a"]) == 5
    assert standing.longest([]) is None
    assert standing.longest(["a"]) == 0


def _plan(*conditions: Condition, observed: bool = True) -> Conditioned:
    return Conditioned(ref=REF, uid="u", observed=observed, conditions=conditions)


def _critical(kind: str, message: str = "no") -> Condition:
    return Condition(type=kind, status=True, category="Critical", message=message)


def test_a_final_blocker_rejects_only_after_it_has_stood_and_all_blockers_are_named() -> None:
    clock = Clock()
    stop = stop_when_rejected(8, clock)
    state = _plan(_critical("NetMapNotValid", "first"), _critical("VMNotFound", "second"))
    stop(state)
    clock.now = 8
    with pytest.raises(PlanRejected, match=r"(?s)first.*second"):
        stop(state)


def test_a_stale_or_transient_blocker_never_rejects() -> None:
    clock = Clock()
    stop = stop_when_rejected(8, clock)
    for now in (0, 100):
        clock.now = now
        stop(_plan(_critical("NetMapNotValid"), observed=False))
        stop(_plan(_critical("VMNotFound"), _critical("SourceProviderNotReady")))
    assert transient(_critical("VDDKInitImageNotReady"))


def test_refused_credentials_end_the_wait_at_once_a_failed_connection_only_when_it_stands() -> None:
    clock = Clock()
    stop = stop_when_provider_lost(60, clock)
    failed = ProviderState(ref=REF, uid="u", observed=True, conditions=(_critical("ConnectionTestFailed"),))
    stop(failed)
    clock.now = 60
    with pytest.raises(ProviderNotReady, match="wait_provider_connection"):
        stop(failed)
    with pytest.raises(ProviderNotReady, match="ConnectionAuthFailed"):
        stop(ProviderState(ref=REF, uid="u", observed=True, conditions=(_critical("ConnectionAuthFailed"),)))
