"""Shows a running migration on the real standard error: a live table on a terminal, else a line per change of state."""

import sys
from typing import TextIO, cast

from rich.console import Console
from rich.live import Live
from rich.table import Table

from support.domain.migration import MachineProgress, Step
from support.evidence.redaction import Redactor
from support.evidence.terminal import ForgivingStream


class LiveMigration:
    """One migration at a time; `stop` takes the table away again, so that verdicts stay where they are."""

    def __init__(self, redactor: Redactor, stream: TextIO | None = None) -> None:
        real = stream or sys.__stderr__ or sys.stderr  # Behave captures sys.stderr while a step runs
        self._stream = ForgivingStream(real)
        self._console = Console(file=cast(TextIO, self._stream), highlight=False, markup=False, soft_wrap=False)
        self._redactor = redactor
        self._live: Live | None = None
        self._said: dict[str, str] = {}

    def show(self, machines: tuple[MachineProgress, ...]) -> None:
        """A migration moved on."""
        if self._console.is_terminal:
            self._draw(machines)
        else:
            self._say_changes(machines)

    def stop(self) -> None:
        """The migration is no longer under way, or somebody else wants to write."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def forget(self) -> None:
        """The scenario is over: what the next one's machines do is news again."""
        self._said.clear()

    def _draw(self, machines: tuple[MachineProgress, ...]) -> None:
        if self._live is None:
            self._live = Live(console=self._console, transient=True, redirect_stdout=False, redirect_stderr=False)
            self._live.start()
        self._live.update(self._table(machines), refresh=True)

    def _table(self, machines: tuple[MachineProgress, ...]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2))
        for heading in ("machine", "step", "state", "progress"):
            table.add_column(heading)
        for machine in machines:
            name = self._clean(machine.name)
            for step in machine.steps:
                table.add_row(name, step.name, _state(step), _progress(step))
                name = ""
            if machine.warm is not None:
                table.add_row(name, "", str(machine.warm), "")
            if not machine.steps:
                table.add_row(name, "", machine.phase, "")
        return table

    def _say_changes(self, machines: tuple[MachineProgress, ...]) -> None:
        for machine in machines:
            now = {f"{machine.id}/{step.name}": f"{step.name} {_state(step)}" for step in machine.steps}
            now = now or {machine.id: machine.phase}
            if machine.warm is not None:
                now[f"{machine.id} precopies"] = str(machine.warm)
            for key, text in now.items():
                # A step that waits between two halves of its work, is the same step when it goes on.
                if self._said.get(key) != text and not text.endswith("Pending"):
                    self._stream.write(self._clean(f"        {machine.name}: {text}\n"))
                    self._said[key] = text
        self._stream.flush()

    def _clean(self, text: str) -> str:
        return self._redactor.clean(text)


def _state(step: Step) -> str:
    if step.error:
        return f"failed: {'; '.join(step.error)}"
    return step.phase.value if step.phase is not None else "Pending"


def _progress(step: Step) -> str:
    """Where MTV counts; a finished step may keep 0 of 1, so nothing is read off it (facts/forklift.md)."""
    if step.total <= 1:
        return ""
    return f"{step.done} of {step.total} {step.unit} ({100 * step.done // step.total} %)"
