"""Exit codes of real processes whose standard output nobody reads (`behave | head`), or that was closed before."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tracked import ROOT

_BEHAVE = Path(sys.executable).parent / "behave"


@pytest.fixture
def unread() -> Iterator[int]:
    """The writing end of a pipe without a reader: each write to it fails."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.fixture
def undefined(tmp_path: Path) -> Path:
    """A project of one sentence nobody defined, under the suite's runner."""
    (tmp_path / "behave.ini").write_text((ROOT / "behave.ini").read_text())
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "new.feature").write_text("@cold\nFeature: F\n  Scenario: S\n    Given something new\n")
    (tmp_path / "steps").mkdir()
    return tmp_path


def dry_run(output: int, *arguments: str, folder: Path = ROOT, unbuffered: bool = False) -> tuple[int, str]:
    """Exit code and what was said on standard error."""
    done = subprocess.run(
        [str(_BEHAVE), "--dry-run", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1" if unbuffered else ""},
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("unbuffered", [True, False])
@pytest.mark.parametrize("view", ["acceptance", "plain", "progress3"])
def test_a_dry_run_nobody_reads_passes_in_silence(unread: int, view: str, unbuffered: bool) -> None:
    assert dry_run(unread, f"--format={view}", unbuffered=unbuffered) == (0, "")


def test_a_dry_run_nobody_reads_still_fails(unread: int, undefined: Path) -> None:
    assert dry_run(unread, folder=undefined) == (1, "")


def test_a_run_that_cannot_start_says_so_elsewhere(unread: int) -> None:
    code, said = dry_run(unread, "--tags=@nope")
    assert code == 2
    assert "no scenario selected" in said
    assert "Traceback" not in said


def test_a_full_disk_is_no_verdict() -> None:
    with open("/dev/full", "w") as full:
        assert dry_run(full.fileno()) == (0, "")


def test_no_standard_output_at_all() -> None:
    command = ["sh", "-c", f'"{_BEHAVE}" --dry-run >&-']
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
