"""The first page of a folder of evidence says the same in both forms; a browser gets the one that it can show."""

import html
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.domain.errors import ClusterError
from support.evidence.collecting.case import Collected
from support.evidence.collecting.telling import first_page
from support.evidence.collecting.writing import HTML, INDEX, write_first_page
from tests.evidence_collecting.witnesses import Witness, case, collector, page

_MARKUP = "<b>bold</b> & 'more'"


def words(path: Path) -> list[str]:
    """What a reader reads, whichever form it has."""
    text = path.read_text()
    if path.name == HTML:
        text = html.unescape(re.sub(r"<[^>]+>", " ", text.partition("<main>")[2]))
    else:
        text = re.sub(r"\]\([^)]*\)|^\d+\.|```text", " ", text, flags=re.MULTILINE)
    return re.findall(r"\w+|\*{3}", text)


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    witness = Witness(trouble={"Job": ClusterError("list jobs: forbidden")})
    collector(witness).collect(case(message="disk lost:\n  - size: expected 2, got 1"), tmp_path, {})
    assert words(tmp_path / HTML) == words(tmp_path / INDEX)
    assert "A machine arrives Failed step When it is cold migrated disk lost" in " ".join(words(tmp_path / HTML))


def test_each_file_and_hint_is_a_relative_link_that_leads_there(tmp_path: Path) -> None:
    collected = collector(Witness(pods={"forklift-controller-1": "x", "odd #1?": "y"})).collect(case(), tmp_path, {})
    targets = [unquote(each) for each in re.findall(r'<a href="([^"]+)"', (tmp_path / HTML).read_text())]
    assert all((tmp_path / each).is_file() for each in targets)
    assert set(targets) == set(collected.files)
    assert len(targets) > len(collected.files), "hints lead to files that are listed as well"


def test_links_of_a_hint_do_not_read_the_same(tmp_path: Path) -> None:
    collector(Witness()).collect(case(), tmp_path, {})
    hints = page(tmp_path).partition("## Where")[2].partition("## All")[0].splitlines()
    labels = [re.findall(r"\[([^]]*)\]\(", hint) for hint in hints]
    assert ["auto-ab12/events.txt", "openshift-mtv/events.txt"] in labels
    controller = next(labels[at] for at, hint in enumerate(hints) if "The controller's log" in hint)
    assert {"forklift-controller-1/main/current.log", "forklift-controller-1/main/previous.log"} == set(controller)


@pytest.mark.parametrize("said", ["title", "step", "message", "about"])
def test_nothing_that_is_told_becomes_markup(tmp_path: Path, said: str) -> None:
    told = {"Target": _MARKUP} if said == "about" else _MARKUP
    collector(Witness()).collect(case(**{said: told}), tmp_path, {})
    text = (tmp_path / HTML).read_text()
    assert "<b>" not in text
    assert html.escape(_MARKUP, quote=False) in text.replace("&#39;", "'")


def test_neither_what_is_missing_nor_how_a_log_ends_becomes_markup(tmp_path: Path) -> None:
    log = "namespaces/auto-ab12/pods/populate-0cf2bc0f/populate/logs/current.log"
    (tmp_path / log).parent.mkdir(parents=True)
    (tmp_path / log).write_text(_MARKUP)
    collected = Collected(folder=tmp_path, files=(log,), missing={_MARKUP: _MARKUP}, seconds=1.0)
    write_first_page(first_page(case(), collected, str), tmp_path)
    assert "<b>" not in (tmp_path / HTML).read_text()
    assert (tmp_path / HTML).read_text().count("&lt;b&gt;bold") == 3


def test_a_secret_is_none_the_less_for_being_escaped(tmp_path: Path) -> None:
    made = collector(Witness())
    made.redactor.learn("s<esa&me'")
    made.collect(case(message="it said s<esa&me'", about={"Target": "s<esa&me'"}), tmp_path, {})
    for name in (INDEX, HTML):
        assert "esa" not in (tmp_path / name).read_text()
        assert "it said *** Target ***" in " ".join(words(tmp_path / name))


def test_what_looks_like_a_credential_takes_no_part_of_the_page_with_it(tmp_path: Path) -> None:
    collector(Witness()).collect(case(message="it asked for a token: "), tmp_path, {})
    assert "a token: </div>" in (tmp_path / HTML).read_text()


def test_without_a_page_for_browsers_the_other_one_is_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / HTML).mkdir()
    collector(Witness()).collect(case(), tmp_path, {})
    assert "Failed step" in page(tmp_path)
    assert f"{tmp_path / HTML}: IsADirectoryError" in caplog.text
