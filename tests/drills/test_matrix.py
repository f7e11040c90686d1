"""`acceptance matrix`: a source that is fine passes, and any other fails with its reason."""

import json
import re
from pathlib import Path

import pytest

from tests.drills.conftest import SPEED
from tests.drills.running_lab import RunningLab, acceptance, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]


def test_a_source_that_nobody_knows_fails_beside_one_that_passes(lab: RunningLab, tmp_path: Path) -> None:
    done = acceptance("matrix", "vsphere", "nowhere", f"-Dlab={lab.folder}", f"-Dreports_dir={tmp_path}", seconds=240)
    assert done.code == 1, done.text
    good, bad = json.loads((tmp_path / "matrix.json").read_text())
    assert (good["source"], good["verdict"], good["right"]) == ("vsphere", "passed", True)
    assert {"cpu", "memory", "nics", "disks", "ssh"} <= set(good["checks"])
    assert (bad["source"], bad["verdict"], bad["right"]) == ("nowhere", "could not start", False)
    assert "has no profile 'nowhere'" in bad["message"]
    assert "2 sources: 1 passed, 1 did not" in done.out
    kept = [path.name for path in (tmp_path / "matrix").iterdir() if path.is_dir()]
    assert kept == ["nowhere"], "the run of one that passed is kept"
    page = (tmp_path / "living" / "cold_migration.html").read_text()
    assert "✓ passed</span> from vSphere 8.0.3 (vsphere) to the embedded lab" in page
    assert 'href="../matrix/summary.html#auto-' in page


def test_a_product_that_breaks_a_promise_fails_and_its_run_is_kept(tmp_path: Path) -> None:
    with running_lab(tmp_path / "lab", "--speed", SPEED, "--defect", "memory-rounded-down") as broken:
        done = acceptance("matrix", "vsphere", f"-Dlab={broken.folder}", f"-Dreports_dir={tmp_path / 'r'}", seconds=240)
    assert done.code == 1, done.text
    (row,) = json.loads((tmp_path / "r" / "matrix.json").read_text())
    assert (row["verdict"], row["right"]) == ("failed", False)
    assert "memory" in row["message"]
    kept = tmp_path / "r" / "matrix" / "vsphere"
    assert list(kept.rglob("run.log"))
    (evidence,) = re.findall(r"^evidence: (.+)$", row["message"], re.MULTILINE)
    assert Path(evidence).is_relative_to(kept)
    assert Path(evidence).is_file()


def test_a_wrong_setting_is_refused_before_anything_runs(tmp_path: Path) -> None:
    done = acceptance("matrix", "-Dsource_provider=ova", f"-Dreports_dir={tmp_path}")
    assert done.code == 2
    assert "source_provider: the matrix chooses that itself" in done.err
    assert list(tmp_path.iterdir()) == []
