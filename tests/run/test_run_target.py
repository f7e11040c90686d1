"""Where a run goes: a cluster as given, a lab that is up, or one of its own that ends with the run."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from support.domain.errors import StartError
from support.run import target as target_module
from support.run.settings import Settings
from support.run.target import choose_target

_FILES = ("kubeconfig", "remote-kubeconfig", "providers.json", "ca.crt", "endpoints.json")


class MadeUpChild:
    """Stands where LabChild stands; writes what a lab writes."""

    made: "list[MadeUpChild]"

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        self.folder = folder
        self.options = list(options)
        self.stopped = 0
        self.made.append(self)

    def start(self) -> None:
        lab_folder(self.folder)

    def stop(self) -> None:
        self.stopped += 1


@pytest.fixture(autouse=True)
def children(monkeypatch: pytest.MonkeyPatch) -> list[MadeUpChild]:
    monkeypatch.setattr(target_module, "LabChild", MadeUpChild)
    monkeypatch.setattr(MadeUpChild, "made", [], raising=False)
    return MadeUpChild.made


def lab_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        (folder / name).touch()
    return folder


def test_a_cluster_is_used_as_it_was_given(tmp_path: Path, children: list[MadeUpChild]) -> None:
    settings = Settings(target="cluster", kubeconfig=tmp_path / "mine")
    target = choose_target(settings, tmp_path / "lab")
    assert (target.name, target.settings, target.child) == ("cluster", settings, None)
    target.close()
    assert children == []
    assert not (tmp_path / "lab").exists()


def test_a_lab_that_is_up_is_used_and_outlives_the_run(tmp_path: Path, children: list[MadeUpChild]) -> None:
    settings = Settings(lab=lab_folder(tmp_path / "up"), storage_class=Settings().storage_class)
    target = choose_target(settings, tmp_path / "own")
    assert target.name == "embedded lab"
    assert target.settings == replace(
        settings,
        kubeconfig=tmp_path / "up" / "kubeconfig",
        providers_file=tmp_path / "up" / "providers.json",
        remote_cluster_kubeconfig=tmp_path / "up" / "remote-kubeconfig",
        remote_ocp_cluster="127.0.0.1",
    )
    target.close()
    assert children == []


@pytest.mark.parametrize("missing", _FILES)
def test_a_folder_that_is_no_running_lab_names_what_it_lacks(tmp_path: Path, missing: str) -> None:
    folder = lab_folder(tmp_path / "up")
    (folder / missing).unlink()
    with pytest.raises(StartError) as refused:
        choose_target(Settings(lab=folder), tmp_path / "own")
    assert f"setting lab: {folder} lacks {missing}," in str(refused.value)
    assert f"acceptance lab up --dir {folder}" in str(refused.value)


def test_a_folder_that_is_not_there_lacks_everything(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=f"lacks {', '.join(_FILES)}"):
        choose_target(Settings(lab=tmp_path / "nowhere"), tmp_path / "own")


def test_a_lab_of_its_own_ends_with_the_run(tmp_path: Path, children: list[MadeUpChild]) -> None:
    target = choose_target(Settings(), tmp_path / "own")
    assert target.settings.kubeconfig == tmp_path / "own" / "kubeconfig"
    (child,) = children
    assert (child.folder, child.options, child.stopped) == (tmp_path / "own", [], 0)
    target.close()
    assert child.stopped == 1


def test_a_lab_of_its_own_is_started_as_the_settings_say(tmp_path: Path, children: list[MadeUpChild]) -> None:
    settings = Settings(lab_speed=20.0, lab_array="ontap", lab_defect="nic-dropped", lab_jitter="watch=3")
    choose_target(settings, tmp_path / "own")
    expected = "--speed 20.0 --array ontap --defect nic-dropped --jitter watch=3"
    assert children[0].options == expected.split()
