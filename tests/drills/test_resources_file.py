"""`acceptance cleanup resources.json`, as the older suite leaves one: the cluster's side goes, the rest is told of."""

import json
from typing import Any

import pytest

from support.domain.journal import Realm, Thing
from support.workflow.journalling import open_things, read_journals
from tests.drills.conftest import AsCluster
from tests.drills.running_lab import acceptance, behave, finish, run_ids

pytestmark = pytest.mark.drill


def inventory(things: list[Thing]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"Namespace": [{"name": "default", "namespace": None}]}
    for thing in things:
        kind = thing.kind if thing.realm is Realm.CLUSTER else "vsphere"
        found.setdefault(kind, []).append({"name": thing.name, "namespace": thing.namespace or None})
    return found


def named_after(cluster: AsCluster, run: str) -> list[str]:
    """Things of a run on the cluster."""
    return [key for key in cluster.lab.diff()["added"] if run in key and not key.startswith("vcenter/")]


def test_a_run_that_kept_everything_is_cleaned_up_by_its_list(cluster: AsCluster) -> None:
    before = cluster.lab.state()
    kept = finish(behave(*cluster.arguments(skip_teardown="true")))
    assert kept.code == 0, kept.text
    (run,) = run_ids(cluster.reports)
    things = [each.thing for each in open_things(read_journals(cluster.reports / run / "journal")) if not each.shared]
    path = cluster.folder / "resources.json"
    path.write_text(json.dumps(inventory(things)))

    assert named_after(cluster, run)
    settings = [f"-D{key}={value}" for key, value in cluster.settings.items()]
    done = acceptance("cleanup", str(path), *settings)
    assert done.code == 1, done.text
    lines = done.out.splitlines()
    assert lines[-1] == f"{run}: 2 left over"
    assert "Namespace default: it carries neither" in done.out
    assert f"source vsphere {run}-" in done.out
    assert named_after(cluster, run) == []

    assert acceptance("cleanup", run, f"-Dreports_dir={cluster.reports}", "-Dskip_teardown=false").code == 0
    assert cluster.lab.state() == before
