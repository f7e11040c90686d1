"""The doctor before a lab: what it finds, what it leaves, and that its list of permissions is enough for a run."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from acceptance.roles import render_role
from support.adapters.openshift.accounts import OpenShiftAccounts
from support.adapters.openshift.api import Api
from support.domain.access import ClusterAccess
from support.domain.names import ObjectRef, RunId
from support.run.doctor.permissions import Part
from support.run.doctor.rights import ACCOUNT_ROLE
from tests.drills.conftest import SPEED, AsCluster
from tests.drills.running_lab import RunningLab, acceptance, behave, finish, running_lab

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

WHOLE = os.environ.get("WHOLE_CATALOGUE") == "1"
_AN_HOUR, _A_NIGHT = 3600, 8 * 3600
"""Seconds: the second is longer than any migration, so that MTV works with the login's token."""


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
    """A lab on whose clusters there are accounts that have the roles of deploy/ and nothing else."""

    cluster: AsCluster
    admin: Api
    settings: dict[str, str | None]
    tokens: dict[Part, str]

    @property
    def remote(self) -> dict[str, str | None]:
        """Settings of a run whose remote destination is the lab's other cluster, by the least role there."""
        host = self.cluster.lab.endpoints()["remote_cluster"]
        there: dict[str, str | None] = {"remote_cluster_host": host, "remote_cluster_token": self.tokens[Part.REMOTE]}
        return self.settings | there | {"remote_ocp_cluster": host.split("//")[1]}

    @property
    def from_elsewhere(self) -> dict[str, str | None]:
        """Settings of a run whose source is the lab's other cluster, by the least role there."""
        profiles = json.loads((self.cluster.lab.folder / "providers.json").read_text())
        there = {"api_url": self.cluster.lab.endpoints()["remote_cluster"], "token": self.tokens[Part.SOURCE]}
        profile = {key: value for key, value in profiles["openshift"].items() if key not in ("username", "password")}
        file = self.cluster.file(json.dumps({"east": profile | there}))
        return self.settings | {"providers_file": file, "source_provider": "east"}


def _allowed(folder: Path, kubeconfig: str, part: Part) -> tuple[Api, str]:
    """An administrator of a cluster, and the token of an account there that has the least role of that part."""
    admin = Api(ClusterAccess(kubeconfig=folder / kubeconfig))
    admin.connect()
    home = f"mtv-{part.value}"
    for document in yaml.safe_load_all(render_role(part, home)):
        if document["metadata"]["name"] != ACCOUNT_ROLE:
            admin.create(document)
    account = ObjectRef("ServiceAccount", "mtv-acceptance", home)
    return admin, OpenShiftAccounts(admin, RunId("auto-ab12")).token(account, _A_NIGHT).reveal()


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningLab, Api, dict[Part, str]]]:
    with running_lab(tmp_path_factory.mktemp("lab"), "--speed", SPEED) as lab:
        admin, token = _allowed(lab.folder, "kubeconfig", Part.MTV)
        tokens = {Part.MTV: token}
        for part in (Part.REMOTE, Part.SOURCE):
            other, tokens[part] = _allowed(lab.folder, "remote-kubeconfig", part)
            other.close()
        yield lab, admin, tokens
        admin.close()


@pytest.fixture
def poor(roles: tuple[RunningLab, Api, dict[Part, str]], tmp_path: Path) -> Poor:
    lab, admin, tokens = roles
    settings: dict[str, str | None] = {
        "kubeconfig": None,
        "cluster_host": lab.endpoints()["cluster"],
        "cluster_token": tokens[Part.MTV],
        "cluster_ca": str(lab.folder / "ca.crt"),
    }
    return Poor(AsCluster(lab, tmp_path), admin, settings, tokens)


def _passes(poor: Poor, tags: str, settings: dict[str, str | None]) -> None:
    defines = [each for each in poor.cluster.arguments(**settings) if each.startswith("-D")]
    done = finish(behave(f"--tags={tags}", *defines), seconds=600)
    assert done.code == 0, done.text
    assert "may not" not in done.text


