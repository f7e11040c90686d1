"""docs/fidelity.md has a line for every item of the checklists, and names only tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "fidelity.md").read_text()
AREAS = ("warm", "hooks", "remote", "other sources", "copy-offload", "plan options", "data check", "defects")
LATER = (*AREAS, "diagnostics", "reports", "shards")
FORKLIFT = {1: (1, 6), 2: (7, 12), 3: (13, 15), 4: (16, 24), 5: (25, 31), 6: (32, 35), 7: (36, 38)} | {
    8: (39, 42),
    9: (43, 44),
    10: (45, 50),
}
"""Section of the checklist -> first and last number; numbers run through all sections."""


def items(sheet: str) -> dict[str, str]:
    """Item -> what covers it."""
    text = PAGE.split(f"### facts/{sheet}.md")[1].split("\n### ")[0]
    rows = re.findall(r"^\| ([^|]+) \| (.+) \|$", text, re.MULTILINE)
    return {item.strip(): covered for item, covered in rows if item not in ("Item", "---")}


def test_every_item_of_the_forklift_sheet_has_a_line() -> None:
    wanted = [
        f"9.{section}.{number}" for section, (first, last) in FORKLIFT.items() for number in range(first, last + 1)
    ]
    assert list(items("forklift")) == wanted


def test_every_item_of_the_openshift_sheet_has_a_line() -> None:
    assert list(items("openshift")) == [f"9.{number}" for number in range(1, 19)]


def test_every_item_of_the_sheet_on_sources_has_a_line() -> None:
    assert [item for item in items("sources") if item.startswith("vCenter")] == [f"vCenter {n}" for n in range(1, 12)]
    assert [item for item in items("sources") if item.startswith("oVirt")] == [f"oVirt {n}" for n in range(1, 11)]
    assert [item for item in items("sources") if item.startswith("OpenStack")] == [
        f"OpenStack {n}" for n in range(1, 11)
    ]
    assert {"ESXi over SSH", "OVA", "OpenShift as source"} <= items("sources").keys()


def test_every_item_of_the_behave_sheet_has_a_line() -> None:
    assert list(items("behave")) == [f"6.{number}" for number in range(1, 12)]


@pytest.mark.parametrize("sheet", ["forklift", "openshift", "sources", "behave"])
def test_each_line_names_a_test_or_the_area_it_waits_for(sheet: str) -> None:
    for item, covered in items(sheet).items():
        waits = re.findall(r"not yet \(([^)]+)\)", covered)
        assert covered.count("not yet") == len(waits), item
        assert all(area in LATER for each in waits for area in each.split(", ")), item
        assert waits or "`tests/" in covered, item


def test_every_test_named_on_the_page_exists() -> None:
    named = set(re.findall(r"`(tests/[^`]+)`", PAGE))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
