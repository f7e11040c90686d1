"""jira.cfg: absent, nothing is known and nothing is asked; present, it must be good, and its token is never shown."""

from pathlib import Path

import pytest

from support.domain.errors import StartError
from support.domain.issue import IssueId, Standing
from support.evidence.redaction import Redactor
from support.run.tracking import ask_tracker, read_tracker_file
from tests.house.tracked import ROOT

ID = IssueId("MTV-1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jira.cfg"


def test_without_a_file_nothing_is_known(path: Path) -> None:
    tracking = ask_tracker(path, [ID], Redactor())
    assert tracking.issues[ID].standing is Standing.UNKNOWN
    assert tracking.issues[ID].told == f"there is no {path}; jira.cfg.example shows what goes into it"


def test_a_run_without_such_tags_asks_nothing_but_knows_where_issues_are(path: Path) -> None:
    path.write_text("[DEFAULT]\nurl = https://127.0.0.1:9/jira/\ntoken = secret-100%\n")
    redactor = Redactor()
    tracking = ask_tracker(path, [], redactor)
    assert (tracking.issues, tracking.url) == ({}, "https://127.0.0.1:9/jira")
    assert redactor.clean("secret-100%") == "***"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "url: missing, expected the tracker's address, https://...\n  - token: missing"),
        ("[DEFAULT]\nurl = https://jira.example.com\n", "token: missing"),
        ("[DEFAULT]\nurl =\ntoken = s3cret\n", "url: missing"),
        ("[jira]\nurl = https://jira.example.com\ntoken = s3cret\n", "url: missing"),
        ("[DEFAULT]\nurl = http://jira.example.com\ntoken = s3cret\n", "url: expected https://"),
        ("[DEFAULT]\nurl = jira.example.com\ntoken = s3cret\n", "url: expected https://"),
        ("token = s3cret\n", "line 1 stands before any section"),
        ("[DEFAULT]\ns3cret\n", "line 2 is no 'key = value'"),
        ("[DEFAULT]\nurl = s3cret\nurl = s3cret\n", "line 3 is there twice"),
    ],
)
def test_a_file_that_is_no_good_is_refused_without_its_token(path: Path, text: str, said: str) -> None:
    path.write_text(text)
    with pytest.raises(StartError) as refused:
        read_tracker_file(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_the_example_has_what_is_needed() -> None:
    access = read_tracker_file(ROOT / "jira.cfg.example")
    assert access.url == "https://issues.example.com"
