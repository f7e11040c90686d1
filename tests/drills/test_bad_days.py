"""What goes wrong later: one message that says machine, step and reason; and everything is cleaned up all the same."""

import pytest

from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import Finished, RunningLab, behave, finish, running_lab

pytestmark = pytest.mark.drill


def failed(lab: RunningLab, *said: str, arguments: list[str]) -> Finished:
    """Run; it must fail, say all this, and leave nothing behind."""
    before = lab.state()
    done = finish(behave(*arguments))
    assert done.code == 1, done.text
    for words in said:
        assert words in done.text, f"{words!r} is not in:\n{done.text}"
    assert "Traceback" not in done.text
    assert lab.state() == before
    return done


def test_a_role_whose_machine_is_missing_lists_near_names(cluster: AsCluster) -> None:
    path = cluster.profile(machines={"RHEL 8": "mtv-tests-rhel88"})
    failed(cluster.lab, "mtv-tests-rhel88", "mtv-tests-rhel8", arguments=cluster.arguments(providers_file=path))


def test_a_machine_without_nic_is_refused_before_a_plan(cluster: AsCluster) -> None:
    path = cluster.profile(machines={"RHEL 8": "rhel-no-nic"})
    failed(cluster.lab, "has no NIC", arguments=cluster.arguments(providers_file=path))


DEFECTS = {
    "plan-not-ready-storage": ("MTV refused StorageMap", "expected it to become Ready"),
    "disk-transfer-fails": ("failed in step DiskTransfer", "mtv-tests-rhel8"),
    "migration-hangs": ("at its end within", "wait_migration", "last seen"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_failure_of_the_product_says_where_and_why(defect: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_lab(tmp_path_factory.mktemp("lab"), "--speed", SPEED, "--defect", defect) as lab:
        arguments = [
            "--tags=@test_sanity_cold_mtv_migration",
            f"-Dlab={lab.folder}",
            f"-Dreports_dir={tmp_path_factory.mktemp('reports')}",
        ]
        failed(lab, *DEFECTS[defect], arguments=[*arguments, "-Dwait_migration=15"])
