"""Writes the first page of a folder of evidence: Markdown for terminals and mails, HTML for whoever clicks."""

import logging
from pathlib import Path
from urllib.parse import quote

from support.evidence.collecting.telling import FirstPage
from support.evidence.pages.page import templates

INDEX, HTML = "index.md", "index.html"
_TEMPLATES = Path(__file__).parent / "templates"
_LOG = logging.getLogger("support.evidence.collecting")
_WORDS = {
    "failed_step": "Failed step",
    "first": "Where to look first",
    "missing": "What is missing",
    "nothing": "Nothing.",
}
"""What both say around what happened."""


def write_first_page(page: FirstPage, folder: Path) -> None:
    """The Markdown must come about; without the HTML a reader still has that."""
    _write(page, folder / INDEX)
    try:
        _write(page, folder / HTML)
    except Exception as error:  # noqa: BLE001 - what explains a failure must never become one
        _LOG.warning("%s: %s: %s", folder / HTML, type(error).__name__, error)


def _write(page: FirstPage, path: Path) -> None:
    environment = templates(_TEMPLATES)
    environment.filters |= {"quoted": quote}
    text = environment.get_template(path.name).render(page=page, **_WORDS)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
