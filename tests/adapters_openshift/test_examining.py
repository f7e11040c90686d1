"""Access reviews and operators, as a cluster tells of them: the lab, where it can be made to, else a script."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.adapters.openshift.accounts import OpenShiftAccounts
from support.adapters.openshift.api import Api
from support.adapters.openshift.examining import OpenShiftExamining
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.kinds import MADE, MADE_ELSEWHERE
from support.adapters.openshift.objects import OpenShiftObjects
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef, RunId
from support.domain.permission import Permission
from support.domain.secret import Secret
from support.ports.examining import OperatorHealth
from tests.adapters_openshift.scripted import Asked, Reply, Script, Server, status

PODS = Permission(group="", resource="pods", verb="list")
TUNNEL = Permission(
    group="subresources.kubevirt.io",
    resource="virtualmachineinstances/portforward",
    verb="get",
    namespace="ns",
    name="vm",
)


@pytest.fixture
def lab(lab_folder: Path) -> Iterator[Api]:
    api = Api(ClusterAccess(kubeconfig=lab_folder / "kubeconfig"))
    api.connect()
    yield api
    api.close()


def test_an_administrator_is_refused_nothing(lab: Api) -> None:
    assert OpenShiftExamining(lab).refused([PODS, TUNNEL]) == []


def test_operators_tell_phase_version_and_availability(lab: Api) -> None:
    examining = OpenShiftExamining(lab)
    assert examining.operator("KubeVirt") == OperatorHealth(
        name="kubevirt-kubevirt-hyperconverged", phase="Deployed", version="v1.6.2", available=True
    )
    cdi = examining.operator("CDI")
    assert cdi is not None
    assert (cdi.phase, cdi.version, cdi.available) == ("Deployed", "v1.63.1", True)


def test_kinds_are_served_or_not(lab: Api) -> None:
    examining = OpenShiftExamining(lab)
    assert examining.serves("NetworkAttachmentDefinition")
    assert not examining.serves("Spaceship")
    assert examining.operator("Spaceship") is None


def test_claim_modes_are_those_that_cdi_would_choose(lab: Api) -> None:
    examining = OpenShiftExamining(lab)
    assert examining.claim_modes("lab-file") == ("ReadWriteOnce Filesystem",)
    assert examining.claim_modes("gold") is None


ACCOUNT = ObjectRef("ServiceAccount", "doctor-poor", "default")
RBAC = "rbac.authorization.k8s.io"


@pytest.fixture
def poor(lab: Api, tmp_path: Path) -> Iterator[Api]:
    """Logged in as an account that may read namespaces and list pods."""
    named, rbac = {"metadata": {"name": ACCOUNT.name}}, {"apiVersion": f"{RBAC}/v1"}
    rule = {"apiGroups": [""], "resources": ["pods", "namespaces"], "verbs": ["get", "list"]}
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": ACCOUNT.name}
    subject = {"kind": "ServiceAccount", "name": ACCOUNT.name, "namespace": ACCOUNT.namespace}
    made = [
        lab.create(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": named["metadata"] | {"namespace": "default"}}
        ),
        lab.create(rbac | named | {"kind": "ClusterRole", "rules": [rule]}),
        lab.create(rbac | named | {"kind": "ClusterRoleBinding", "roleRef": role, "subjects": [subject]}),
    ]
    authority = tmp_path / "ca.crt"
    authority.write_text(lab.by_url().ca_pem)
    token = OpenShiftAccounts(lab, RunId("auto-ab12")).token(ACCOUNT, 3600)
    api = Api(ClusterAccess(host=lab.server, token=token, ca_file=authority))
    api.connect()
    yield api
    api.close()
    for each in made:
        lab.delete(each.ref, each.uid)


def test_an_account_is_refused_what_no_role_gives_it(poor: Api) -> None:
    assert OpenShiftExamining(poor).refused([PODS, TUNNEL]) == [TUNNEL]


def test_what_may_not_be_listed_counts_only_where_a_run_makes_such_things(poor: Api) -> None:
    feeds = Feeds(poor)
    OpenShiftObjects(poor, feeds, made={"Pod"}).contents("default")
    for made in (MADE, MADE_ELSEWHERE):
        with pytest.raises(ClusterError, match="is forbidden"):
            OpenShiftObjects(poor, feeds, made).contents("default")
    feeds.close()
    assert {"Provider", "VirtualMachine", "Secret"} <= MADE
    assert MADE - {"Provider", "Plan", "Migration", "NetworkMap", "StorageMap", "Hook", "Host"} == MADE_ELSEWHERE
    assert not MADE & {"Route", "ClusterServiceVersion", "StorageProfile"}


@contextmanager
def scripted(script: Script) -> Iterator[tuple[OpenShiftExamining, list[Asked]]]:
    """Somebody who is logged in, and the reviews that were asked for since."""
    reviews: list[Asked] = []

    def answered(asked: Asked) -> Reply | None:
        if asked.method == "GET":
            return Reply(body={"metadata": {"name": "kube-system", "uid": "u"}})
        reviews.append(asked)
        return script(asked)

    with Server(answered) as server:
        api = Api(ClusterAccess(host=server.url, token=Secret("t")))
        api.connect()
        yield OpenShiftExamining(api), reviews


def _attributes(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = asked.body["spec"]["resourceAttributes"]
    return found


def test_everything_is_one_question_and_each_other_permission_one_of_its_own() -> None:
    def script(asked: Asked) -> Reply:
        allowed = _attributes(asked).get("resource") == "pods"
        return Reply(201, {**asked.body, "status": {"allowed": allowed}})

    with scripted(script) as (examining, asked):
        assert examining.refused([PODS, TUNNEL]) == [TUNNEL]
        assert _attributes(asked[0]) == {"group": "*", "resource": "*", "verb": "*"}
        tunnel = next(each for each in map(_attributes, asked) if "subresource" in each)
    assert tunnel == {
        "group": "subresources.kubevirt.io",
        "resource": "virtualmachineinstances",
        "subresource": "portforward",
        "verb": "get",
        "namespace": "ns",
        "name": "vm",
    }


def test_whoever_may_do_everything_is_asked_once() -> None:
    with scripted(lambda asked: Reply(201, {**asked.body, "status": {"allowed": True}})) as (examining, asked):
        assert examining.refused([PODS, TUNNEL]) == []
        assert len(asked) == 1


def test_a_question_whose_answer_is_lost_is_asked_again() -> None:
    seen: list[Asked] = []

    def script(asked: Asked) -> Reply:
        seen.append(asked)
        if len(seen) == 1:
            raise ConnectionResetError
        return Reply(201, {**asked.body, "status": {"allowed": True}})

    with scripted(script) as (examining, asked):
        assert examining.refused([PODS]) == []
        assert len(asked) == 2


def test_a_refused_review_is_told_with_its_reason() -> None:
    with (
        scripted(lambda _asked: status(403, "Forbidden", "reviews are forbidden")) as (examining, _asked),
        pytest.raises(ClusterError, match=r"ask whether this login may \* \*\.\*: reviews are forbidden"),
    ):
        examining.refused([PODS])
