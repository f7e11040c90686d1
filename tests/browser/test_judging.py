"""A page with a fault is noticed, for every fault that our pages are said not to have."""

from pathlib import Path

import pytest

from tests.browser.chromium import Chromium
from tests.browser.judging import PHONE, faults_of

HEAD = '<title>x</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
GOOD = f'<!doctype html><html lang="en"><head>{HEAD}</head><body><h1>x</h1>{{}}</body></html>'


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        ("<script>console.error('lost')</script>", "the console got"),
        ("<script>throw new Error('lost')</script>", "the console got"),
        ('<img src="http://127.0.0.1:9/x.png" alt="">', "asks for http://127.0.0.1:9/x.png"),
        ('<div style="width:400px">wide</div>', "scrolls sideways"),
        ('<a href="nobody.html">x</a>', "leads nowhere"),
        ('<a href="#nobody">x</a>', "leads to no place on the page"),
        ('<a href="https://example.com/">x</a>', "leads out"),
        ('<p style="color:#999">pale</p>', "contrast of 2.85: <p> pale"),
        ("<h3>deep</h3>", "heading of level 3 below one of 1"),
        ("<h1>again</h1>", "has not one first heading"),
        ("<input>", "field without a label"),
        ("<table><tr><th>x</th></tr></table>", "table head without a scope"),
        ('<p id="a">a</p><p id="a">a</p>', "two elements are called a"),
    ],
)
def test_a_planted_fault_is_noticed(tmp_path: Path, chromium: Chromium, planted: str, says: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(GOOD.format(planted))
    found = faults_of(page, chromium, PHONE)
    assert any(says in each for each in found), found


def test_a_good_page_has_none(tmp_path: Path, chromium: Chromium) -> None:
    page = tmp_path / "page.html"
    page.write_text(GOOD.format('<p>good</p><a href="page.html">here</a>'))
    assert faults_of(page, chromium, PHONE) == []
