"""docs/writing-scenarios.md names every sentence, check and tag there is, and none that is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from support.checks.bundle import CHECKS
from support.run.selection import CAPABILITIES, FAMILIES, SEVERITIES, is_known_tag
from support.run.tag_meanings import MEANINGS, form_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-scenarios.md").read_text()
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def first_cells(heading: str) -> list[str]:
    return FIRST_CELL.findall(PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0])


def sentences() -> Iterator[str]:
    """`Given a ...`: keyword and text of every step, as its decorator says."""
    for path in sorted((ROOT / "steps").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for decorator in getattr(node, "decorator_list", ()):
                text = decorator.args[0]
                assert isinstance(text, ast.Constant), f"{path}: a sentence that is not plain text"
                assert isinstance(text.value, str)
                yield f"{decorator.func.id.capitalize()} {text.value}"


def test_every_sentence_is_on_the_page_and_no_other() -> None:
    assert sorted(first_cells("Sentences")) == sorted(sentences())


def test_every_check_is_on_the_page_and_no_other() -> None:
    assert first_cells("Checks") == list(CHECKS)


def test_every_tag_is_on_the_page_and_no_other() -> None:
    told = {tag.removeprefix("@") for tag in first_cells("Tags")}
    patterns = {"test_<name>", "min_mtv_version=<X.Y>", "known.<ID-1>", "severity.<level>"}
    assert told == FAMILIES | {f"needs.{each}" for each in CAPABILITIES} | patterns


def test_a_tag_means_the_same_on_the_page_and_in_the_living_documentation() -> None:
    rows = re.findall(r"^\| `@([^`]+)` \| ([^|]+) \|", PAGE.split("\n## Tags\n")[1], re.MULTILINE)
    assert {tag: meaning.strip() for tag, meaning in rows} == MEANINGS
    assert all(form_of(tag) in MEANINGS for tag in (*FAMILIES, "test_x", "known.MTV-1", "severity.minor"))


def test_tags_with_a_variable_part_are_known_with_an_example_in_its_place() -> None:
    examples = {"<name>": "some_thing", "<X.Y>": "2.12", "<ID-1>": "MTV-1", "<level>": "minor"}
    for tag in first_cells("Tags"):
        for part, example in examples.items():
            tag = tag.replace(part, example)  # noqa: PLW2901 - one substitution after the other
        assert is_known_tag(tag.removeprefix("@")), tag


def test_every_severity_is_named() -> None:
    assert all(f"`{level}`" in PAGE for level in SEVERITIES)


def test_the_example_is_the_feature_as_it_is() -> None:
    example = PAGE.split("```gherkin\n")[1].split("```")[0]
    assert example == (ROOT / "features" / "cold_migration.feature").read_text()
