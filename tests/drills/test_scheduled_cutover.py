"""A cutover that is scheduled is in the Migration from its first version on, and nobody moves it afterwards."""

from pathlib import Path

import pytest

from tests.conformance.recording import recording
from tests.drills.running_lab import behave, finish, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]


def test_mins_before_cutover_schedules_it_at_the_start(tmp_path: Path) -> None:
    options = ("--tags=@test_sanity_warm_mtv_migration", "-Dmins_before_cutover=0.1")
    with running_lab(tmp_path / "lab", "--speed", "20") as lab, recording(lab.folder / "kubeconfig") as made:
        done = finish(behave(*options, f"-Dlab={lab.folder}", f"-Dreports_dir={tmp_path / 'reports'}"), 240)
        assert done.code == 0, done.text
        made.await_deleted(30)
    (versions,) = made.migrations.values()
    times = {version["spec"].get("cutover") for version in versions}
    assert len(times) == 1
    assert times != {None}
    written, late = "last write in ", "not run: last write before the cutover: "
    assert written in done.text or late in done.text, "by a clock that a test cannot stop, one or the other"
