"""docs/coming-from-pytest.md names every test that has a scenario, with its feature, and sentences that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "coming-from-pytest.md").read_text()
TICKED = re.compile(r"`([^`]+)`")


def rows(heading: str) -> list[list[str]]:
    text = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ][2:]


def features() -> dict[str, str]:
    """Test name -> feature file, of every scenario that stands for a test."""
    return {
        tag: path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "features").glob("*.feature"))
        for tag in re.findall(r"@(test_\w+)", path.read_text())
    }


def told() -> dict[str, str]:
    found = [[TICKED.findall(cell) for cell in row] for row in rows("Tests")]
    return {row[0][0]: row[1][0] for row in found if row[0] and row[1]}


def older_suite_s() -> dict[str, str]:
    """Those of our own have no test they stand for; they are not on the page."""
    return {tag: file for tag, file in features().items() if tag in told()}


def test_every_test_on_the_page_is_where_it_says() -> None:
    assert told() == older_suite_s()
    assert len(told()) >= 8


def test_every_sentence_on_the_page_is_one_of_a_feature_or_of_the_vocabulary() -> None:
    spoken = "\n".join(path.read_text() for path in (ROOT / "features").glob("*.feature"))
    spoken += (ROOT / "docs" / "writing-scenarios.md").read_text()
    words = [word.strip(" .") for row in rows("Plan keys") for word in TICKED.findall(row[1])]
    assert words
    missing = [
        word
        for word in words
        if word not in spoken and word.replace("a RHEL 8 machine", "RHEL 8 machine") not in spoken
    ]
    assert missing == []
