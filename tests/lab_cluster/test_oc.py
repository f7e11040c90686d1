"""The real oc logs in and looks around on the lab; `OC` names it where the path has none (facts/openshift.md 2.2)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.drills.running_lab import running_lab

OC = os.environ.get("OC") or shutil.which("oc")


def oc(home: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a command with a kubeconfig that is empty at first; the input is what somebody types."""
    environment = os.environ | {"KUBECONFIG": str(home / "config"), "HOME": str(home)}
    return subprocess.run(
        [str(OC), *arguments], env=environment, input=typed, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(OC is None, reason="oc is not installed")
def test_a_password_opens_the_cluster_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    with running_lab(tmp_path / "lab", "--speed", "40") as lab:
        known = lab.endpoints()
        trust = f"--certificate-authority={lab.folder / 'ca.crt'}"
        login = ("login", known["cluster"], "-u", known["cluster_username"], trust)
        refused = oc(tmp_path, *login, typed="wrong\n")
        assert refused.returncode == 1
        assert "Login failed (401 Unauthorized)" in refused.stdout + refused.stderr
        assert "Login successful." in oc(tmp_path, *login, typed=f"{known['cluster_password']}\n").stdout
        assert oc(tmp_path, "whoami").stdout == "kube:admin\n"
        assert "openshift-mtv" in oc(tmp_path, "projects", "-q").stdout.split()
        assert "Server Version: 4.20" in oc(tmp_path, "version").stdout
        assert 'Now using project "openshift-mtv"' in oc(tmp_path, "project", "openshift-mtv").stdout
