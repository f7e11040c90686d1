"""`-D key=value` at every subcommand, and what the lab's command line calls itself."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from acceptance.defining import drill_settings, lab_options, pairs
from acceptance.drill import DrillPlace, drill
from acceptance.expecting import Expectation
from acceptance.processes import Ended
from support.domain.errors import StartError

ACCEPTANCE = Path(sys.executable).parent / "acceptance"


def acceptance(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(ACCEPTANCE), *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_a_flag_alone_is_true_and_a_value_keeps_its_equals_signs() -> None:
    assert pairs(["skip_teardown", "lab=/a=b"]) == {"skip_teardown": "true", "lab": "/a=b"}


def test_settings_of_a_lab_become_its_options() -> None:
    given = ["lab=/tmp/my-lab", "lab_speed=20", "lab_array=ontap", "lab_defect=nic-dropped", "log_level=DEBUG"]
    expected = "--dir /tmp/my-lab --speed 20 --array ontap --defect nic-dropped"
    assert lab_options("up", given) == expected.split()
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


@pytest.mark.parametrize("setting", ["lab_defect=nic-dropped", "lab_array=ontap", "source_provider=ovirt"])
def test_a_drill_chooses_its_labs_and_their_sources_itself(setting: str) -> None:
    with pytest.raises(StartError, match=f"{setting.partition('=')[0]}: a drill chooses that itself"):
        drill_settings([setting], Path("reports"))


@pytest.mark.parametrize("profile", ["ovirt", "vsphere-copy-offload"])
def test_days_on_which_nothing_is_wrong_go_with_any_source(profile: str) -> None:
    settings = drill_settings([f"source_provider={profile}"], Path("reports"), clean=True)
    assert settings.defines == {"source_provider": profile}
    with pytest.raises(StartError, match="lab_defect: a drill chooses that itself"):
        drill_settings(["lab_defect=nic-dropped"], Path("reports"), clean=True)


def test_a_drill_passes_settings_on_to_its_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Mapping[str, str]] = []

    def behave(_chosen: Sequence[str], defines: Mapping[str, str], _seconds: float) -> Ended:
        asked.append(defines)
        return Ended(code=0, said="")

    monkeypatch.setattr("acceptance.drill.behave", behave)
    settings = drill_settings(["lab_speed=60", "wait_ssh=9", "log_level=DEBUG"], tmp_path / "reports")
    place = DrillPlace(folder=tmp_path, lab_speed=settings.lab_speed, defines=settings.defines)
    drill(Expectation(defect="extra-labels"), place)
    (given,) = asked
    told = {"source_provider": "vsphere", "wait_ssh": "9", "log_level": "DEBUG", "lab": str(tmp_path / "lab")}
    assert told.items() <= given.items()
    assert "lab_speed" not in given, "the lab is up by then"
    assert settings.reports == tmp_path / "reports"
