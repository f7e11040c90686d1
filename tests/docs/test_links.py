"""Every link, anchor, make target, subcommand, file and setting that the pages name is really there."""

import re
from pathlib import Path

import click
import pytest

from acceptance.__main__ import main as acceptance
from lab.__main__ import main as lab
from support.run.settings.keys import READERS, UNUSED

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "deploy" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
ROOMS = ("support", "lab", "acceptance", "steps", "features", "tests", "docs", "tools")


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text())


def code(page: Path) -> list[str]:
    """Every line of a code block and every piece of code in a sentence."""
    blocks = [line.strip() for block in FENCE.findall(page.read_text()) for line in block.splitlines()[1:-1]]
    return [*blocks, *CODE.findall(prose(page))]


def anchors(page: Path) -> set[str]:
    """Anchors as GitHub makes them of headings."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", title.lower().replace("`", "")) for title in titles]
    return {title.replace(" ", "-") for title in plain}


def named(pattern: str, page: Path) -> set[str]:
    """First groups of a pattern in all code of a page."""
    return {found for line in code(page) for found in re.findall(pattern, line)}


pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def test_there_are_pages_and_links_to_look_at() -> None:
    assert len(PAGES) == 16
    assert sum(len(LINK.findall(prose(page))) for page in PAGES) > 20


@pages
def test_every_relative_link_and_anchor_resolves(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pages
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    missing = named(r"(?:^|[ &;])make ([a-z][a-z0-9-]*)", page) - targets
    assert missing == set()


def commands(group: click.Group) -> set[str]:
    return set(group.commands)


@pages
def test_every_subcommand_of_acceptance_exists(page: Path) -> None:
    missing = named(r"\bacceptance ([a-z]+)", page) - commands(acceptance)
    assert missing == set()
    assert named(r"\bacceptance lab ([a-z]+)", page) <= commands(lab)


@pages
def test_every_setting_given_by_d_is_known(page: Path) -> None:
    given = named(r"(?<![\w-])-D ?([a-z_]+)", page) - {"key"}
    assert given <= READERS.keys() | UNUSED


@pages
def test_every_file_and_folder_of_the_project_that_a_page_names_exists(page: Path) -> None:
    paths = {each for each in CODE.findall(prose(page)) if re.fullmatch(rf"(?:{'|'.join(ROOMS)})/[\w./-]*", each)}
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
