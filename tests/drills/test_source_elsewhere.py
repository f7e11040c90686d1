"""An OpenShift source that is another cluster than MTV's, by a login of its own: moved from, and left as it was."""

import json

import pytest

from support.workflow.journalling import DIE_AFTER
from tests.drills.conftest import AsCluster
from tests.drills.running_lab import acceptance, behave, finish, run_ids

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

UNTOUCHED: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
_MACHINE = 16
"""Record that announces the first machine: namespaces, networks, tokens and Providers are there by then."""


@pytest.fixture
def elsewhere(cluster: AsCluster) -> list[str]:
    """Arguments of a run whose source is the lab's other cluster, by password."""
    ends = cluster.lab.endpoints()
    profile = json.loads((cluster.lab.folder / "providers.json").read_text())["openshift"] | {
        "api_url": ends["remote_cluster"],
        "username": ends["remote_cluster_username"],
        "password": ends["remote_cluster_password"],
    }
    return cluster.arguments(
        providers_file=cluster.file(json.dumps({"east": profile})),
        source_provider="east",
        cluster_ca=str(cluster.lab.folder / "ca.crt"),
    )


def test_a_machine_is_moved_from_another_cluster_and_nothing_stays_on_either(
    cluster: AsCluster, elsewhere: list[str]
) -> None:
    done = finish(behave(*elsewhere))
    assert done.code == 0, done.text
    assert cluster.lab.diff() == UNTOUCHED


def test_a_run_that_was_killed_is_finished_on_both_clusters_tokens_included(
    cluster: AsCluster, elsewhere: list[str]
) -> None:
    assert finish(behave(*elsewhere, env={DIE_AFTER: str(_MACHINE)})).code == -9
    journal = "".join(path.read_text() for path in cluster.reports.glob("*/journal/*.jsonl"))
    told = [json.loads(line).get("thing") or {} for line in journal.splitlines()]
    there = {each["kind"] for each in told if each.get("cluster") == "source"}
    assert there >= {"Namespace", "NetworkAttachmentDefinition", "OAuthToken"}
    (run,) = run_ids(cluster.reports)
    cleaned = acceptance("cleanup", run, f"-Dreports_dir={cluster.reports}")
    assert cleaned.code == 0, cleaned.text
    assert cluster.lab.diff() == UNTOUCHED
