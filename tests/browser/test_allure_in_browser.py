"""Allure's page of a real run, in a real browser: the page is not ours, but what it shows is, and it calls nobody."""

import os
import shutil
from pathlib import Path

import pytest

from acceptance import rendering
from tests.browser.chromium import Chromium, Page, View
from tests.browser.judging import DESKTOP, PHONE, calls_and_complaints
from tests.evidence.conftest import Project

_FEATURE = """
Feature: Moving machines
  Scenario: It passes
    Given all is well

  Scenario: A machine differs
    Given all is well
    Then the product fails

  Scenario: Its checks are told
    When it tells
    Then the product fails
"""
_LEAF = "[...document.querySelectorAll('[data-testid=tree-leaf]')].find(each => each.innerText.includes({!r})).click()"
_MESSAGE = "memory: expected 2, got ***"

REQUIRED = os.environ.get("REQUIRE_ALLURE") == "1"

both = pytest.mark.parametrize("view", [DESKTOP, PHONE], ids=str)


@pytest.fixture(scope="module")
def report(project: Project) -> Path:
    """Skips without Node, or where Allure was never fetched, since a test fetches nothing; unless REQUIRE_ALLURE=1."""
    if shutil.which("node") is None or not (rendering._TOOLS / "node_modules").is_dir():
        missing = "Allure 3 is not at hand: it needs Node 20, and `make report` fetches it"
        assert not REQUIRED, f"{missing}, and REQUIRE_ALLURE=1 says that it must be"
        pytest.skip(missing)
    return rendering.installed().render(project(_FEATURE).folder / "reports")


def open_scenario(page: Page, title: str) -> None:
    assert page.shows(title)
    page.ask(_LEAF.format(title))
    assert page.shows("Test body")


def faults(page: Page) -> list[str]:
    wide = page.ask("document.documentElement.scrollWidth > innerWidth")
    return [*calls_and_complaints(page), *(["scrolls sideways"] if wide else [])]


@both
def test_it_calls_nobody_and_fits_the_screen(report: Path, chromium: Chromium, view: View) -> None:
    with chromium.visit(report.as_uri(), view) as page:
        open_scenario(page, "It passes")
        assert faults(page) == []


@both
@pytest.mark.parametrize("title", ["A machine differs", "Its checks are told"])
def test_a_failed_step_shows_what_was_expected_and_what_was_there(
    report: Path, chromium: Chromium, view: View, title: str
) -> None:
    with chromium.visit(report.as_uri(), view) as page:
        open_scenario(page, title)
        assert page.shows("Then the product fails")
        told = page.ask("document.body.innerText")
        assert told.count(_MESSAGE) == 2, "the scenario says it, and so does the step"
        assert faults(page) == []


def test_a_failed_check_is_a_line_of_its_own_with_both_values(report: Path, chromium: Chromium) -> None:
    with chromium.visit(report.as_uri(), DESKTOP) as page:
        open_scenario(page, "Its checks are told")
        assert page.shows("vm-1: memory")
        assert page.shows("size: expected 2, got 1")
