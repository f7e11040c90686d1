"""The journal survives its process: what was announced and has not ended is still to be found."""

import json
import stat
from pathlib import Path

import pytest

from support.domain.errors import SuiteError
from support.domain.journal import Realm, Thing
from support.workflow.journalling import FileJournal, open_things, read_journals

PLAN = Thing(realm=Realm.CLUSTER, kind="Plan", name="p", namespace="n", scope="s", details={"machines": "vm-1"})


def test_what_is_announced_and_not_gone_is_open_with_all_that_was_learnt(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "1.jsonl")
    journal.opened({"run": "auto-ab12"})
    kept, ended, lost = journal.intent(PLAN), journal.intent(PLAN), journal.intent(PLAN)
    journal.created(kept, "uid-1")
    journal.noted(kept, {"task": "t"})
    journal.created(ended, "uid-2")
    journal.gone(ended)
    things = {thing.key: thing for thing in open_things(read_journals(tmp_path))}
    assert set(things) == {kept, lost}
    assert (things[kept].uid, dict(things[kept].details)) == ("uid-1", {"machines": "vm-1", "task": "t"})
    assert things[lost].uid == ""


def test_the_file_is_private(tmp_path: Path) -> None:
    FileJournal(tmp_path / "1.jsonl").intent(PLAN)
    assert stat.S_IMODE((tmp_path / "1.jsonl").stat().st_mode) == 0o600


def test_an_end_written_by_another_process_counts(tmp_path: Path) -> None:
    key = FileJournal(tmp_path / "1.jsonl").intent(PLAN)
    FileJournal(tmp_path / "2.jsonl").gone(key)
    assert open_things(read_journals(tmp_path)) == []


def test_a_torn_last_line_is_left_out_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "1.jsonl"
    FileJournal(path).intent(PLAN)
    with path.open("a") as file:
        file.write('{"act":"inte')
    assert len(read_journals(tmp_path)) == 1
    FileJournal(path).intent(PLAN)
    assert len(read_journals(tmp_path)) == 2


def test_a_damaged_whole_line_is_an_error_that_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_text(json.dumps({"act": "nonsense"}) + "\n")
    with pytest.raises(SuiteError, match=r"1\.jsonl:1: not a journal record"):
        read_journals(tmp_path)
