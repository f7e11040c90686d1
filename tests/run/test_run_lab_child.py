"""A lab of the run's own: ready or refused in its own words, and gone with its parent."""

import os
import sys
import time
from pathlib import Path

import pytest

from support.domain.errors import StartError
from support.run import lab_child
from support.run.lab_child import LabChild

_SCRIPT = "import sys; print('warming up', flush=True); print('ready', flush=True); sys.stdin.read()"


def child_of(script: str, folder: Path) -> LabChild:
    """A child that runs this instead of the lab."""
    child = LabChild(folder, [])
    child._command = [sys.executable, "-c", script]
    return child


def number_of(child: LabChild) -> int:
    assert child._process is not None
    return child._process.pid


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_lab_that_refuses_its_options_is_quoted(tmp_path: Path) -> None:
    child = LabChild(tmp_path / "lab", ["--nonsense"])
    with pytest.raises(StartError) as refused:
        child.start()
    assert "the embedded lab did not start" in str(refused.value)
    assert "No such option '--nonsense'" in str(refused.value)
    assert str(tmp_path / "lab" / "lab.log") in str(refused.value)


def test_what_a_lab_found_wrong_is_not_lost_behind_all_that_would_be_right(tmp_path: Path) -> None:
    script = "import sys; sys.exit('--defect must be one of ' + 'ssh-silent, ' * 300 + 'got nonsense')"
    with pytest.raises(StartError) as refused:
        child_of(script, tmp_path / "lab").start()
    assert "did not start: --defect must be one of ssh-silent" in str(refused.value)
    assert "got nonsense (see" in str(refused.value)


def test_a_lab_that_dies_is_quoted_by_its_last_words(tmp_path: Path) -> None:
    script = "import sys; print('x' * 9000 + 'no port is free', file=sys.stderr); print('starting')"
    with pytest.raises(StartError) as refused:
        child_of(script, tmp_path / "lab").start()
    assert "no port is free" in str(refused.value)
    assert len(str(refused.value)) < 3000


def test_a_lab_that_never_gets_ready_is_given_up_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_child, "_START_SECONDS", 0.5)
    script = "import os, sys; print(os.getpid(), file=sys.stderr, flush=True); sys.stdin.read()"
    with pytest.raises(StartError, match="did not start"):
        child_of(script, tmp_path / "lab").start()
    for number in (tmp_path / "lab" / "lab.log").read_text().split():
        assert not is_alive(int(number))


def test_it_is_ready_after_whatever_it_says_before(tmp_path: Path) -> None:
    child = child_of(_SCRIPT, tmp_path / "lab")
    child.start()
    number = number_of(child)
    assert is_alive(number)
    child.stop()
    assert not is_alive(number)
    child.stop()


def test_it_has_a_process_group_of_its_own_so_that_ctrl_c_does_not_reach_it(tmp_path: Path) -> None:
    child = child_of(_SCRIPT, tmp_path / "lab")
    child.start()
    assert os.getpgid(number_of(child)) != os.getpgid(0)
    child.stop()


def test_one_that_ignores_the_end_of_its_input_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_child, "_STOP_SECONDS", 0.2)
    child = child_of("import signal\nprint('ready', flush=True)\nwhile True: signal.pause()", tmp_path / "lab")
    child.start()
    number, before = number_of(child), time.monotonic()
    child.stop()
    assert not is_alive(number)
    assert time.monotonic() - before < 10


def test_its_folder_is_its_users_only(tmp_path: Path) -> None:
    child = child_of(_SCRIPT, tmp_path / "lab")
    child.start()
    child.stop()
    assert (tmp_path / "lab").stat().st_mode & 0o777 == 0o700
