"""The folder of a run: private, found again by id or path, and locked exactly as long as its process lives."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.domain.errors import StartError
from support.domain.names import RunId
from support.run.folder import RunFolder, find_folder, make_folder, take

RUN = RunId("auto-ab12")

_HOLDER = """
import signal, sys
from pathlib import Path
from support.run.folder import RunFolder, take
folder = RunFolder(run="auto-ab12", path=Path(sys.argv[1]))
lock = folder.lock()
take(lock, folder.run)
print("held", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return make_folder(tmp_path / "reports", RUN, {"target": "lab", "storage_class": "nfs"})


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_folder_remembers_its_settings_for_its_user_only(folder: RunFolder, tmp_path: Path) -> None:
    assert folder.path == tmp_path / "reports" / RUN
    assert folder.about() == {"target": "lab", "storage_class": "nfs"}
    assert mode(folder.path / "run.json") == 0o600
    assert mode(folder.temporary) == 0o700


def test_paths_are_absolute_although_reports_were_given_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_folder(Path("reports"), RUN, {}).path == tmp_path / "reports" / RUN


def test_a_folder_that_exists_is_never_taken_over(folder: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"setting reports_dir: cannot write to .*auto-ab12: File exists"):
        make_folder(tmp_path / "reports", RUN, {})
    assert folder.about()["target"] == "lab"


def test_reports_that_cannot_be_written_to_name_the_setting(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(StartError, match=r"setting reports_dir: cannot write to .*reports/auto-ab12"):
        make_folder(tmp_path / "reports", RUN, {})


def test_a_run_is_found_by_id_and_by_path(folder: RunFolder, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    assert find_folder(reports, RUN) == folder
    assert find_folder(tmp_path / "elsewhere", str(folder.path)) == folder


def test_a_run_whose_journal_alone_is_left_is_found(tmp_path: Path) -> None:
    (tmp_path / RUN / "journal").mkdir(parents=True)
    found = find_folder(tmp_path, RUN)
    assert found.journal.is_dir()
    assert found.about() == {}


def test_an_unknown_run_lists_near_names_and_the_latest(folder: RunFolder, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    for age, name in enumerate(["auto-cd34", "auto-ef56", "auto-gh78", "auto-ij90", "auto-kl12", "auto-mn34"]):
        made = make_folder(reports, RunId(name), {})
        os.utime(made.path / "run.json", (age, age))
    os.utime(folder.path / "run.json", (100, 100))
    with pytest.raises(StartError) as refused:
        find_folder(reports, "auto-cd35")
    shown = "auto-cd34, auto-ab12, auto-mn34, auto-kl12, auto-ij90, auto-gh78 and 1 more"
    assert f"no run 'auto-cd35': expected a run id below {reports} or a run's folder; there are: {shown}" in str(
        refused.value
    )
    with pytest.raises(StartError, match="there are none"):
        find_folder(tmp_path / "nowhere", "auto-zz99")


@pytest.mark.parametrize("text", ["", '{"settings": {', "[]", '{"settings": []}', '"lab"'])
def test_a_damaged_run_file_is_named(folder: RunFolder, text: str) -> None:
    path = folder.path / "run.json"
    path.write_text(text)
    with pytest.raises(StartError, match=r"run\.json: expected JSON as the run wrote it"):
        folder.about()


def test_a_second_taker_is_refused_until_the_first_lets_go(folder: RunFolder) -> None:
    first, second = folder.lock(), folder.lock()
    take(first, RUN)
    with pytest.raises(StartError, match="run auto-ab12 is still going on"):
        take(second, RUN)
    first.release()
    take(second, RUN)
    second.release()


def test_a_lock_goes_with_its_process_however_that_dies(folder: RunFolder) -> None:
    command = [sys.executable, "-c", _HOLDER, str(folder.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        lock = folder.lock()
        with pytest.raises(StartError, match="still going on"):
            take(lock, RUN)
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=20)
    take(lock, RUN)
    assert mode(folder.path / "lock") == 0o600
    lock.release()


def test_a_process_writes_a_journal_of_its_own(folder: RunFolder) -> None:
    command = (
        "import sys; from pathlib import Path; from support.run.folder import RunFolder; "
        "print(RunFolder(run='x', path=Path(sys.argv[1])).own_journal)"
    )
    other = subprocess.run(
        [sys.executable, "-c", command, str(folder.path)], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert Path(other).parent == folder.own_journal.parent == folder.journal
    assert Path(other) != folder.own_journal


def test_the_run_file_is_json_that_people_can_read(folder: RunFolder) -> None:
    content = json.loads((folder.path / "run.json").read_text())
    assert content["run"] == RUN
    assert content["started"].endswith("+00:00")
