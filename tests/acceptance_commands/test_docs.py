"""`acceptance docs` shows the real features, wherever the reports are, and says in one line what it cannot do."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from acceptance.__main__ import main
from tests.features.catalogue import all_features


def docs(*options: str) -> Result:
    return CliRunner().invoke(main, ["docs", *options])


def test_every_scenario_and_every_sentence_of_the_suite_is_on_the_site(tmp_path: Path) -> None:
    done = docs("-D", f"reports_dir={tmp_path}")
    assert (done.exit_code, done.output) == (0, f"{tmp_path / 'living' / 'index.html'}\n")
    first = (tmp_path / "living" / "index.html").read_text()
    features = [each.behave() for each in all_features()]
    assert features
    assert all(f">{each.name}</a></h2>" in first for each in features)
    words = (tmp_path / "living" / "words.html").read_text()
    assert "Given a {power:Power} {role:Machine} on the source" in words
    assert "a running RHEL 8 machine on the source" in words


def test_reports_are_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTV_REPORTS_DIR", str(tmp_path / "elsewhere"))
    assert docs().exit_code == 0
    assert (tmp_path / "elsewhere" / "living" / "index.html").is_file()


def test_results_that_cannot_be_read_are_named_and_fail_nothing(tmp_path: Path) -> None:
    (tmp_path / "auto-1").mkdir()
    (tmp_path / "auto-1" / "results.json").write_text("[]")
    done = docs("-D", f"reports_dir={tmp_path}")
    assert done.exit_code == 0
    assert "note: not in the living documentation: auto-1/results.json: " in done.output


def test_outside_of_the_suite_it_says_where_to_start_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = docs()
    assert (done.exit_code, "start it in the folder of the suite" in done.output) == (2, True)
    assert os.listdir(tmp_path) == []


def test_a_setting_that_is_none_is_refused() -> None:
    assert "did you mean reports_dir?" in docs("-D", "report_dir=x").output
