"""What each cluster's login is asked for: by what the cluster is to the run, and by what MTV works with there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from support.domain.diagnosis import Diagnosis, Grade
from support.domain.permission import Permission
from support.run.doctor import rights
from support.run.doctor.patient import Patient, Wishes
from support.run.doctor.permissions import ACCOUNT, NFS, OFFLOAD, PLACEMENT, REMOTE, VIRTCTL, WARM, Part, Rule, rules_of
from support.workflow.ports_in_use import SourceHome
from tests.run_doctor.patients import MadeUpCluster, Surroundings

WISHED = frozenset({WARM, PLACEMENT, NFS, VIRTCTL, OFFLOAD, REMOTE})
"""All that scenarios and settings can wish for."""
LONG, SHORT = None, 60.0
"""Lives of a token that MTV can be given, and of one that it cannot."""


def _at_home(patient: Patient) -> Patient:
    """Its source and its remote destination are MTV's own cluster."""
    home = SourceHome(namespace="vms", network="net")
    source = replace(patient.ports.source, home=home)
    return replace(patient, source=None, remote=None, ports=replace(patient.ports, source=source))


def test_what_machines_of_the_source_take_is_asked_of_the_cluster_itself_only_where_it_is_the_source() -> None:
    here = Surroundings()
    here.cluster.forbidden = lambda permission: permission.resource == "virtualmachineexports"
    assert rights.on_mtv_s_cluster(here.patient()).grade is Grade.OK, "another cluster is the source"
    patient = _at_home(here.patient())
    assert rights.on_mtv_s_cluster(patient).grade is Grade.BLOCKER
    assert rights.on_source(patient).told == "the source is MTV's own cluster; see permissions"


def test_a_source_that_is_no_cluster_is_asked_for_no_permissions() -> None:
    here = Surroundings(source=None)
    assert rights.on_source(here.patient()).told == "checked only where the source is an OpenShift cluster"


def looked(part: Part, cluster: MadeUpCluster) -> Diagnosis:
    """With every wish that there is."""
    here = Surroundings(cluster=cluster, source=cluster, wishes=Wishes(occasions=WISHED))
    patient = here.patient()
    if part is Part.SOURCE:
        return rights.on_source(patient)
    return rights.on_remote(patient, cluster) if part is Part.REMOTE else rights.on_mtv_s_cluster(_at_home(patient))


def _none_but(kept: set[Permission]) -> Callable[[Permission], bool]:
    return lambda permission: permission not in kept


def granted(*rules: Rule) -> set[Permission]:
    return {permission for rule in rules for permission in rule.permissions}


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("lives", [LONG, SHORT])
def test_the_whole_role_is_enough_and_all_of_it_is_asked_for(part: Part, lives: float | None) -> None:
    asked: set[Permission] = set()

    def noted(permission: Permission) -> bool:
        asked.add(permission)
        return False

    assert looked(part, MadeUpCluster(lives=lives, forbidden=noted)).grade is Grade.OK
    lent = [rule for rule in rules_of(part) if rule.when.startswith("lent")]
    account = [rule for rule in rules_of(part) if rule.when == ACCOUNT]
    assert lent
    assert account
    left_out = account if lives is LONG else lent
    assert asked == granted(*(rule for rule in rules_of(part) if rule not in left_out))


@pytest.mark.parametrize("part", Part)
def test_a_rule_that_is_taken_away_from_the_role_is_noticed(part: Part) -> None:
    spared = []
    for rule in rules_of(part):
        kept = granted(*(each for each in rules_of(part) if each is not rule))
        lost = granted(rule) - kept
        lives = SHORT if rule.when == ACCOUNT else LONG
        found = looked(part, MadeUpCluster(lives=lives, forbidden=_none_but(kept)))
        if not lost:
            spared.append((rule.when, *sorted(map(str, rule.permissions))))
            continue
        assert found.grade is (Grade.BLOCKER if rule.needed else Grade.WARNING), rule
        assert all(str(permission) in found.told for permission in lost), rule
    # what MTV's cluster is asked for on two occasions
    twice = [
        ("placement", "get routes.route.openshift.io"),
        ("lent-destination", "create virtualmachines.kubevirt.io"),
    ]
    assert spared == (twice if part is Part.MTV else [])


@pytest.mark.parametrize("part", Part)
def test_the_advice_names_the_file_of_the_cluster_and_a_longer_token_where_that_would_do(part: Part) -> None:
    found = looked(part, MadeUpCluster(lives=SHORT, forbidden=lambda permission: permission.verb == "bind"))
    assert found.advice.startswith(f"{rights.ROLES[part]}, applied there, grants what is needed, its role")
    assert "by a token that lives 4200 s" in found.advice
    found = looked(part, MadeUpCluster(lives=SHORT, forbidden=lambda permission: permission.resource == "secrets"))
    assert found.advice == f"{rights.ROLES[part]}, applied there, grants what is needed"
