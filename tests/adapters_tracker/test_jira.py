"""Issues as Jira tells them: open, closed, or not to be told, with the reason and without the token."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.adapters.tracker.jira import Jira
from support.domain.issue import Issue, IssueId, Standing, TrackerAccess
from support.domain.secret import Secret
from tests.adapters_tracker.made_up_jira import TOKEN, MadeUpJira, made_up_jira

ID = IssueId("MTV-1")


@pytest.fixture
def jira() -> Iterator[MadeUpJira]:
    with made_up_jira() as made:
        yield made


def look_up(jira: MadeUpJira, *ids: str, token: str = TOKEN) -> dict[str, Issue]:
    access = TrackerAccess(url=jira.url, token=Secret(token))
    return {str(key): issue for key, issue in Jira(access).look_up([IssueId(each) for each in ids]).items()}


@pytest.mark.parametrize(
    ("name", "category", "standing"),
    [
        ("In Progress", "indeterminate", Standing.OPEN),
        ("New", "new", Standing.OPEN),
        ("Release Pending", "done", Standing.CLOSED),
        ("Closed", "done", Standing.CLOSED),
        ("Closed", "indeterminate", Standing.OPEN),
        ("Resolved", "", Standing.CLOSED),
        ("To Do", "", Standing.OPEN),
    ],
)
def test_the_category_of_a_status_decides_else_its_name(
    jira: MadeUpJira, name: str, category: str, standing: Standing
) -> None:
    jira.status(ID, name, category)
    assert look_up(jira, ID) == {ID: Issue(id=ID, standing=standing, told=name)}


@pytest.mark.parametrize(
    ("code", "body", "why"),
    [
        (403, "", "the token may not read it"),
        (404, "", "it knows no such issue, or the token may not see it"),
        (302, "", "it answered 302"),
        (503, "", "it answered 503"),
        (200, "<html>", "its answer is no JSON"),
        (200, "[]", "its answer has no status"),
        (200, '{"fields": {"status": null}}', "its answer has no status"),
    ],
)
def test_anything_else_is_unknown_and_says_why(jira: MadeUpJira, code: int, body: str, why: str) -> None:
    jira.answers[ID] = (code, body)
    issue = look_up(jira, ID)[ID]
    assert issue.standing is Standing.UNKNOWN
    assert issue.told.startswith(why)


def test_a_wrong_token_is_told_of_but_never_shown(jira: MadeUpJira) -> None:
    issue = look_up(jira, ID, token="certainly-wrong")[ID]
    assert (issue.standing, issue.told) == (Standing.UNKNOWN, "it refused the token")


def test_nobody_there_is_unknown_too() -> None:
    nobody = Jira(TrackerAccess(url="http://127.0.0.1:9", token=Secret(TOKEN)))
    issue = nobody.look_up([ID])[ID]
    assert (issue.standing, issue.told) == (Standing.UNKNOWN, "no connection (ConnectionError)")


def test_issues_are_asked_side_by_side_and_once_each(jira: MadeUpJira) -> None:
    ids = ["MTV-1", "MTV-2", "MTV-3"]
    jira.together = threading.Barrier(len(ids))  # one after the other, the first would wait for good
    for each in ids:
        jira.status(each, "New", "new")
    found = look_up(jira, *ids, *ids)
    assert {each.standing for each in found.values()} == {Standing.OPEN}
    assert jira.asked == dict.fromkeys(ids, 1)


def test_a_tracker_that_never_comes_to_an_end_keeps_nobody_waiting(jira: MadeUpJira) -> None:
    jira.status(ID, "New", "new")
    jira.held_back = threading.Event()
    try:
        access = TrackerAccess(url=jira.url, token=Secret(TOKEN))
        issue = Jira(access, seconds=0.2).look_up([ID])[ID]
    finally:
        jira.held_back.set()
    assert (issue.standing, issue.told) == (Standing.UNKNOWN, "no answer within 0.2 s")


def test_a_netrc_does_not_get_before_the_token(
    jira: MadeUpJira, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    jira.status(ID, "New", "new")
    assert look_up(jira, ID)[ID].standing is Standing.OPEN
