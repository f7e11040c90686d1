"""`kill -9` around what shaping and copy-offload by SSH make beside machines: a key on a host, a folder on a datastore.

The scenario is the drill's own, in a project that shares sentences and hooks with the suite's, and makes most of what
a scenario with copy-offload can make. In the nightly run (EVERY_RECORD=1) it is killed after each record, otherwise
at two of the moments around those things.
"""

import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.workflow.host_keys import HOST_KEY
from support.workflow.journalling import DIE_AFTER
from support.workflow.shaping import FOLDER
from tests.drills.killing import clean_up, inhabited_lab, records_of
from tests.drills.own_project import FEATURE, project_with
from tests.drills.running_lab import RunningLab, behave, finish

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600)]

EVERY = os.environ.get("EVERY_RECORD") == "1"
_PROFILE = "vsphere-copy-offload"
_MOST_KINDS = """
@copyoffload
Feature: Folders and keys
  Scenario: Disks of other kinds, snapshots, and a host that MTV may log in to
    Given a running Copy-offload template machine on the source
    And it has these extra disks
      | size | folder       |
      | 1 GB | shared_disks |
    And it has a raw disk on the storage array
    And 2 snapshots are taken of it while it runs
    When it is cold migrated with copy-offload
    Then the migration succeeds
"""


@pytest.fixture(scope="module")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """A lab whose profile has MTV clone by SSH."""
    with inhabited_lab(tmp_path_factory.mktemp("lab")) as lab:
        file = lab.folder / "providers.json"
        profiles = json.loads(file.read_text())
        profiles[_PROFILE]["copyoffload"]["esxi_clone_method"] = "ssh"
        file.write_text(json.dumps(profiles))
        yield lab


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_with(tmp_path_factory.mktemp("project"), _MOST_KINDS)


def start(lab: RunningLab, project: Path, reports: Path, die_after: int = 0) -> "subprocess.Popen[str]":
    environment = {DIE_AFTER: str(die_after)} if die_after else {}
    where = (f"-Dlab={lab.folder}", f"-Dsource_provider={_PROFILE}", f"-Dreports_dir={reports}")
    return behave(FEATURE, *where, env=environment, cwd=project)


def test_killed_after_a_record_of_copy_offload_everything_can_be_cleaned_up(
    inhabited: RunningLab, project: Path, tmp_path: Path
) -> None:
    before = inhabited.state()
    clean = finish(start(inhabited, project, tmp_path / "clean"))
    assert clean.code == 0, clean.text
    assert inhabited.state() == before
    moments = _moments(tmp_path / "clean")
    assert len(moments) == 4, moments
    count = records_of(tmp_path / "clean")
    for number in range(1, count + 1) if EVERY else sorted(random.sample(moments, 2)):
        reports = tmp_path / f"record-{number}"
        done = finish(start(inhabited, project, reports, die_after=number))
        assert done.code == -9, f"record {number} of {count}: {done.text}"
        clean_up(inhabited, reports, before, f"killed after record {number} of {count}")


def _moments(reports: Path) -> list[int]:
    """Numbers of the records that announce such things, and of those that tell they are there."""
    (journal,) = reports.glob("*/journal/*.jsonl")
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    keys = {record["key"] for record in records if (record.get("thing") or {}).get("kind") in (HOST_KEY, FOLDER)}
    told = {"intent", "created", "patching", "patched"}
    return [number for number, record in enumerate(records, start=1) if record["key"] in keys and record["act"] in told]
