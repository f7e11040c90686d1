"""`acceptance cleanup` before it reaches any cluster: which run, whether it still lives, and whether it can look."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain.names import RunId
from support.run.cleaning import EXIT_CLEAN, EXIT_COULD_NOT_LOOK, clean
from support.run.folder import RunFolder, make_folder, take

RUN = RunId("auto-ab12")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MTV_REPORTS_DIR", raising=False)
    monkeypatch.delenv("MTV_TARGET", raising=False)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


@pytest.fixture
def defines(reports: Path) -> dict[str, str]:
    return {"reports_dir": str(reports)}


@pytest.fixture
def living(reports: Path) -> Iterator[RunFolder]:
    """A run whose lock is held."""
    folder = make_folder(reports, RUN, {"target": "lab"})
    lock = folder.lock()
    take(lock, folder.run)
    yield folder
    lock.release()


def on_a_cluster(reports: Path, **others: str) -> RunFolder:
    settings = {"target": "cluster", "source_provider": "vc8", "storage_class": "ceph", **others}
    return make_folder(reports, RUN, settings)


def test_an_unknown_run_cannot_be_looked_for_and_lists_those_there_are(
    reports: Path, defines: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(reports, RUN, {})
    assert clean("auto-zz99", defines) == EXIT_COULD_NOT_LOOK
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("cannot clean up auto-zz99: no run 'auto-zz99'")
    assert "there are: auto-ab12" in said.err


def test_the_environment_says_where_runs_are(
    reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(reports, RUN, {})
    monkeypatch.setenv("MTV_REPORTS_DIR", str(reports))
    assert clean("auto-zz99", {}) == EXIT_COULD_NOT_LOOK
    assert "there are: auto-ab12" in capsys.readouterr().err


def test_a_run_on_a_lab_of_its_own_that_is_gone_left_nothing(
    reports: Path, defines: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(reports, RUN, {"target": "lab"})
    for _ in range(2):
        assert clean(RUN, defines) == EXIT_CLEAN
        assert f"{RUN} ran on an embedded lab of its own: no lab is running in {folder.lab}" in capsys.readouterr().out


def test_a_run_can_be_named_by_its_folder(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_folder(reports, RUN, {"target": "lab"})
    assert clean(str(folder.path), {}) == EXIT_CLEAN
    assert RUN in capsys.readouterr().out


def test_a_run_that_still_lives_is_left_alone(
    living: RunFolder, defines: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert clean(RUN, defines) == EXIT_COULD_NOT_LOOK
    assert "still going on" in capsys.readouterr().err
    assert living.temporary.is_dir(), "what a living run needs was taken away"


@pytest.mark.usefixtures("living")
def test_nor_is_a_living_run_cleaned_up_by_a_list_of_its_objects(
    reports: Path, defines: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    listed = reports / "resources.json"
    listed.write_text(json.dumps({"Namespace": [{"name": RUN}]}))
    assert clean(str(listed), {**defines, "lab": str(reports)}) == EXIT_COULD_NOT_LOOK
    assert "still going on" in capsys.readouterr().err


def test_a_lab_that_was_named_and_is_gone_cannot_be_looked_into(
    reports: Path, defines: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(reports, RUN, {"target": "lab", "lab": str(tmp_path / "gone")})
    assert clean(RUN, defines) == EXIT_COULD_NOT_LOOK
    assert "expected the folder of a running lab" in capsys.readouterr().err


def test_secrets_are_asked_for_again_since_none_was_remembered(
    reports: Path, defines: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    on_a_cluster(reports, cluster_host="https://api.example.com:6443", cluster_username="kubeadmin")
    assert clean(RUN, defines) == EXIT_COULD_NOT_LOOK
    assert "cluster_password" in capsys.readouterr().err


def test_what_is_given_now_counts_more_than_what_the_run_was_given(
    reports: Path, defines: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kubeconfig, profiles = tmp_path / "kubeconfig", tmp_path / "other.json"
    kubeconfig.touch()
    profiles.write_text("{ no JSON")
    on_a_cluster(reports, kubeconfig=str(kubeconfig), providers_file=str(tmp_path / "first.json"))
    assert clean(RUN, {**defines, "providers_file": str(profiles)}) == EXIT_COULD_NOT_LOOK
    said = capsys.readouterr().err
    assert "other.json" in said
    assert "first.json" not in said


def test_an_unknown_setting_is_refused(
    reports: Path, defines: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(reports, RUN, {"target": "lab"})
    assert clean(RUN, {**defines, "kubeconfg": "x"}) == EXIT_COULD_NOT_LOOK
    assert "kubeconfig" in capsys.readouterr().err


def test_a_damaged_run_file_is_one_clear_error(
    reports: Path, defines: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(reports, RUN, {})
    (folder.path / "run.json").write_text('{"settings"')
    assert clean(RUN, defines) == EXIT_COULD_NOT_LOOK
    assert "remove the file" in capsys.readouterr().err
