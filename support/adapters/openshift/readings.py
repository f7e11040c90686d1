"""What MTV says in the status of its objects, as domain values; pure, tolerant of what is absent or null."""

from collections.abc import Iterable, Mapping
from typing import Any

from support.domain.migration import (
    Condition,
    Conditioned,
    MachineProgress,
    OperatorState,
    PlanState,
    Precopy,
    ProviderState,
    Step,
    StepPhase,
    Task,
    WarmProgress,
)
from support.domain.names import ObjectRef

Reading = Mapping[str, Any]

_PHASES = {phase.value: phase for phase in StepPhase}


def conditioned(found: Reading) -> Conditioned:
    """The conditions of a map, or of anything else that has no more to say."""
    return Conditioned(ref=ref_of(found), uid=uid_of(found), observed=observed(found), conditions=_standing(found))


def provider_state(found: Reading) -> ProviderState:
    return ProviderState(
        ref=ref_of(found),
        uid=uid_of(found),
        observed=observed(found),
        conditions=_standing(found),
        phase=str(_status(found).get("phase") or ""),
    )


def plan_state(found: Reading) -> PlanState:
    """A Plan with the machines of its migration; none before the first Migration was taken up."""
    migration = _status(found).get("migration") or {}
    return PlanState(
        ref=ref_of(found),
        uid=uid_of(found),
        observed=observed(found),
        conditions=_standing(found),
        machines=tuple(_machine(each) for each in migration.get("vms") or ()),
    )


def operator_state(found: Reading) -> OperatorState:
    """The Ansible operator's own conditions: `Running` says what it does now by its reason (forklift.md 6.2).

    It tells no observedGeneration; when a condition last changed is the only mark of a new reconciliation.
    """
    standing = {str(each["type"]): each for each in _status(found).get("conditions") or ()}
    running, successful = standing.get("Running", {}), standing.get("Successful", {})
    waiting = running.get("status") == "True" and running.get("reason") == "Successful"
    return OperatorState(
        at_rest=waiting and successful.get("status") == "True",
        mark=" ".join(str(each.get("lastTransitionTime") or "") for each in (running, successful)),
    )


def observed(found: Reading) -> bool:
    """Whether the conditions speak of the object as it is now and not of an older spec (forklift.md 0.3)."""
    seen = _status(found).get("observedGeneration")
    return seen is not None and seen >= found["metadata"].get("generation", 0)


def ref_of(found: Reading) -> ObjectRef:
    meta = found["metadata"]
    return ObjectRef(str(found["kind"]), str(meta["name"]), str(meta.get("namespace") or ""))


def uid_of(found: Reading) -> str:
    return str(found["metadata"].get("uid") or "")


def _status(found: Reading) -> Reading:
    status: Reading = found.get("status") or {}
    return status


def _standing(found: Reading) -> tuple[Condition, ...]:
    return _conditions(_status(found).get("conditions"))


def _conditions(found: Iterable[Reading] | None) -> tuple[Condition, ...]:
    return tuple(_condition(each) for each in found or ())


def _condition(found: Reading) -> Condition:
    return Condition(
        type=str(found["type"]),
        status=found.get("status") == "True",
        category=str(found.get("category") or ""),
        reason=str(found.get("reason") or ""),
        message=str(found.get("message") or ""),
        items=tuple(str(item) for item in found.get("items") or ()),
    )


def _machine(found: Reading) -> MachineProgress:
    name = str(found.get("name") or "")
    return MachineProgress(
        id=str(found.get("id") or ""),
        name=name,
        # Only there when MTV had to change the name, or was told one (forklift.md 2.2).
        target_name=str(found.get("newName") or name),
        phase=str(found.get("phase") or ""),
        steps=tuple(_step(each) for each in found.get("pipeline") or ()),
        conditions=_conditions(found.get("conditions")),
        error=_error(found),
        started=found.get("started"),
        completed=found.get("completed"),
        warm=_warm(found.get("warm")),
    )


def _warm(found: Reading | None) -> WarmProgress | None:
    if found is None:
        return None
    return WarmProgress(
        precopies=tuple(_precopy(each) for each in found.get("precopies") or ()),
        successes=int(found.get("successes") or 0),
        failures=int(found.get("failures") or 0),
        next_precopy_at=found.get("nextPrecopyAt"),
    )


def _precopy(found: Reading) -> Precopy:
    return Precopy(start=found.get("start"), end=found.get("end"), snapshot=str(found.get("snapshot") or ""))


def _step(found: Reading) -> Step:
    progress = found.get("progress") or {}
    return Step(
        name=str(found["name"]),
        phase=_PHASES.get(str(found.get("phase") or "")),
        done=int(progress.get("completed") or 0),
        total=int(progress.get("total") or 0),
        unit=str((found.get("annotations") or {}).get("unit") or ""),
        error=_error(found),
        started=found.get("started"),
        completed=found.get("completed"),
        tasks=tuple(_task(each) for each in found.get("tasks") or ()),
    )


def _task(found: Reading) -> Task:
    return Task(
        name=str(found.get("name") or ""),
        phase=_PHASES.get(str(found.get("phase") or "")),
        told={str(key): str(text) for key, text in (found.get("annotations") or {}).items()},
    )


def _error(found: Reading) -> tuple[str, ...]:
    """Reasons; an error without any is still an error, so its phase stands in."""
    error = found.get("error")
    if not error:
        return ()
    reasons = tuple(str(reason) for reason in error.get("reasons") or ())
    return reasons or (f"no reason given (phase {error.get('phase') or 'unknown'})",)
