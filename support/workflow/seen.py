"""A state in one short line, for messages about waits that ran out."""

from collections.abc import Mapping, Set

from support.domain.migration import Conditioned, MachineProgress, PlanState, ProviderState
from support.ports.cluster import Arrival

_LIMIT = 600


def short(state: object) -> str:
    """What a person needs to know about a state; never longer than a few lines."""
    return _clip(_words(state))


def _words(state: object) -> str:
    if isinstance(state, PlanState):
        machines = "; ".join(machine_line(machine) for machine in state.machines)
        return "; ".join(filter(None, (_conditions(state), machines)))
    if isinstance(state, ProviderState):
        return f"phase {state.phase or 'none'}; {_conditions(state)}"
    if isinstance(state, Conditioned):
        return _conditions(state)
    if isinstance(state, Arrival):
        return _arrival(state)
    if isinstance(state, Mapping):
        return ", ".join(f"{name} {value}" for name, value in sorted(state.items())) or "none at all"
    if isinstance(state, Set):
        return ", ".join(sorted(map(str, state))) or "none at all"
    return str(state)


def machine_line(machine: MachineProgress) -> str:
    """One machine's place in its pipeline, such as "web1: DiskTransfer 3/16 MB"."""
    step = machine.failed_step or machine.running_step
    if step is None:
        return f"{machine.name}: {machine.phase or 'not started'}"
    amount = f" {step.done}/{step.total} {step.unit}".rstrip() if step.total else ""
    error = f" failed: {'; '.join(step.error)}" if step.error else ""
    return f"{machine.name}: {step.name}{amount}{error}"


def _conditions(state: Conditioned) -> str:
    standing = ", ".join(_condition(c.type, c.category, str(c)) for c in state.conditions if c.status)
    caught_up = "" if state.observed else " (not looked at by MTV yet)"
    return f"{standing or 'no conditions'}{caught_up}"


def _condition(name: str, category: str, full: str) -> str:
    return full if category in ("Critical", "Error") else name


def _arrival(state: Arrival) -> str:
    if not state.exists:
        return "no machine"
    agent = "agent connected" if state.agent_connected else "no agent"
    return f"{state.printable_status or 'no status'}, {agent}, addresses on {len(state.addressed_macs)} NICs"


def _clip(text: str) -> str:
    return text if len(text) <= _LIMIT else f"{text[: _LIMIT - 3]}..."
