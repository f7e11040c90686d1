"""Publishing: the well-known names point at the last finished run, and nothing that was there is lost."""

from pathlib import Path

import pytest

from support.evidence import publish as publishing
from support.evidence.publish import publish
from support.evidence.results import RunFacts, ScenarioResult, Verdict


def result(title: str, **others: object) -> ScenarioResult:
    made = ScenarioResult(
        title=title, template_title=title, feature="Cold", rule="", file="features/a.feature", line=1, tags=()
    )
    made.verdict = Verdict.PASSED
    for name, value in others.items():
        setattr(made, name, value)
    return made


def run(reports: Path, name: str, title: str = "One") -> None:
    publish([result(title)], RunFacts(run_id=name, target="embedded lab"), reports / name)


def test_names_point_at_the_last_run_and_survive_that_the_reports_are_moved(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    run(reports, "auto-1")
    run(reports, "auto-2")
    moved = reports.rename(tmp_path / "elsewhere")
    for name in ("allure-results", "junit"):
        assert (moved / name).resolve() == moved / "auto-2" / name
        assert any((moved / "auto-1" / name).iterdir())


def test_a_run_that_dies_while_it_writes_leaves_the_names_at_the_run_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "auto-1")

    def dies(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(publishing, "write_junit", dies)
    with pytest.raises(OSError, match="no space"):
        run(tmp_path, "auto-2")
    assert (tmp_path / "allure-results").resolve() == tmp_path / "auto-1" / "allure-results"
    monkeypatch.undo()
    run(tmp_path, "auto-2")
    assert (tmp_path / "junit").resolve() == tmp_path / "auto-2" / "junit"
    assert not list((tmp_path / "auto-2").glob(".*"))


def test_a_real_folder_of_that_name_is_set_aside_and_kept(tmp_path: Path) -> None:
    (tmp_path / "junit").mkdir()
    (tmp_path / "junit" / "theirs.xml").write_text("<x/>")
    run(tmp_path, "auto-1")
    assert (tmp_path / "junit.kept-1" / "theirs.xml").is_file()
    assert (tmp_path / "junit" / "mtv-acceptance.xml").is_file()


def test_characters_that_xml_forbids_are_left_out(tmp_path: Path) -> None:
    bad = result("Two", verdict=Verdict.FAILED, message="\x1b[31mred\x00\ufffe \U0001f600", log="a\x07b")
    publish([bad], RunFacts(run_id="auto-1", target="embedded lab"), tmp_path / "auto-1")
    text = (tmp_path / "junit" / "mtv-acceptance.xml").read_text()
    assert "[31mred 😀" in text
    assert ">ab<" in text


def test_the_run_facts_are_in_the_environment_of_the_allure_report(tmp_path: Path) -> None:
    run(tmp_path, "auto-1")
    lines = (tmp_path / "allure-results" / "environment.properties").read_text().splitlines()
    assert "Target=embedded lab" in lines
    assert "Run=auto-1" in lines
