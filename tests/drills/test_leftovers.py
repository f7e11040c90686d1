"""What will not go is collected about once per run, while it is still there, and fails the run."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import config, dynamic

from tests.drills.conftest import AsCluster
from tests.drills.running_lab import acceptance, behave, finish, run_ids

pytestmark = pytest.mark.drill

HELD = "example.test/somebody-elses-controller"


def kind_of(kubeconfig: Path, version: str, kind: str) -> Any:
    client: Any = dynamic.DynamicClient(config.new_client_from_config(str(kubeconfig)))
    return client.resources.get(api_version=version, kind=kind)


def seen(look: Callable[[], list[Any]], seconds: float = 60) -> Any:
    """The one object, once it is there."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it was never made"
        time.sleep(0.05)
    (one,) = found
    return one


def hold(objects: Any, found: Any, *finalizers: str) -> None:
    meta = found.metadata
    patch = {"metadata": {"finalizers": list(finalizers)}}
    objects.patch(body=patch, name=meta.name, namespace=meta.namespace, content_type="application/merge-patch+json")


@pytest.mark.parametrize(
    ("version", "kind"), [("forklift.konveyor.io/v1beta1", "NetworkMap"), ("forklift.konveyor.io/v1beta1", "Provider")]
)
def test_what_a_finalizer_holds_back_is_explained_while_it_is_there(
    cluster: AsCluster, version: str, kind: str
) -> None:
    """A map is the scenario's, a Provider the session's."""
    before = cluster.lab.state()
    objects = kind_of(cluster.lab.folder / "kubeconfig", version, kind)
    process = behave(*cluster.arguments(wait_delete="3", wait_namespace="3"))
    held = seen(lambda: [each for each in objects.get().items if each.metadata.namespace.startswith("auto-")][:1])
    hold(objects, held, HELD)
    done = finish(process)
    (run,) = run_ids(cluster.reports)
    name = f"{kind} {run}/{held.metadata.name}"
    assert done.code == 1, done.text
    assert f"left over: {name}" in done.out
    folder = cluster.reports / run / "evidence" / "leftovers"
    page = (folder / "index.md").read_text()
    assert "Failed step: **removing what was made**" in page
    assert name in page
    (shown,) = folder.glob(f"namespaces/{run}/*/{kind.lower()}s/{held.metadata.name}.yaml")
    assert HELD in yaml.safe_load(shown.read_text())["metadata"]["finalizers"]
    assert done.text.count(f"collect evidence: {folder / 'index.md'}") == 1

    hold(objects, held)
    cleaned = acceptance("cleanup", run, f"-Dreports_dir={cluster.reports}")
    assert cleaned.code == 0, cleaned.text
    assert cluster.lab.state() == before
