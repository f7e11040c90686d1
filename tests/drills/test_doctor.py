"""The doctor before a lab: what it finds, what it leaves, and that its list of permissions is enough for a run."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.adapters.openshift.accounts import OpenShiftAccounts
from support.adapters.openshift.api import Api
from support.domain.access import ClusterAccess
from support.domain.names import ObjectRef, RunId
from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import ROOT, acceptance, behave, finish, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

WHOLE = os.environ.get("WHOLE_CATALOGUE") == "1"
ROLE = ROOT / "deploy" / "rbac.yaml"


def doctor(cluster: AsCluster, *arguments: str, **changes: str | None) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code, and lines by what they are about."""
    wanted = {**cluster.settings, **changes}
    defines = [f"-D{key}={value}" for key, value in wanted.items() if value is not None and key != "reports_dir"]
    done = acceptance("doctor", "--json", "-", *arguments, *defines)
    assert done.out, done.err
    return done.code, {each["subject"]: each for each in json.loads(done.out)["lines"]}


def test_a_lab_is_fit_and_stays_as_it_was(cluster: AsCluster) -> None:
    before = cluster.lab.state()
    code, found = doctor(cluster)
    assert code == 0
    assert {each["verdict"] for each in found.values()} == {"ok"}
    assert cluster.lab.state() == before


def test_the_token_of_a_login_by_password_is_given_back(cluster: AsCluster) -> None:
    before = cluster.lab.state()
    code, _found = doctor(
        cluster,
        kubeconfig=None,
        cluster_host=cluster.lab.endpoints()["cluster"],
        cluster_username=cluster.lab.endpoints()["cluster_username"],
        cluster_password=cluster.lab.endpoints()["cluster_password"],
        cluster_ca=str(cluster.lab.folder / "ca.crt"),
    )
    assert code == 0
    assert cluster.lab.state() == before


def test_a_run_names_every_blocker_and_creates_nothing(cluster: AsCluster) -> None:
    before = cluster.lab.state()
    profile = cluster.profile(machines={"RHEL 8": "not-there"})
    done = finish(behave(*cluster.arguments(storage_class="gold", providers_file=profile)))
    assert done.code == 2, done.text
    assert "storage class: setting storage_class: no storage class 'gold' here" in done.err
    assert "source machines: RHEL 8: " in done.err
    assert "not-there" in done.err
    assert cluster.lab.state() == before


@dataclass(frozen=True, slots=True)
class Poor:
    """A lab with an account that has the role of deploy/rbac.yaml and nothing else."""

    cluster: AsCluster
    admin: Api
    settings: dict[str, str | None]


@pytest.fixture
def poor(tmp_path: Path) -> Iterator[Poor]:
    with running_lab(tmp_path / "lab", "--speed", SPEED) as lab:
        admin = Api(ClusterAccess(kubeconfig=lab.folder / "kubeconfig"))
        admin.connect()
        for document in yaml.safe_load_all(ROLE.read_text()):
            admin.create(document)
        account = ObjectRef("ServiceAccount", "mtv-acceptance", "mtv-tests")
        token = OpenShiftAccounts(admin, RunId("auto-ab12")).token(account, 3600)
        settings = {
            "kubeconfig": None,
            "cluster_host": lab.endpoints()["cluster"],
            "cluster_token": token.reveal(),
            "cluster_ca": str(lab.folder / "ca.crt"),
        }
        yield Poor(AsCluster(lab, tmp_path), admin, settings)
        admin.close()


def test_the_role_is_all_that_a_run_needs(poor: Poor) -> None:
    """Every scenario of the catalogue at night, one of them otherwise."""
    code, found = doctor(poor.cluster, "--tags=not @remote", **poor.settings)
    assert code == 0, found
    assert found["permissions"]["verdict"] == "ok"
    tags = "--tags=not @remote" if WHOLE else "--tags=@test_cold_migration_comprehensive"
    defines = [each for each in poor.cluster.arguments(**poor.settings) if each.startswith("-D")]
    done = finish(behave(tags, *defines), seconds=600)
    assert done.code == 0, done.text
    assert "may not" not in done.text


def test_a_verb_that_is_missing_is_named(poor: Poor) -> None:
    role = ObjectRef("ClusterRole", "mtv-acceptance")
    found: Any = poor.admin.get(role)
    rules = [rule for rule in found["rules"] if rule["resources"] != ["persistentvolumes"]]
    assert len(rules) == len(found["rules"]) - 1
    assert poor.admin.merge(role, {"rules": rules})
    code, lines = doctor(poor.cluster, "--tags=@test_sanity_cold_mtv_migration", **poor.settings)
    assert code == 1
    assert lines["permissions"]["verdict"] == "blocker"
    assert (
        "may not: get persistentvolumes, list persistentvolumes, watch persistentvolumes"
        in lines["permissions"]["told"]
    )
