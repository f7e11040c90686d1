"""What `lab up` refuses before it starts anything: one clear line, exit 2."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from lab.process.choices import DEFECTS
from lab.world.array_estate import VENDORS

RunLab = Callable[..., "CompletedProcess[str]"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--speed", "0", "--speed must be a number above 0, got '0'"),
        ("--speed", "fast", "--speed must be a number above 0, got 'fast'"),
        ("--speed", "nan", "--speed must be a number above 0, got 'nan'"),
        ("--array", "netapp", f"--array must be one of {', '.join(VENDORS)}, got 'netapp'"),
        ("--mtv", "2.9", "--mtv must be one of 2.12, 2.11, 2.10, got '2.9'"),
        ("--ocp", "3.11", "--ocp must be one of 4.20, 4.19, got '3.11'"),
        ("--defect", "gremlins", f"--defect must be one of the {len(DEFECTS)} in docs/lab.md, got 'gremlins'\n"),
        (
            "--defect",
            "sockets-havled",
            f"--defect must be one of the {len(DEFECTS)} in docs/lab.md, got 'sockets-havled'; similar: sockets-halved",
        ),
        (
            "--jitter",
            "slwo=1",
            "--jitter: cannot read 'slwo=1', expected on or some of seed=..., slow=..., errors=..., drops=..., "
            "expiries=..., conflicts=..., reorder=..., late=..., tokens=...",
        ),
        ("--jitter", "on,slow=2", "--jitter: slow must be a number between 0 and 1, got '2'"),
        ("--jitter", "tokens=inf", "--jitter: tokens must be a number that is not negative, got 'inf'"),
    ],
)
def test_a_value_that_cannot_be_honoured_is_one_error(
    tmp_path: Path, run_lab: RunLab, option: str, value: str, said: str
) -> None:
    done = run_lab("up", "--dir", str(tmp_path / "lab"), option, value)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: {said}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "lab").exists(), "nothing was started"


def test_an_unknown_option_is_refused(run_lab: RunLab, tmp_path: Path) -> None:
    done = run_lab("up", "--dir", str(tmp_path), "--spede", "3")
    assert done.returncode == 2
    assert "--spede" in done.stderr


def test_a_folder_that_is_a_file_is_refused(run_lab: RunLab, tmp_path: Path) -> None:
    (tmp_path / "lab").write_text("not a folder")
    assert run_lab("up", "--dir", str(tmp_path / "lab")).returncode == 2
    done = run_lab("up", "--dir", str(tmp_path / "lab" / "below"))
    assert done.returncode == 2
    assert done.stderr.startswith("Error: cannot use the folder")


def test_every_command_explains_itself(run_lab: RunLab) -> None:
    for command in ("up", "down", "diff", "stats"):
        done = run_lab(command, "--help")
        assert done.returncode == 0
        assert "--dir" in done.stdout
