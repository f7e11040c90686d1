"""Commands that are run to the end and what they cost."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.drills.running_lab import ROOT

SPEED = os.environ.get("SPEED", "10")
MIB = 1024.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One process from start to end; seconds, and MiB of its own peak."""

    wall: float
    cpu: float
    peak: float


def measured(*command: str, where: Path = ROOT) -> Cost:
    """Run a command that must succeed; its lab, if any, is not part of it."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=where, stdout=output, stderr=subprocess.STDOUT)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        if process.returncode != 0:
            output.seek(0)
            sys.exit(f"{' '.join(command)} exited with {process.returncode}:\n{output.read().decode()}")
    return Cost(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss / MIB)
