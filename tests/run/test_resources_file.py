"""A resources.json of the older suite: read as it was written, or refused with everything that is wrong in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.domain.errors import StartError
from support.domain.journal import Act, Realm, Record, Thing
from support.domain.names import ObjectRef
from support.run.cleaning import EXIT_COULD_NOT_LOOK, clean
from support.run.resources_file import read_resources, write_resources
from support.workflow.clone import MACHINE
from support.workflow.shaping import DATASTORE, FOLDER

GOOD = {
    "Namespace": [{"name": "auto-ab12", "namespace": None, "module": "ocp_resources.namespace"}],
    "Plan": [
        {
            "name": "auto-ab12-plan",
            "namespace": "openshift-mtv",
            "module": "ocp_resources.plan",
            "test_name": "test_cold",
        }
    ],
    "VolumeSnapshot": [{"id": "6f1c", "name": "auto-ab12-snapshot"}],
    "vsphere": [{"name": "auto-ab12-mtv-tests-rhel8-x7k2"}],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "resources.json"


def written(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_objects_and_what_is_on_the_source_are_told_apart(path: Path) -> None:
    listed = read_resources(written(path, GOOD), "auto")
    assert listed.run == "auto-ab12"
    assert listed.objects == (ObjectRef("Namespace", "auto-ab12"), ObjectRef("Plan", "auto-ab12-plan", "openshift-mtv"))
    assert listed.on_source == (
        ObjectRef("VolumeSnapshot", "auto-ab12-snapshot"),
        ObjectRef("vsphere", "auto-ab12-mtv-tests-rhel8-x7k2"),
    )


def test_what_a_run_writes_tells_machines_and_folders_of_the_source_apart(path: Path) -> None:
    things = [
        Thing(realm=Realm.CLUSTER, kind="Plan", name="auto-ab12-plan", namespace="auto-ab12"),
        Thing(realm=Realm.SOURCE, kind=MACHINE, name="auto-ab12-clone"),
        Thing(realm=Realm.SOURCE, kind=FOLDER, name="auto-ab12-clone-shared", details={DATASTORE: "datastore-7"}),
    ]
    records = [Record(act=Act.INTENT, key=str(number), thing=thing) for number, thing in enumerate(things)]
    write_resources(path, records, "vsphere", {})
    assert json.loads(path.read_text())["vsphere"] == [{"name": "auto-ab12-clone", "namespace": ""}]
    listed = read_resources(path, "auto")
    assert listed.objects == (ObjectRef("Plan", "auto-ab12-plan", "auto-ab12"),)
    assert listed.on_source == (ObjectRef("vsphere", "auto-ab12-clone"), ObjectRef(FOLDER, "auto-ab12-clone-shared"))


def test_another_prefix_is_a_setting(path: Path) -> None:
    listed = read_resources(written(path, {"Plan": [{"name": "mtv-auto-ab12-plan", "namespace": "x"}]}), "mtv-auto")
    assert listed.run == "mtv-auto-ab12"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "Expecting property name"),
        ([], "found list at the top"),
        ({"Plan": {"name": "x"}}, "Plan: found dict, expected a list"),
        ({"Plan": [{"namespace": "x"}, {"name": 7}]}, "Plan, entry 2: expected an object with a name"),
        ({"Plan": [{"name": "auto-ab12-plan", "namespace": 7}]}, "Plan, entry 1: expected the namespace"),
        ({}, "found no name that begins with auto-; set target_namespace_prefix"),
        ({"Plan": [{"name": "auto-ab12-p"}, {"name": "auto-cd34-p"}]}, "found those of auto-ab12, auto-cd34"),
    ],
)
def test_anything_else_is_refused(path: Path, content: Any, said: str) -> None:
    with pytest.raises(StartError) as refused:
        read_resources(written(path, content), "auto")
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_the_command_wants_to_know_where_the_run_was(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clean(str(written(path, GOOD)), {}) == EXIT_COULD_NOT_LOOK
    assert "does not say where its run was, expected the settings of a cluster, or lab" in capsys.readouterr().err
