"""What a run publishes at its end: all its results, the living documentation, and an AI's explanations."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from behave.model import Scenario

from support.domain.errors import SuiteError
from support.evidence.causes import Cause, cause_of
from support.evidence.publish import JUNIT, JUNIT_FILE, publish
from support.evidence.redaction import Redactor
from support.evidence.results import RunFacts
from support.run.analysing import Analysing
from support.run.documenting import document, notes_of
from support.run.outcome import Outcome

NeverRan = tuple[str, Cause | None]
"""Why scenarios never came to their turn, and what that counts as."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """One per run; `say` writes a line for whoever watches."""

    outcome: Outcome
    analysing: Analysing
    redactor: Redactor
    say: Callable[[str], None]

    def publish(self, scenarios: Sequence[Scenario], facts: RunFacts, folder: Path, never_ran: NeverRan) -> None:
        """Write all reports into `folder`, the run's own, and point the well-known names at them."""
        self.outcome.complete(scenarios, *never_ran)
        results, left = self.outcome.results, [str(each) for each in self.outcome.leftovers]
        publish(results, facts, folder, left, lambda: self.document(folder))
        self.analysing.after(results, folder / JUNIT / JUNIT_FILE, self.redactor, self.say)

    def document(self, folder: Path) -> None:
        """Write the living documentation of all runs; nothing that is amiss with it ends a run."""
        for each in notes_of(lambda: document(folder.parent, folder)):  # not where Behave has said its last words
            sys.stderr.write(f"note: {self.redactor.clean(each)}\n")


def why_never_ran(error: SuiteError | None, interrupted: str) -> NeverRan:
    """`interrupted` says by whom the run was ended before its end; empty when it was not."""
    if error is not None:
        return f"never ran: {error}", cause_of(error)
    if interrupted:
        return f"never ran: {interrupted}", Cause.INTERRUPTED
    return "never ran: the run ended before its turn", None
