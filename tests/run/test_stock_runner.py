"""Behave started where it finds no behave.ini runs its stock runner: one error names the right directory, exit 2."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_BEHAVE = Path(sys.executable).parent / "behave"

COMMANDS = [(), ("--tags=@tier0",), ("--dry-run",), ("--dry-run", "--tags=@nope"), ("cold_migration.feature",)]


def behave(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(_BEHAVE), *arguments], cwd=folder, capture_output=True, text=True, check=False)


def must_be_refused(done: subprocess.CompletedProcess[str], why: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "USING RUNNER: behave.runner:Runner" in done.stdout
    assert done.stderr.strip() == f"StartError: behave {why}"
    assert len(done.stdout.splitlines()) == 1, "nothing was opened, so nothing else is to be said"


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_inside_the_features_folder_the_right_directory_is_named(arguments: tuple[str, ...]) -> None:
    where = _ROOT / "features"
    why = f"was started in {where}, where it finds no behave.ini of this suite; start it in {_ROOT}"
    must_be_refused(behave(where, *arguments), why)


@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=str)
def test_elsewhere_too_and_nothing_is_left_there(tmp_path: Path, more: tuple[str, ...]) -> None:
    why = f"was started in {tmp_path}, where it finds no behave.ini of this suite; start it in {_ROOT}"
    must_be_refused(behave(tmp_path, str(_ROOT / "features"), *more), why)
    assert list(tmp_path.iterdir()) == []


def test_a_stock_runner_asked_for_by_name_is_refused_too() -> None:
    done = behave(_ROOT, "--runner=behave.runner:Runner", "--tags=@tier0")
    must_be_refused(done, "was told to use another runner than that of this suite; leave out --runner")
