"""One scenario of copy-offload on an array of each vendor, with a profile as its owner would write it.

In the nightly run (WHOLE_CATALOGUE=1) only; `test_copy_offload_catalogue.py` has two vendors in any run.
"""

import json
import os
from pathlib import Path

import pytest

from lab.world.array_estate import VENDORS, array_of_vendor
from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import behave, finish, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]

SCENARIO, PROFILE = "test_copyoffload_thin_migration", "mine"
CHOSEN = VENDORS if os.environ.get("WHOLE_CATALOGUE") == "1" else ()


def profile(place: AsCluster, vendor: str) -> str:
    """Path of a file with the lab's array in it; by token where the vendor has such a thing."""
    known = json.loads((place.lab.folder / "providers.json").read_text())["vsphere-copy-offload"]
    block, token = known["copyoffload"], array_of_vendor(vendor).token
    if token:
        kept = {key: value for key, value in block.items() if key not in ("storage_username", "storage_password")}
        block = {**kept, "storage_token": token}
    return place.file(json.dumps({PROFILE: {**known, "copyoffload": block}}))


@pytest.mark.parametrize("vendor", CHOSEN)
def test_thin_disks_are_copied_by_an_array_of_any_vendor(vendor: str, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    with running_lab(tmp_path / "lab", "--speed", SPEED, "--array", vendor) as lab:
        place = AsCluster(lab, tmp_path)
        settings = {**place.settings, "providers_file": profile(place, vendor), "source_provider": PROFILE}
        defines = (f"-D{key}={value}" for key, value in settings.items())
        done = finish(behave(f"--tags=@{SCENARIO}", *defines))
        assert done.code == 0, done.text
        assert "1 scenario passed, 0 failed" in done.text
        assert lab.diff() == {"added": [], "removed": [], "changed": []}
