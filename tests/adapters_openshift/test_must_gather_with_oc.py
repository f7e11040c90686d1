"""The real oc gathers on the lab as a run asks it to; `OC` names it where the path has none."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.adapters.oc.must_gather import MustGather
from support.adapters.openshift.api import Api
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

OC = os.environ.get("OC") or shutil.which("oc")
pytestmark = pytest.mark.skipif(OC is None, reason="oc is not installed")


@pytest.fixture
def api(lab_folder: Path) -> Iterator[Api]:
    api = Api(ClusterAccess(kubeconfig=lab_folder / "kubeconfig"))
    api.connect()
    yield api
    for kind in ("Namespace", "ClusterRoleBinding"):
        left = [each["metadata"]["name"] for each in api.list(kind)]
        assert not [name for name in left if "must-gather-" in name]
    api.close()


@pytest.fixture
def tool(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MustGather:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert OC is not None
    return MustGather(api, "openshift-mtv", OC)


def test_it_brings_all_of_mtv_into_any_folder(tool: MustGather, tmp_path: Path) -> None:
    folder = tmp_path / "evidence:1"
    assert "Caches written to disk" in tool.gather(folder, None, 100)
    (archive,) = folder.glob("registry-lab-test-mtv-mtv-must-gather-rhel9-sha256-*/must-gather.tar.gz")
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    home = "must-gather/namespaces/openshift-mtv"
    assert f"{home}/crs/providers.forklift.konveyor.io/host.yaml" in names
    assert any(name.startswith(f"{home}/logs/forklift-controller-") for name in names)
    assert "Tarring must-gather artifacts" in (archive.parent / "gather.logs").read_text()


def test_a_plan_that_is_not_there_brings_nothing_and_the_reason(tool: MustGather, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="brought nothing: No resources matching the criteria were found"):
        tool.gather(tmp_path / "out", ObjectRef("Plan", "gone", "openshift-mtv"), 100)
