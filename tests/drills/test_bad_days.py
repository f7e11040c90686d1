"""What goes wrong later: one message that says machine, step and reason; and everything is cleaned up all the same."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import Finished, RunningLab, behave, finish, running_lab

pytestmark = pytest.mark.drill

LONGEST = 15
"""Seconds for the migration; at this speed its work is done in two."""


def failed(lab: RunningLab, *said: str, arguments: list[str], code: int = 1) -> Finished:
    """Run; it must fail, say all this, and leave nothing behind."""
    before = lab.state()
    done = finish(behave(*arguments))
    assert done.code == code, done.text
    for words in said:
        assert words in done.text, f"{words!r} is not in:\n{done.text}"
    assert "Traceback" not in done.text
    assert lab.state() == before
    return done


def told(pattern: str, done: Finished) -> re.Match[str]:
    """Where the run's output says this."""
    found = re.search(pattern, done.text, re.MULTILINE)
    assert found is not None, f"{pattern!r} is not in:\n{done.text}"
    return found


def test_a_role_whose_machine_is_missing_lists_near_names(cluster: AsCluster) -> None:
    path = cluster.profile(machines={"RHEL 8": "mtv-tests-rhel88"})
    done = failed(cluster.lab, arguments=cluster.arguments(providers_file=path), code=2)
    near = told(r"machine 'mtv-tests-rhel88': not found on vSphere; near names: ([^(]*) \(", done).group(1)
    assert near.split(", ") == ["mtv-tests-rhel8", "mtv-tests-rhel9-efi"]


def test_a_machine_without_nic_is_refused_before_a_plan(cluster: AsCluster) -> None:
    path = cluster.profile(machines={"RHEL 8": "rhel-no-nic"})
    failed(cluster.lab, "has no NIC", arguments=cluster.arguments(providers_file=path))


Broken = Callable[[str, list[str]], Finished]


@pytest.fixture
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    """The scenario on a lab with a defect."""
    reports: Path = tmp_path_factory.mktemp("reports")

    def run(defect: str, said: list[str]) -> Finished:
        with running_lab(tmp_path_factory.mktemp("lab"), "--speed", SPEED, "--defect", defect) as lab:
            defines = {"lab": lab.folder, "reports_dir": reports, "wait_migration": LONGEST}
            arguments = [f"-D{key}={value}" for key, value in defines.items()]
            return failed(lab, *said, arguments=["--tags=@test_sanity_cold_mtv_migration", *arguments])

    return run


DEFECTS = {
    "plan-not-ready-storage": ["MTV refused StorageMap", "expected it to become Ready"],
    "disk-transfer-fails": ["failed in step DiskTransfer", "mtv-tests-rhel8"],
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_failure_of_the_product_says_where_and_why(defect: str, broken: Broken) -> None:
    broken(defect, DEFECTS[defect])


def test_a_plan_that_stays_refused_names_every_condition_once(broken: Broken) -> None:
    done = broken("plan-not-ready-maps", [])
    machine = r"\[id:vm-\d+ name:'auto-\w{4}-mtv-tests-rhel8-\w{4}'\]"
    told(
        r"PlanRejected: MTV refused Plan \S+, expected it to become Ready:\n"
        rf" +- VMNetworksNotMapped \(NotValid\): VM has unmapped networks\. {machine}\n"
        rf" +- VMStorageNotMapped \(NotValid\): VM has unmapped storage\. {machine}$",
        done,
    )
    assert done.text.count("PlanRejected") == 1


def test_a_migration_that_hangs_tells_the_state_last_seen_and_its_age(broken: Broken) -> None:
    done = broken("migration-hangs", [])
    seen = told(rf"not at its end within {LONGEST} s \(setting wait_migration\); last seen (.*), (\d+) s ago$", done)
    assert re.search(r"\bExecuting\b.*; auto-\S+-mtv-tests-rhel8-\S+: ImageConversion 0/1$", seen.group(1))
    assert 0 < int(seen.group(2)) <= LONGEST
