"""What the lab's MTV did in every scenario is what MTV does, by a table made apart from lab and suite.

In the nightly run (WHOLE_CATALOGUE=1) from every source, otherwise from the one with the most scenarios.
"""

import os
from pathlib import Path

import pytest

from tests.conformance.judging import judge, row_of
from tests.conformance.recording import recording
from tests.conformance.table import load
from tests.drills.running_lab import behave, finish, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

EVERY = ("vsphere", "openstack", "ovirt", "ova", "openshift", "vsphere-copy-offload")
SOURCES = EVERY if os.environ.get("WHOLE_CATALOGUE") == "1" else EVERY[:1]


@pytest.mark.parametrize("source", SOURCES)
def test_every_scenario_leaves_the_histories_of_the_table(tmp_path: Path, source: str) -> None:
    table = load()
    with running_lab(tmp_path / "lab", "--speed", "20") as lab, recording(lab.folder / "kubeconfig") as made:
        arguments = f"-Dlab={lab.folder}", f"-Dreports_dir={tmp_path / 'reports'}", f"-Dsource_provider={source}"
        done = finish(behave("-j4", *arguments), 600)
        assert done.code == 0, done.text
        made.await_deleted(30)
    assert "\n".join(judge(table, made)) == ""
    kind, by_array = source.removesuffix("-copy-offload"), source.endswith("-copy-offload")
    rows = {row for row in table.rows if row.source == kind and (by_array or row.destination != "array")}
    assert {row_of(table, made, plan[-1]) for plan in made.plans.values()} == rows
