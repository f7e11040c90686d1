"""The guest tunnel by virtctl: fetched from the cluster, used by a whole run, and with no secret in its process."""

import os
import shutil
import time
from pathlib import Path

import pytest
import yaml

from support.adapters.openshift.api import Api
from support.domain.access import ClusterAccess
from support.domain.names import ObjectRef
from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import Finished, behave, finish, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]

KEY = "MTV_CLUSTER_TOKEN"
_PATH = os.pathsep.join(
    place for place in os.environ["PATH"].split(os.pathsep) if shutil.which("virtctl", path=place) is None
)


class Watched:
    """A run by host and token whose child processes are looked at while it goes on."""

    def __init__(self, cluster: AsCluster, folder: Path) -> None:
        self.cluster = cluster
        self.cache = folder / "cache"
        self.token = str(yaml.safe_load((cluster.lab.folder / "kubeconfig").read_text())["users"][0]["user"]["token"])
        cluster.settings |= {
            "cluster_host": cluster.lab.endpoints()["cluster"],
            "cluster_ca": str(cluster.lab.folder / "ca.crt"),
            "guest_tunnel": "virtctl",
        }
        del cluster.settings["kubeconfig"]
        self.commands: set[str] = set()
        self.environments: set[str] = set()

    def run(self) -> Finished:
        # An empty cache, and no virtctl on PATH.
        env = {"XDG_CACHE_HOME": str(self.cache), KEY: self.token, "PATH": _PATH}
        process = behave(*self.cluster.arguments(), env=env)
        while process.poll() is None:
            self._look()
            time.sleep(0.02)
        return finish(process)

    def _look(self) -> None:
        for process in Path("/proc").glob("[0-9]*"):
            command = _read(process / "cmdline")
            if "port-forward" in command and str(self.cluster.reports) in command:
                self.commands.add(command)
                self.environments.add(_read(process / "environ"))


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


@pytest.fixture
def watched(cluster: AsCluster, tmp_path: Path) -> Watched:
    return Watched(cluster, tmp_path)


def test_a_run_fetches_virtctl_and_reaches_its_guest_without_showing_the_token(watched: Watched) -> None:
    before = watched.cluster.lab.state()
    done = watched.run()
    assert done.code == 0, done.text
    assert "1 scenario passed" in done.out
    (program,) = (path for path in watched.cache.rglob("*virtctl") if path.is_file())
    assert os.access(program, os.X_OK)
    assert watched.commands
    assert all(str(program) in command and "--stdio" in command for command in watched.commands)
    assert not any(watched.token in shown for shown in watched.commands | watched.environments)
    assert watched.cluster.lab.state() == before
    written = [path for path in watched.cluster.reports.rglob("*") if path.is_file()]
    assert not [path for path in written if watched.token in path.read_text(errors="replace")]


def test_a_cluster_that_offers_no_virtctl_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with running_lab(tmp_path / "lab", "--speed", SPEED) as lab:
        api = Api(ClusterAccess(kubeconfig=lab.folder / "kubeconfig"))
        api.connect()
        ref = ObjectRef("ConsoleCLIDownload", "virtctl-clidownloads-kubevirt-hyperconverged")
        found = api.get(ref)
        assert found is not None
        assert api.delete(ref, str(found["metadata"]["uid"]))
        api.close()
        before = lab.state()
        done = Watched(AsCluster(lab, tmp_path), tmp_path).run()
        assert done.code == 2, done.text
        assert "virtctl: not on PATH, and ConsoleCLIDownload" in done.err
        assert lab.state() == before