def test_the_role_is_all_that_a_run_needs(poor: Poor) -> None:
    """Every scenario of the catalogue at night, one of them otherwise."""
    code, found = doctor(poor.cluster, "--tags=not @remote", **poor.settings)
    assert code == 0, found
    assert found["permissions"]["verdict"] == "ok"
    _passes(poor, "not @remote" if WHOLE else "@test_cold_migration_comprehensive", poor.settings)


def test_the_role_on_a_remote_destination_is_all_that_a_run_needs_there(poor: Poor) -> None:
    code, found = doctor(poor.cluster, "--tags=@remote", **poor.remote)
    assert code == 0, found
    assert found["remote destination"]["verdict"] == "ok"
    assert poor.cluster.lab.endpoints()["remote_cluster"] in found["remote destination"]["told"]
    if WHOLE:
        _passes(poor, "@remote", poor.remote)


def test_the_role_on_another_cluster_is_all_that_a_source_takes(poor: Poor) -> None:
    code, found = doctor(poor.cluster, "--tags=not @remote", **poor.from_elsewhere)
    assert code == 0, found
    assert found["source permissions"]["verdict"] == "ok"
    assert poor.cluster.lab.endpoints()["remote_cluster"] in found["source permissions"]["told"]
    if WHOLE:
        _passes(poor, "not @remote", poor.from_elsewhere)


def _bind_account_role(admin: Api, account: ObjectRef) -> None:
    """As the comment in the file of the roles says."""
    (role,) = (
        each
        for each in yaml.safe_load_all(render_role(Part.REMOTE, account.namespace))
        if each["metadata"]["name"] == ACCOUNT_ROLE
    )
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": ACCOUNT_ROLE}
    subject = {"kind": account.kind, "name": account.name, "namespace": account.namespace}
    admin.create(role)
    binding = {key: value for key, value in role.items() if key != "rules"} | {"kind": "ClusterRoleBinding"}
    admin.create(binding | {"roleRef": reference, "subjects": [subject]})


@pytest.mark.skipif(not WHOLE, reason="takes a minute: set WHOLE_CATALOGUE, as make nightly does")
def test_where_the_token_is_short_the_account_s_role_is_what_is_missing(poor: Poor) -> None:
    admin = Api(ClusterAccess(kubeconfig=poor.cluster.lab.folder / "remote-kubeconfig"))
    admin.connect()
    account = ObjectRef("ServiceAccount", "mtv-acceptance", f"mtv-{Part.REMOTE.value}")
    short = OpenShiftAccounts(admin, RunId("auto-ab12")).token(account, _AN_HOUR).reveal()
    settings = poor.remote | {"remote_cluster_token": short}
    code, found = doctor(poor.cluster, "--tags=@remote", **settings)
    assert (code, found["remote destination"]["verdict"]) == (1, "blocker")
    assert "create serviceaccounts/token" in found["remote destination"]["told"]
    _bind_account_role(admin, account)
    admin.close()
    assert doctor(poor.cluster, "--tags=@remote", **settings)[0] == 0
    _passes(poor, "@test_cold_remote_ocp", settings)


def test_a_verb_that_is_missing_is_named(poor: Poor) -> None:
    role = ObjectRef("ClusterRole", "mtv-acceptance")
    found: Any = poor.admin.get(role)
    rules = [rule for rule in found["rules"] if rule["resources"] != ["persistentvolumes"]]
    assert len(rules) == len(found["rules"]) - 1
    assert poor.admin.merge(role, {"rules": rules})
    code, lines = doctor(poor.cluster, "--tags=@test_sanity_cold_mtv_migration", **poor.settings)
    assert poor.admin.merge(role, {"rules": found["rules"]})
    assert code == 1
    assert lines["permissions"]["verdict"] == "blocker"
    assert (
        "may not: get persistentvolumes, list persistentvolumes, watch persistentvolumes (cluster-wide)"
        in lines["permissions"]["told"]
    )
