"""The living documentation in a real browser: no fault on any page, and a filter that works by keyboard and by link."""

from dataclasses import replace
from pathlib import Path

import pytest

from acceptance.documentation import documented
from support.evidence.results import Verdict
from tests.browser.chromium import Chromium, View
from tests.browser.judging import PHONE, VIEWS, faults_of
from tests.evidence.accounts import FACTS
from tests.evidence_living.little_suite import FEATURE, Suite, arrives, sized
from tests.features.catalogue import all_features

_LONG = "a-name-that-nothing-breaks-" * 6
_SHOWN = "[...document.querySelectorAll('.list li')].filter(each => each.checkVisibility()).map(each => each.innerText)"


@pytest.fixture
def site(suite: Suite) -> Path:
    """Verdicts of every kind, from two sources, and results that cannot be read; returns the first page."""
    suite.write(FEATURE.replace("| a b  |", f"| {_LONG} |").replace("hosts: all", f"hosts: {_LONG}"))
    suite.ran(arrives(Verdict.PASSED, steps=[]), sized("small", Verdict.FAILED))
    suite.ran(arrives(Verdict.BROKEN), sized("large", Verdict.PASSED), facts=replace(FACTS, source_profile=_LONG))
    suite.ran(arrives(Verdict.SKIPPED, skip_reason=_LONG), facts=replace(FACTS, source_profile="third"))
    (suite.reports / "torn").mkdir()
    (suite.reports / "torn" / "results.json").write_text("{")
    return suite.documented().page


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_no_page_has_a_fault(site: Path, chromium: Chromium, view: View) -> None:
    pages = sorted(site.parent.glob("*.html"))
    assert len(pages) == 3
    assert {page.name: faults_of(page, chromium, view) for page in pages} == {page.name: [] for page in pages}


def test_the_real_features_fit_a_phone(tmp_path: Path, chromium: Chromium) -> None:
    documented(tmp_path)
    pages = sorted((tmp_path / "living").glob("*.html"))
    assert len(pages) > len(all_features())
    assert {page.name: faults_of(page, chromium, PHONE) for page in pages} == {page.name: [] for page in pages}


def test_a_reader_finds_scenarios_with_the_keyboard_alone(site: Path, chromium: Chromium) -> None:
    with chromium.visit(site.as_uri(), PHONE) as page:
        assert len(page.ask(_SHOWN)) == 3
        while page.ask("document.activeElement.name") != "words":
            page.press("Tab")
        for letter in "room one":
            page.press(letter)
        assert page.ask(_SHOWN) == []
        assert page.ask("document.querySelector('output').value") == "0 of 3 scenarios"
        assert page.ask("document.querySelector('.feature').checkVisibility()") is False
        assert page.ask("location.hash") == "#words=room+one"


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("verdict=failed", ["A <size> one arrives"]),
        ("tag=tier0", ["It arrives"]),
        ("words=SIZES%20matter", ["A <size> one arrives"]),
        ("verdict=skipped&words=static", ["It keeps what it had"]),
        ("", ["It arrives", "It keeps what it had", "A <size> one arrives"]),
    ],
)
def test_what_is_looked_for_can_be_handed_on_as_a_link(
    site: Path, chromium: Chromium, wanted: str, shown: list[str]
) -> None:
    with chromium.visit(f"{site.as_uri()}#{wanted}", PHONE) as page:
        assert [each.splitlines()[0] for each in page.ask(_SHOWN)] == shown
        assert page.ask("document.querySelector('output').value") == f"{len(shown)} of 3 scenarios"
