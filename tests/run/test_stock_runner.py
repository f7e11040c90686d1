"""Behave started where it finds no behave.ini runs its stock runner: the hooks refuse and name the right directory."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_BEHAVE = Path(sys.executable).parent / "behave"


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = subprocess.run(
        [str(_BEHAVE), str(_ROOT / "features")], cwd=elsewhere, capture_output=True, text=True, check=False
    )
    assert list(elsewhere.iterdir()) == []
    return done


def test_the_stock_runner_is_refused(refused: subprocess.CompletedProcess[str]) -> None:
    assert "USING RUNNER: behave.runner:Runner" in refused.stdout
    assert refused.returncode == 1
    assert "0 scenarios passed" in refused.stdout


def test_the_right_directory_is_named(refused: subprocess.CompletedProcess[str]) -> None:
    assert f"start it in {_ROOT}" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr


def test_a_stock_runner_asked_for_by_name_is_refused_too() -> None:
    command = [str(_BEHAVE), "--runner=behave.runner:Runner", "--tags=@tier0"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "StartError" in done.stdout
