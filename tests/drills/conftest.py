"""Labs for drills, and the command lines that run the suite against them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.running_lab import RunningLab, running_lab

SPEED = "20"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with running_lab(tmp_path_factory.mktemp("lab"), "--speed", SPEED) as found:
        yield found


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


class AsCluster:
    """The lab as any cluster: settings by which a user reaches one, each of them replaceable."""

    def __init__(self, lab: RunningLab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.reports = folder / "reports"
        self.settings: dict[str, str] = {
            "target": "cluster",
            "kubeconfig": str(lab.folder / "kubeconfig"),
            "providers_file": str(lab.folder / "providers.json"),
            "source_provider": "vsphere",
            "storage_class": "lab-block",
            "reports_dir": str(self.reports),
        }

    def arguments(self, **changes: str | None) -> list[str]:
        """For behave: the tier0 slice with these settings; None leaves one out."""
        wanted = {**self.settings, **changes}
        return [
            "--tags=@test_sanity_cold_mtv_migration",
            *(f"-D{key}={value}" for key, value in wanted.items() if value is not None),
        ]

    def profile(self, **changes: object) -> str:
        """Path of a providers file with the lab's vSphere profile, changed."""
        profiles = json.loads((self.lab.folder / "providers.json").read_text())
        profiles["vsphere"] |= changes
        return self.file(json.dumps(profiles))

    def file(self, text: str) -> str:
        path = self.folder / "providers.json"
        path.write_text(text)
        os.chmod(path, 0o600)
        return str(path)


@pytest.fixture
def cluster(lab: RunningLab, tmp_path: Path) -> AsCluster:
    return AsCluster(lab, tmp_path)
