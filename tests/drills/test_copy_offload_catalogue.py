"""Copy-offload on arrays of two vendors, in the newest release and in one that has to be told to offload.

In the nightly run (WHOLE_CATALOGUE=1) all scenarios, and in the release between them, too; otherwise the one with two
plans.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import config, dynamic

from tests.drills.conftest import SPEED
from tests.drills.running_lab import Finished, RunningLab, behave, finish, running_lab
from tests.features.catalogue import all_features

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

EVERY, ONE = "copyoffload", "test_simultaneous_copyoffload_migrations"
NIGHTLY = os.environ.get("WHOLE_CATALOGUE") == "1"
CHOSEN = EVERY if NIGHTLY else ONE
LONG = 800
_RELEASES = {"2.12": ("4.20", "pureFlashArray"), "2.10": ("4.19", "powermax")}
_RELEASES |= {"2.11": ("4.20", "vantara")} if NIGHTLY else {}
"""MTV, the OpenShift it runs on, and the array: one that does much by itself, and one that never does."""


@pytest.fixture(scope="module", params=_RELEASES)
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    version = str(request.param)
    openshift, vendor = _RELEASES[version]
    options = ("--speed", SPEED, "--mtv", version, "--ocp", openshift, "--array", vendor)
    with running_lab(tmp_path_factory.mktemp("lab"), *options) as found:
        if version == "2.10":
            _told_to_offload(found, tmp_path_factory.mktemp("skipped"))
        yield found


def _told_to_offload(lab: RunningLab, reports: Path) -> None:
    """As somebody who read the reason why nothing ran: the suite never sets it."""
    done = _run(lab, reports, ONE)
    assert done.code == 1, done.text
    assert "MTV 2.10.6 offloads only where it is told to; set feature_copy_offload: 'true'" in done.text
    client: Any = dynamic.DynamicClient(config.new_client_from_config(str(lab.folder / "kubeconfig")))
    controllers = client.resources.get(api_version="forklift.konveyor.io/v1beta1", kind="ForkliftController")
    body = {"spec": {"feature_copy_offload": "true"}}
    merge = "application/merge-patch+json"
    controllers.patch(name="forklift-controller", namespace="openshift-mtv", body=body, content_type=merge)


def _run(lab: RunningLab, reports: Path, tag: str) -> Finished:
    settings = {"lab": lab.folder, "source_provider": "vsphere-copy-offload", "reports_dir": reports}
    return finish(behave(f"--tags=@{tag}", *(f"-D{key}={value}" for key, value in settings.items())), LONG)


def test_an_array_copies_and_the_lab_is_as_it_was(release: RunningLab, tmp_path: Path) -> None:
    before = release.state()
    done = _run(release, tmp_path, CHOSEN)
    assert done.code == 0, done.text
    results = (tmp_path / "allure-results").glob("*-result.json")
    verdicts = Counter(json.loads(path.read_text())["status"] for path in results)
    scenarios = [scenario for feature in all_features() for scenario in feature.scenarios()]
    assert verdicts["passed"] == sum(CHOSEN in map(str, each.effective_tags) for each in scenarios)
    assert verdicts.keys() <= {"passed", "skipped"}
    after = release.state()
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == set()
