"""Which of Forklift's conditions are final: when to stop waiting for Ready."""

from collections.abc import Callable

from support.domain.errors import PlanRejected, ProviderNotReady
from support.domain.migration import Condition, Conditioned, ProviderState
from support.workflow.waiting import Clock, Standing

_COMES_AND_GOES = frozenset({"VMNotFound", "VDDKInitImageNotReady"})
"""Critical for a while on the way to Ready: inventory and VDDK check lag behind (forklift.md 1.6)."""

_PROVIDER_LOST = ("ConnectionAuthFailed", "UrlNotValid", "SecretNotValid")
"""Forklift does not retry these until Provider or Secret change (forklift.md 1.1)."""


def transient(condition: Condition) -> bool:
    """True when the condition may clear by itself: something it depends on is not ready yet."""
    return condition.type.endswith("NotReady") or condition.type in _COMES_AND_GOES


def stop_when_rejected(seconds: float, clock: Clock) -> Callable[[Conditioned], None]:
    """A stop for `until`: raises PlanRejected once a final condition has stood this long; names all blockers."""
    standing = Standing(clock)

    def stop(state: Conditioned) -> None:
        if not state.observed:
            return
        stood = standing.longest(c.type for c in state.blockers if not transient(c))
        if stood is not None and stood >= seconds:
            raise PlanRejected(_all(state))

    return stop


def _all(state: Conditioned) -> str:
    lines = "\n".join(f"  - {condition}" for condition in state.blockers)
    return f"MTV refused {state.ref}, expected it to become Ready:\n{lines}"


def stop_when_provider_lost(seconds: float, clock: Clock) -> Callable[[ProviderState], None]:
    """A stop for `until`: raises ProviderNotReady on refused credentials, URL or Secret at once.

    Args:
        seconds: how long a failed connection test may stand; Forklift repeats it every few seconds.
    """
    standing = Standing(clock)

    def stop(state: ProviderState) -> None:
        if not state.observed:
            return
        lost = next((c for c in map(state.find, _PROVIDER_LOST) if c is not None), None)
        if lost is not None:
            raise _not_ready(state, lost, "check url, user name and password of the profile")
        failed = state.find("ConnectionTestFailed")
        stood = standing.longest([failed.type] if failed is not None else [])
        if failed is not None and stood is not None and stood >= seconds:
            raise _not_ready(state, failed, f"it stood for {stood:.0f} s (setting wait_provider_connection)")

    return stop


def _not_ready(state: ProviderState, condition: Condition, advice: str) -> ProviderNotReady:
    return ProviderNotReady(f"{state.ref} cannot be used, expected Ready, MTV says {condition}; {advice}")
