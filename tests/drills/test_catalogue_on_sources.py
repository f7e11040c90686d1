"""The whole catalogue on another source than vSphere: what the table of sources says passes, and the rest is skipped.

Only in the nightly run (WHOLE_CATALOGUE=1). The gates hold the table against the rules, and move one machine from
each source.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain.source import ProviderKind
from tests.drills.running_lab import RunningLab, behave, finish
from tests.features.catalogue import all_features
from tests.features.support_table import ISSUE, KINDS, ROLE, WORDS, YES, name_of, rows

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

SOURCES = tuple(kind for kind in ProviderKind if kind is not ProviderKind.VSPHERE)
WHOLE = os.environ.get("WHOLE_CATALOGUE") == "1"
LONG = 600
REMOTE = "127.0.0.1"
"""Occurs in the address of the lab's other cluster."""


def expected(kind: ProviderKind) -> dict[str, str]:
    """Scenario by title -> cell of the table."""
    heading = next(each for each, known in KINDS.items() if known is kind)
    scenarios = [scenario for feature in all_features() for scenario in feature.scenarios()]
    return {scenario.name: rows()[name_of(scenario)][heading] for scenario in scenarios}


def found(reports: Path) -> Iterator[tuple[str, str, str]]:
    """Title, status and message of each result."""
    for path in (reports / "allure-results").glob("*-result.json"):
        result = json.loads(path.read_text())
        yield result["name"], result["status"], (result.get("statusDetails") or {}).get("message") or ""


def passing(lab: RunningLab, kind: ProviderKind) -> set[str]:
    """Cells whose scenarios run here; a role without a machine by default has one where the profile names it."""
    profile = json.loads((lab.folder / "providers.json").read_text())[kind.value]
    return {YES, ISSUE, *([ROLE] if profile.get("machines") else [])}


@pytest.mark.skipif(not WHOLE, reason="takes minutes: set WHOLE_CATALOGUE, as make nightly does")
@pytest.mark.parametrize("kind", SOURCES)
def test_what_the_table_promises_passes_and_everything_else_says_why_not(
    lab: RunningLab, tmp_path: Path, kind: ProviderKind
) -> None:
    before = lab.state()
    settings = {"lab": lab.folder, "source_provider": kind.value, "remote_ocp_cluster": REMOTE, "reports_dir": tmp_path}
    done = finish(behave(*(f"-D{key}={value}" for key, value in settings.items())), LONG)
    assert done.code == 0, done.text
    cells = expected(kind)
    ran = passing(lab, kind)
    results = list(found(tmp_path))
    assert {name for name, _status, _message in results} == cells.keys()
    for name, status, message in results:
        assert status == ("passed" if cells[name] in ran else "skipped"), (name, message)
        assert status == "passed" or message.startswith(WORDS[cells[name]]), (name, message)
    after = lab.state()
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == set()
