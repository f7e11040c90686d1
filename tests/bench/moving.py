"""One run of the suite on a lab that is already up, and what it cost both sides."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measuring import MIB, Cost, measured
from tests.drills.running_lab import BIN, RunningLab


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Seconds, MiB, and requests by service and what was asked; `emulated` is the lab's critical path."""

    suite: Cost
    emulated: float
    lab_cpu: float
    lab_peak: float
    requests: Counter[str]

    @property
    def share(self) -> float:
        """What the suite itself takes of the wall time."""
        return self.suite.wall - self.emulated


def one_move(lab: RunningLab, reports: Path, selection: Sequence[str]) -> Move:
    """Run the selected scenarios, as behave selects them, which must pass."""
    before, usage = requests_of(lab), lab.ask("/usage")
    since = time.monotonic()
    suite = measured(str(BIN / "behave"), *selection, f"-Dlab={lab.folder}", f"-Dreports_dir={reports}")
    path = lab.ask(f"/critical-path?since={since}&until={time.monotonic()}")
    after = lab.ask("/usage")
    return Move(
        suite=suite,
        emulated=path["seconds"],
        lab_cpu=after["cpu_seconds"] - usage["cpu_seconds"],
        lab_peak=after["peak_memory_bytes"] / MIB**2,
        requests=requests_of(lab) - before,
    )


def requests_of(lab: RunningLab) -> Counter[str]:
    """Everything the lab was asked since it is up."""
    counts = lab.ask("/requests")["counts"]
    return Counter({f"{service}: {what}": number for service, of in counts.items() for what, number in of.items()})
