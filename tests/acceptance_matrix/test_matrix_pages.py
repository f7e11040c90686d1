"""Sources of a matrix on one page, and beside the scenarios; a run without results takes nothing from the others."""

from dataclasses import replace
from pathlib import Path

import pytest

from acceptance.matrix import Place, Row
from acceptance.matrix_pages import write_pages
from support.evidence.publish import publish
from support.evidence.results import ScenarioResult, Verdict
from tests.evidence.accounts import BAD, FACTS, GOOD, scenario

TITLE = "A RHEL machine is still itself after a cold migration"


class Scene:
    """Runs of a matrix in the folder that goes with it, and what is kept of them among the reports."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder=folder / "matrix-1")
        self.folder = folder / "reports" / "matrix"
        self.rows: list[Row] = []

    def ran(self, source: str, *results: ScenarioResult) -> Path:
        reports = self.place.reports_of(source)
        reports.mkdir(parents=True)
        if results:
            publish(results, replace(FACTS, run_id=f"auto-{source}", source_profile=source), reports / f"auto-{source}")
        self.rows.append(Row(source=source, verdict="passed", checks=("cpu",), seconds=1.5, code=0))
        return reports / f"auto-{source}"

    def pages(self) -> tuple[str, str, tuple[str, ...]]:
        """The summary, the feature on the site, and what is amiss."""
        notes = write_pages(self.rows, self.place, self.folder)
        site = self.folder.parent / "living" / "cold_migration.html"
        return (self.folder / "summary.html").read_text(), site.read_text(), notes


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def cold(verdict: Verdict, **changes: object) -> ScenarioResult:
    return scenario(TITLE, verdict, GOOD, BAD, file="features/cold_migration.feature", line=6, **changes)


def test_all_sources_are_on_one_page_and_each_beside_the_scenario(scene: Scene) -> None:
    scene.ran("ova", cold(Verdict.PASSED))
    scene.ran("ovirt", cold(Verdict.FAILED))
    scene.ran("openstack")
    summary, feature, notes = scene.pages()
    assert "1 scenario failed, of 2 that ran" in summary
    assert 'href="../living/index.html"' in summary
    for source, said in (("ova", "✓ passed"), ("ovirt", "✗ failed")):
        assert f"{said}</span> from vSphere 8.0.3 ({source}) to cluster prod-7" in feature
        assert f'href="../matrix/summary.html#auto-{source}-' in feature
        assert f'id="auto-{source}-features-cold-migration-feature-6"' in summary
    assert notes == ()


def test_a_source_that_is_not_among_these_keeps_its_last_verdict_without_a_link_that_leads_nowhere(
    scene: Scene, tmp_path: Path
) -> None:
    scene.ran("ova", cold(Verdict.PASSED))
    scene.pages()
    later = Scene(tmp_path)
    later.place = Place(folder=tmp_path / "matrix-2")
    later.ran("ovirt", cold(Verdict.PASSED))
    summary, feature, _notes = later.pages()
    assert "ova" not in summary
    assert "(ova) to cluster prod-7" in feature
    assert "auto-ovirt-" in feature
    assert "auto-ova" not in feature


def test_without_features_the_sources_are_on_one_page_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scene.ran("ova", cold(Verdict.PASSED))
    monkeypatch.chdir(tmp_path)
    (note,) = write_pages(scene.rows, scene.place, scene.folder)
    assert "no living documentation: no features in" in note
    assert "living" not in (scene.folder / "summary.html").read_text()


def test_evidence_is_where_the_run_is_kept(scene: Scene) -> None:
    told = str(scene.place.reports_of("ova") / "auto-ova" / "evidence" / "cold-6" / "index.md")
    scene.ran("ova", cold(Verdict.FAILED, evidence=told))
    kept = scene.folder / "ova" / "auto-ova" / "evidence" / "cold-6" / "index.md"
    kept.parent.mkdir(parents=True)
    kept.write_text("# What explains it")
    assert 'href="ova/auto-ova/evidence/cold-6/index.md"' in scene.pages()[0]


def test_results_that_cannot_be_read_are_named_and_the_others_count(scene: Scene) -> None:
    scene.ran("ova", cold(Verdict.PASSED))
    (scene.ran("ovirt", cold(Verdict.PASSED)) / "results.json").write_text("{")
    summary, _feature, (note,) = scene.pages()
    assert "The one scenario that ran passed" in summary
    assert "auto-ovirt/results.json: expected the results of a finished run" in note


def test_without_any_results_there_is_no_page(scene: Scene) -> None:
    scene.ran("ova")
    assert write_pages(scene.rows, scene.place, scene.folder) == ()
    assert not scene.folder.exists()
