"""What a matrix makes of a run: a source passes only by a scenario that compared something in a run that ended well."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from acceptance.defining import matrix_settings
from acceptance.matrix import PROFILES, Place, Row, judged, rows
from acceptance.matrix_report import summary, write
from acceptance.processes import Ended, results_in
from support.domain.errors import StartError
from support.domain.source import ProviderKind

REPORTS = Path("reports")
PASSED = Row(source="ova", verdict="passed", checks=("cpu",), seconds=1.5, code=0)
WELL = Ended(code=0, said="1 scenario passed")


def result(status: str, message: str = "", **checks: str) -> dict[str, Any]:
    inner = [
        {"name": f"web: {name}", "status": each, "statusDetails": {"message": f"not run: {name} was not told"}}
        for name, each in checks.items()
    ]
    return {"status": status, "statusDetails": {"message": message}, "steps": [{"name": "Then it is", "steps": inner}]}


def test_a_row_counts_what_was_compared_and_says_what_was_not() -> None:
    found = judged("ova", [result("passed", cpu="passed", memory="failed", snapshots="skipped")], WELL, 3)
    assert (found.checks, found.not_run) == (("cpu", "memory"), ("snapshots: snapshots was not told",))
    assert found.right


@pytest.mark.parametrize(
    ("results", "ended", "verdict", "message"),
    [
        (
            [result("failed", "MachineDiffers: cpu", cpu="failed")],
            Ended(code=1, said=""),
            "failed",
            "MachineDiffers: cpu",
        ),
        ([result("broken", "SuiteError: no", cpu="passed")], Ended(code=1, said=""), "broken", "SuiteError: no"),
        ([result("skipped", "@needs.clone: it cannot")], Ended(code=1, said=""), "skipped", "@needs.clone: it cannot"),
        ([result("passed")], WELL, "passed", ""),
        (
            [result("passed", cpu="passed")],
            Ended(code=1, said="1 scenario passed\nCleanupError: the run left over: x\n"),
            "passed",
            "the run ended with 1: CleanupError: the run left over: x",
        ),
        (
            [],
            Ended(code=2, said="Run\n\nStartError: cannot be used yet\n"),
            "could not start",
            "StartError: cannot be used yet",
        ),
        (
            [],
            Ended(code=None, said="the suite did not end within 5 s"),
            "no result",
            "the suite did not end within 5 s",
        ),
        ([], Ended(code=1, said=""), "no result", "it said nothing"),
        ([result("passed")] * 2, WELL, "no result", "expected the result of one scenario, found 2"),
    ],
)
def test_nothing_else_is_right(results: list[dict[str, Any]], ended: Ended, verdict: str, message: str) -> None:
    found = judged("ova", results, ended, 3)
    assert not found.right
    assert (found.verdict, found.message) == (verdict, message)


def test_the_five_profiles_are_those_of_the_five_types() -> None:
    assert sorted(PROFILES) == sorted(kind.value for kind in ProviderKind)


def test_each_source_gets_a_run_of_its_own_on_the_same_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []

    def behave(_chosen: list[str], defines: dict[str, str], _seconds: float | None) -> Ended:
        asked.append(defines)
        return WELL

    monkeypatch.setattr("acceptance.matrix.behave", behave)
    place = Place(folder=tmp_path, lab=tmp_path / "lab", defines={"log_level": "DEBUG"})
    found = list(rows(("ova", "team/a"), place, jobs=1))
    assert [each.source for each in found] == ["ova", "team/a"]
    assert [each["source_provider"] for each in asked] == ["ova", "team/a"]
    assert {(each["lab"], each["log_level"]) for each in asked} == {(str(tmp_path / "lab"), "DEBUG")}
    assert len({each["reports_dir"] for each in asked}) == 2


def test_on_a_cluster_no_wait_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[dict[str, str], float | None]] = []

    def behave(_chosen: list[str], defines: dict[str, str], seconds: float | None) -> Ended:
        heard.append((defines, seconds))
        return WELL

    monkeypatch.setattr("acceptance.matrix.behave", behave)
    list(rows(("ova",), Place(folder=tmp_path), jobs=1))
    ((defines, seconds),) = heard
    assert seconds is None
    assert not [key for key in defines if key.startswith("wait_") or key == "lab"]


def test_the_table_is_written_for_people_and_machines(tmp_path: Path) -> None:
    wrong = replace(PASSED, source="ovirt", verdict="failed", code=1, not_run=("ssh: nobody told",), message="differs")
    write(tmp_path, [PASSED, wrong], [tmp_path / "more" / "x.json"])
    told = json.loads((tmp_path / "matrix.json").read_text())
    assert [(each["source"], each["right"]) for each in told] == [("ova", True), ("ovirt", False)]
    assert (tmp_path / "more" / "x.json").read_text() == (tmp_path / "matrix.json").read_text()
    page = (tmp_path / "matrix.md").read_text()
    assert "| ova | passed | 1 | 0 | 1.5 s |" in page
    assert "* ssh: nobody told" in page
    assert summary([PASSED, wrong]) == "2 sources: 1 passed, 1 did not"


@pytest.mark.parametrize("setting", ["source_provider=ova", "lab_defect=nic-dropped", "lab_jitter=on"])
def test_a_matrix_chooses_its_sources_and_breaks_nothing(setting: str) -> None:
    with pytest.raises(StartError, match=f"{setting.partition('=')[0]}: the matrix chooses that itself"):
        matrix_settings([setting], (), REPORTS)


def test_a_cluster_has_no_five_profiles_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "kubeconfig").write_text("")
    reached = ["target=cluster", f"kubeconfig={tmp_path / 'kubeconfig'}", "storage_class=fast"]
    with pytest.raises(StartError, match="target=cluster: expected the names of the profiles"):
        matrix_settings(reached, (), REPORTS)
    settings = matrix_settings([*reached, "reports_dir=elsewhere"], ("mine",), REPORTS)
    assert (settings.on_lab, settings.reports) == (False, Path("elsewhere"))
    assert settings.defines["storage_class"] == "fast"


def test_a_lab_that_is_up_is_used_and_its_speed_is_for_one_of_its_own(tmp_path: Path) -> None:
    assert matrix_settings([f"lab={tmp_path}"], (), REPORTS).lab == tmp_path
    own = matrix_settings(["lab_speed=40", "log_level=DEBUG"], (), REPORTS)
    assert (own.lab, own.lab_speed, own.defines) == (None, "40", {"log_level": "DEBUG"})


def test_a_scenario_that_never_began_is_a_result_without_steps(tmp_path: Path) -> None:
    """As where the session could not be opened: Allure leaves out what is empty."""
    (tmp_path / "allure-results").mkdir()
    text = json.dumps({"name": "It arrives", "status": "broken", "statusDetails": {"message": "ProviderNotReady: no"}})
    (tmp_path / "allure-results" / "x-result.json").write_text(text)
    found = judged("ova", results_in(tmp_path), Ended(code=1, said=""), 3)
    assert (found.verdict, found.message, found.checks) == ("broken", "ProviderNotReady: no", ())
