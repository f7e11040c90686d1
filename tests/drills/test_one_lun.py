"""Scenarios that run side by side and want the same LUN take turns: it serves one machine at a time."""

import json
from pathlib import Path

import pytest

from tests.drills.own_project import FEATURE, project_with
from tests.drills.running_lab import behave, finish, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]

_SCENARIO = """
  Scenario: {name} has the LUN
    Given a powered-off Copy-offload template machine on the source
    And it has a raw disk on the storage array
    When it is cold migrated
    Then the migration succeeds
"""
_TWO = "@copyoffload\nFeature: One LUN\n" + "".join(_SCENARIO.format(name=name) for name in ("The first", "The second"))


def test_two_workers_with_one_lun_both_get_it_and_never_at_once(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "project").mkdir()
    with running_lab(tmp_path / "lab", "--speed", "40") as lab:
        where = (
            f"-Dlab={lab.folder}",
            "-Dsource_provider=vsphere-copy-offload",
            f"-Dreports_dir={tmp_path / 'reports'}",
        )
        done = finish(behave(FEATURE, "-j", "2", *where, cwd=project_with(tmp_path / "project", _TWO)))
        assert done.code == 0, done.text
        assert lab.diff() == {"added": [], "removed": [], "changed": []}
    plans = sorted(_lives(tmp_path / "reports", "Plan"))
    machines = _lives(tmp_path / "reports", "Machine")
    assert len(plans) == len(machines) == 2
    assert min(end for _begin, end in machines) <= plans[1][0], "both machines were planned while both were there"


def _lives(reports: Path, kind: str) -> list[tuple[str, str]]:
    """From the announcement of each thing of a kind to its end, as journals tell."""
    lines = [line for path in reports.glob("*/journal/*.jsonl") for line in path.read_text().splitlines()]
    records = [json.loads(line) for line in lines]
    begun = {each["key"]: each["at"] for each in records if (each.get("thing") or {}).get("kind") == kind}
    return [(begun[each["key"]], each["at"]) for each in records if each["act"] == "gone" and each["key"] in begun]
