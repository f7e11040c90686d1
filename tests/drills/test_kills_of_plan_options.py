"""`kill -9` around what only plan options make: a node's label, a shared network, a namespace for the machines.

In the nightly run (EVERY_RECORD=1) before and after each of them is made, otherwise at two of these moments.
"""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.killing import clean_up, inhabited_lab, start
from tests.drills.running_lab import RunningLab, finish

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

EVERY = os.environ.get("EVERY_RECORD") == "1"
SCENARIO = "@test_cold_migration_comprehensive"
_KINDS = {"Node", "NetworkAttachmentDefinition", "Namespace"}


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with inhabited_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


def test_killed_around_what_plan_options_make_everything_can_be_cleaned_up(
    inhabited: RunningLab, tmp_path: Path
) -> None:
    before = inhabited.state()
    clean = finish(start(inhabited, tmp_path / "clean", scenario=SCENARIO))
    assert clean.code == 0, clean.text
    assert inhabited.state() == before
    moments = _moments(tmp_path / "clean")
    assert len(moments) == 6, moments
    for number in moments if EVERY else sorted(random.sample(moments, 2)):
        reports = tmp_path / f"record-{number}"
        done = finish(start(inhabited, reports, die_after=number, scenario=SCENARIO))
        assert done.code == -9, f"record {number}: {done.text}"
        clean_up(inhabited, reports, before, f"killed after record {number}")


def _moments(reports: Path) -> list[int]:
    """Numbers of the records that announce such things for the scenario, and of those that tell they are there."""
    (journal,) = reports.glob("*/journal/*.jsonl")
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    keys = {r["key"] for r in records if (r.get("thing") or {}).get("kind") in _KINDS and r["thing"].get("scope")}
    told = {"intent", "created", "patching", "patched"}
    return [number for number, r in enumerate(records, start=1) if r["key"] in keys and r["act"] in told]
