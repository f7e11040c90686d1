"""A drill that is ended takes the runs of the suite with it."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.drills.running_lab import BIN, ROOT

pytestmark = [pytest.mark.drill, pytest.mark.timeout(180)]


def _runs(reports: Path) -> list[str]:
    """Command lines of the suites whose lab is that of a drill of ours."""
    lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline"))
    return [line.replace(b"\0", b" ").decode() for line in lines if b"behave" in line and str(reports).encode() in line]


def test_sigterm_ends_the_runs_of_a_drill(tmp_path: Path) -> None:
    """Told by its temporary folder, which only this drill has."""
    with subprocess.Popen(
        [str(BIN / "acceptance"), "drill", "nic-dropped", "--jobs", "1", f"-Dreports_dir={tmp_path / 'reports'}"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as drill:
        deadline = time.monotonic() + 60
        while not _runs(tmp_path) and time.monotonic() < deadline:
            assert drill.poll() is None, drill.stderr and drill.stderr.read()
            time.sleep(0.1)
        drill.send_signal(signal.SIGTERM)
        assert drill.wait(120) == 128 + signal.SIGTERM
    assert _runs(tmp_path) == []
    assert list(tmp_path.glob("drill-*")) == [], "its temporary folder"
