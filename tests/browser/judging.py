"""What is wrong with a page of the reports, as a browser shows it: nothing else is a fault of a page."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.browser.chromium import Chromium, Page, View

_SCRIPT = (Path(__file__).parent / "judging.js").read_text()
_HERE = ("file", "data", "blob")
DESKTOP, PHONE = View(width=1300), View(width=375)
VIEWS = (DESKTOP, PHONE, View(width=1300, dark=True), View(width=375, dark=True))


def faults_of(path: Path, chromium: Chromium, view: View) -> list[str]:
    """Of one of our own pages, whose every detail is ours to answer for."""
    with chromium.visit(path.absolute().as_uri(), view) as page:
        return [*calls_and_complaints(page), *page.ask(_SCRIPT), *dead_links(page)]


def calls_and_complaints(page: Page) -> Iterator[str]:
    """Console and requests: a page that is read on a plane, or by somebody who must not be known to read it."""
    yield from (f"the console got {each}" for each in page.complaints)
    yield from (f"asks for {each}" for each in page.requests if urlsplit(each).scheme not in _HERE)


def dead_links(page: Page) -> Iterator[str]:
    """Links that lead to no file, or to a place on a page that is not there."""
    for link in dict.fromkeys(page.ask("[...document.links].map(each => each.href)")):
        address = urlsplit(link)
        target = Path(unquote(address.path))
        if address.scheme != "file":
            yield f"leads out: {link}"
        elif not target.exists():
            yield f"leads nowhere: {link}"
        elif address.fragment and f'id="{unquote(address.fragment)}"' not in target.read_text("utf-8"):
            yield f"leads to no place on the page: {link}"
