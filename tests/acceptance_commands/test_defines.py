"""`-D key=value` at every subcommand, and what the lab's command line calls itself."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from acceptance.defining import drill_settings, lab_options, pairs
from acceptance.drill import DrillPlace, drill
from acceptance.expecting import Expectation
from support.domain.errors import StartError

ACCEPTANCE = Path(sys.executable).parent / "acceptance"


def acceptance(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(ACCEPTANCE), *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_a_flag_alone_is_true_and_a_value_keeps_its_equals_signs() -> None:
    assert pairs(["skip_teardown", "lab=/a=b"]) == {"skip_teardown": "true", "lab": "/a=b"}


def test_settings_of_a_lab_become_its_options() -> None:
    given = ["lab=/tmp/my-lab", "lab_speed=20", "lab_defect=nic-dropped", "log_level=DEBUG"]
    assert lab_options("up", given) == ["--dir", "/tmp/my-lab", "--speed", "20", "--defect", "nic-dropped"]
    assert lab_options("down", given) == ["--dir", "/tmp/my-lab"]


@pytest.mark.parametrize("command", [("lab", "up"), ("lab", "down"), ("drill",)], ids=str)
def test_no_command_takes_what_is_no_setting(command: tuple[str, ...]) -> None:
    done = acceptance(*command, "-Dlab_sped=3")
    assert done.returncode == 2
    assert "lab_sped (from -D): unknown key; did you mean lab_speed?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lab_is_asked_about_by_setting(tmp_path: Path) -> None:
    done = acceptance("lab", "diff", "-D", f"lab={tmp_path}")
    assert (done.returncode, done.stderr) == (2, f"Error: no lab is running in {tmp_path}\n")


def test_an_option_counts_more_than_a_setting(tmp_path: Path) -> None:
    done = acceptance("lab", "diff", "--dir", str(tmp_path), "-Dlab=/elsewhere")
    assert f"no lab is running in {tmp_path}" in done.stderr


@pytest.mark.parametrize("arguments", [("lab",), ("lab", "--help"), ("lab", "up"), ("lab", "up", "--help")], ids=str)
def test_the_lab_calls_itself_what_people_typed(arguments: tuple[str, ...]) -> None:
    done = acceptance(*arguments)
    said = done.stdout + done.stderr
    assert said.startswith(f"Usage: {' '.join(['acceptance', *arguments]).removesuffix(' --help')} [OPTIONS]")
    assert "Try 'lab" not in said


@pytest.mark.parametrize("setting", ["lab_defect=nic-dropped", "source_provider=ovirt"])
def test_a_drill_chooses_its_labs_and_their_sources_itself(setting: str) -> None:
    with pytest.raises(StartError, match=f"{setting.partition('=')[0]}: a drill chooses that itself"):
        drill_settings([setting], Path("reports"))


def test_a_drill_passes_settings_on_to_its_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []

    def run(command: Sequence[str], **_options: Any) -> "subprocess.CompletedProcess[str]":
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    settings = drill_settings(["lab_speed=60", "wait_ssh=9", "log_level=DEBUG"], tmp_path / "reports")
    place = DrillPlace(folder=tmp_path, lab_speed=settings.lab_speed, defines=settings.defines)
    drill(Expectation(defect="extra-labels"), place)
    (command,) = asked
    assert "-Dsource_provider=vsphere" in command
    assert {"-Dwait_ssh=9", "-Dlog_level=DEBUG", f"-Dlab={tmp_path / 'lab'}"} <= set(command)
    assert not [each for each in command if each.startswith("-Dlab_speed")], "the lab is up by then"
    assert settings.reports == tmp_path / "reports"
