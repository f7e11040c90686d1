"""Collecting binds a run to its evidence: once for leftovers, never when it is off, and never at the run's cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest.mock import MagicMock

import pytest

from support.domain.errors import ProviderNotReady
from support.domain.evidence import Place
from support.domain.journal import Act, Realm, Record, Thing
from support.domain.leftover import Leftover
from support.domain.names import SOURCE, RunId
from support.evidence.recorder import Recorder
from support.evidence.redaction import Redactor
from support.evidence.results import RunFacts
from support.run.collecting import Collecting, _places
from support.run.folder import RunFolder
from support.run.settings import load_settings
from support.run.wiring import Wired
from support.workflow.ports_in_use import SourceHome
from support.workflow.session import Session
from tests.evidence_collecting.witnesses import Witness

RUN = RunId("auto-ab12")
FACTS = RunFacts(run_id=RUN, target="embedded lab")
NAMESPACE = Record(
    act=Act.INTENT,
    key="1",
    thing=Thing(realm=Realm.CLUSTER, kind="Namespace", name=RUN),
    at="2026-03-01T10:00:00+00:00",
)
LEFT = [Leftover(realm=Realm.CLUSTER, kind="Secret", name="s", namespace=RUN, why="is still there")]


class Telling:
    def __init__(self) -> None:
        self.steps: list[str] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self.steps.append(title)
        yield

    def attach(self, title: str, text: str, media_type: str = "text/plain") -> None: ...


class Scene:
    """A run whose cluster is a witness."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.tells, self.witness = Telling(), Witness()
        ports = SimpleNamespace(
            journal=SimpleNamespace(records=lambda: (NAMESPACE,)),
            tells=self.tells,
            remote=None,
            source=SimpleNamespace(home=None, platform=SimpleNamespace(describe=None)),
        )
        self.folder = RunFolder(run=RUN, path=folder / RUN)
        wired = SimpleNamespace(
            run=RUN,
            settings=load_settings({"wait_evidence": "20", **settings}, {}, {}),
            ports=ports,
            diagnoses={"": self.witness},
            gatherer=lambda: None,
            profile=SimpleNamespace(kind=SimpleNamespace(value="vsphere")),
        )
        self.collecting = Collecting(cast(Wired, wired), self.folder, cast(Recorder, None), Redactor())


def test_leftovers_are_collected_about_once_per_run(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.collecting.leftovers(LEFT, FACTS)
    scene.collecting.leftovers(LEFT, FACTS)
    page = scene.folder.path / "evidence" / "leftovers" / "index.md"
    assert "Failed step: **removing what was made**" in page.read_text()
    assert f"Secret {RUN}/s" in page.read_text()
    assert scene.tells.steps == [f"collect evidence: {page}"]
    assert ("Secret", RUN, None) in scene.witness.asked


def test_a_session_that_did_not_open_is_explained(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.collecting.session(ProviderNotReady("no such host"), FACTS)
    page = (scene.folder.path / "evidence" / "session" / "index.md").read_text()
    assert "no such host" in page
    assert "There was no plan yet" in page


def test_a_scenario_whose_process_died_is_explained_by_what_all_processes_wrote(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    session = cast(Session, SimpleNamespace(namespace=RUN, run=RUN, target=""))
    thing = Thing(realm=Realm.CLUSTER, kind="Plan", name="moves", namespace=RUN, scope="features/hooks.feature:16")
    records = [NAMESPACE, Record(act=Act.INTENT, key="2", thing=thing, at="2026-03-01T10:00:01+00:00")]
    page = scene.collecting.lost("features/hooks.feature:16", "It arrives", session, FACTS, records)
    assert Path(page) == scene.folder.path / "evidence" / "hooks-16" / "index.md"
    text = Path(page).read_text()
    assert "Failed step: **the worker process**" in text
    assert "There was no plan yet" not in text


def test_nothing_is_written_when_it_is_off(tmp_path: Path) -> None:
    scene = Scene(tmp_path, skip_data_collector="true")
    scene.collecting.leftovers(LEFT, FACTS)
    scene.collecting.resources([NAMESPACE], {})
    assert list(tmp_path.iterdir()) == []
    assert scene.witness.asked == []


def test_a_disk_that_takes_nothing_does_not_end_the_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene(tmp_path)
    scene.folder.path.write_text("a file where the folder should be")
    scene.collecting.leftovers(LEFT, FACTS)
    scene.collecting.resources([NAMESPACE], {})
    assert "no evidence of Run auto-ab12" in caplog.text


@pytest.mark.parametrize("cluster", [None, MagicMock()])
def test_the_place_of_source_machines_is_looked_into_as_a_whole(cluster: MagicMock | None) -> None:
    if cluster is not None:
        cluster.name = SOURCE
    home = SourceHome(namespace="vms", network="net", cluster=cluster)
    session = MagicMock(namespace=RUN, target="", run=RUN)
    places = {(each.cluster, each.namespace, each.selectors) for each in _places(session, [], None, home)}
    whole = Place(cluster="", namespace="").selectors
    assert places == {("", RUN, whole), (home.cluster_name, "vms", whole)}
