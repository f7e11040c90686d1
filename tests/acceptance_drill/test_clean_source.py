"""Which source the runs of days on which nothing is wrong have, without running any lab."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from acceptance.clean_days import KUBECONFIG, PASSWORD, Day, Place, spend
from acceptance.processes import Ended

ENDPOINTS = {"cluster": "https://127.0.0.1:6443", "cluster_username": "admin", "cluster_password": "secret"}


@contextmanager
def lab_up(folder: Path, *_options: str) -> Iterator[bool]:
    folder.mkdir()
    (folder / "endpoints.json").write_text(json.dumps(ENDPOINTS))
    yield True


@pytest.mark.parametrize("login", [KUBECONFIG, PASSWORD])
@pytest.mark.parametrize(
    ("asked", "source"), [({}, "vsphere"), ({"source_provider": "vsphere-copy-offload"}, "vsphere-copy-offload")]
)
def test_every_day_has_the_source_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: str, asked: Mapping[str, str], source: str
) -> None:
    given: list[Mapping[str, str]] = []

    def behave(_chosen: Sequence[str], defines: Mapping[str, str], *_more: object) -> Ended:
        given.append(defines)
        return Ended(code=0, said="")

    monkeypatch.setattr("acceptance.clean_days.lab_up", lab_up)
    monkeypatch.setattr("acceptance.clean_days.behave", behave)
    monkeypatch.setattr("acceptance.clean_days.difference_of_lab", lambda _lab: "")
    monkeypatch.setattr("acceptance.clean_days.results_in", lambda _reports: [])
    spend(Day(number=1, login=login), Place(folder=tmp_path, lab_speed="40", defines=asked))
    assert [each["source_provider"] for each in given] == [source]
