"""What a machine does in each phase of its itinerary; one call per pass of the Plan's controller."""

from collections.abc import Callable

from lab.mtv.itineraries import following
from lab.mtv.vm_run import VmRun

Handler = Callable[[VmRun], str | None]
"""Do what can be done in this pass; the phase to go to, or None to stay. Failures are noted with `VmRun.fail`."""

HANDLERS: dict[str, Handler] = {}


def handles(*phases: str) -> Callable[[Handler], Handler]:
    """Register the handler of one or more phases."""

    def register(handler: Handler) -> Handler:
        for phase in phases:
            HANDLERS[phase] = handler
        return handler

    return register


def onward(run: VmRun) -> str:
    """The phase that follows the present one in this machine's itinerary."""
    return following(run.vm, str(run.status["phase"]))
