"""What a machine does in each phase of its itinerary; one call per pass of the Plan's controller."""

from collections.abc import Callable

from lab.mtv.itineraries import following
from lab.mtv.vm_run import VmRun

Handler = Callable[[VmRun], str | None]
"""Do what can be done in this pass; the phase to go to, or None to stay. Failures are noted with `VmRun.fail`."""

_HANDLERS: dict[tuple[str, str], Handler] = {}
"""By type of the source, empty for any that has none of its own, and phase."""


def handles(*phases: str, source: str = "") -> Callable[[Handler], Handler]:
    """Register the handler of one or more phases: of machines from any source, or from one that does it its own way."""

    def register(handler: Handler) -> Handler:
        for phase in phases:
            _HANDLERS[source, phase] = handler
        return handler

    return register


def handler_of(run: VmRun) -> Handler:
    """What this machine does in its present phase."""
    phase = str(run.status["phase"])
    return _HANDLERS.get((run.view.source_type, phase)) or _HANDLERS["", phase]


def onward(run: VmRun) -> str:
    """The phase that follows the present one in this machine's itinerary."""
    return following(run.vm, str(run.status["phase"]))
