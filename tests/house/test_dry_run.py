"""`behave` before anything is there: what it offers, and a dry run that needs nothing, touches nothing and is quick."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.tracked import ROOT

_BEHAVE = Path(sys.executable).parent / "behave"
_PARTS = ("behave.ini", "environment.py", "features", "steps")
_SDKS = ("kubernetes", "pyVmomi", "paramiko", "urllib3", "openstack", "ovirtsdk4", "ocp_resources")

Behave = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What Behave reads of the project, in a place that nobody else writes to."""
    place = tmp_path / "checkout"
    place.mkdir()
    for part in _PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, place / part)
    return place


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """No setting, and homes of its own for whatever would be written there."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MTV_", "XDG_", "BEHAVE_"))}
    return {**kept, "HOME": str(home), "TMPDIR": str(home)}


@pytest.fixture
def behave(checkout: Path, environ: dict[str, str]) -> Behave:
    def run(*arguments: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *python, "-m", "behave"] if python else [str(_BEHAVE)]
        return subprocess.run(
            [*command, *arguments], cwd=checkout, env=environ, capture_output=True, text=True, check=False
        )

    return run


def everything_below(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in files}


@pytest.mark.parametrize("option", ["-r", "-f"])
def test_no_runner_and_no_formatter_is_unavailable(behave: Behave, option: str) -> None:
    """Behave loads both before it extends its path (facts/behave.md 1.4)."""
    offered = behave(option, "help")
    assert offered.returncode == 0
    assert "AVAILABLE" in offered.stdout
    assert "UNAVAILABLE" not in offered.stdout


def test_the_progress_view_is_offered(behave: Behave) -> None:
    assert any(line.split()[:1] == ["acceptance"] for line in behave("-f", "help").stdout.splitlines())


@pytest.mark.parametrize("view", [(), ("--format=progress3",), ("--format=plain",)])
def test_a_dry_run_matches_every_step_and_writes_nothing(behave: Behave, tmp_path: Path, view: tuple[str, ...]) -> None:
    before = everything_below(tmp_path)
    done = behave("--dry-run", *view)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Cold migration" in done.stdout
    assert everything_below(tmp_path) == before


def test_a_dry_run_reads_no_source_profiles(behave: Behave, checkout: Path) -> None:
    (checkout / ".providers.json").write_text("{ this is no JSON")
    assert behave("--dry-run").returncode == 0


def test_a_dry_run_needs_no_setting_to_be_right(behave: Behave, environ: dict[str, str]) -> None:
    environ |= {"MTV_TARGET": "moon", "MTV_REPORTS_DIR": "/dev/null/nowhere"}
    assert behave("--dry-run", "-Dtarget=cluster", "-Dsource_provider=nobody").returncode == 0


def test_a_dry_run_imports_no_sdk_and_no_adapter(behave: Behave) -> None:
    done = behave("--dry-run", python=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "support.run.selection" in imported, "the list of imports is not what it was taken for"
    assert {
        name for name in imported if name.partition(".")[0] in _SDKS or name.startswith("support.adapters")
    } == set()


def test_a_sentence_nobody_defined_fails_the_dry_run(behave: Behave, checkout: Path) -> None:
    (checkout / "features" / "new.feature").write_text("@cold\nFeature: F\n  Scenario: S\n    Given something new\n")
    assert behave("--dry-run").returncode == 1


def test_a_tag_that_selects_nothing_ends_a_dry_run_too(behave: Behave) -> None:
    done = behave("--dry-run", "--tags=@tier00")
    assert done.returncode == 2
    assert "no scenario selected" in done.stderr
    assert "@tier0" in done.stderr
