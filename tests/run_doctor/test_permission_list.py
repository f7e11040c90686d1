"""The one list of permissions: whole, without doubles, and what the roles in deploy/ grant."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.adapters.openshift.kinds import MADE, MADE_ELSEWHERE, TABLE
from support.domain.permission import Permission
from support.run.doctor.permissions import (
    ACCOUNT,
    ALWAYS,
    OCCASIONS,
    Part,
    asked_for,
    permissions_of,
    rules,
    rules_of,
)
from support.run.doctor.rights import ACCOUNT_ROLE, ROLES

ROOT = Path(__file__).parents[2]
PARTS = [*Part]


def documents(part: Part) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((ROOT / ROLES[part]).read_text()))


def granted(part: Part) -> list[set[Permission]]:
    """By each role of the file: the run's, and that of MTV's account."""
    roles = [each for each in documents(part) if each["kind"] == "ClusterRole"]
    return [{permission for rule in role["rules"] for permission in permissions_of(rule)} for role in roles]


def everywhere(permission: Permission) -> Permission:
    """As a ClusterRole grants it: wherever it is bound."""
    return Permission(group=permission.group, resource=permission.resource, verb=permission.verb, name=permission.name)


def asked(part: Part, *, account: bool) -> set[Permission]:
    chosen = [rule for rule in rules_of(part) if (rule.when == ACCOUNT) is account]
    return {everywhere(permission) for rule in chosen for permission in rule.permissions}


@pytest.mark.parametrize("part", PARTS)
def test_the_roles_grant_what_the_doctor_asks_for_and_nothing_else(part: Part) -> None:
    assert asked(part, account=False)
    assert granted(part) == [asked(part, account=False), asked(part, account=True)]


@pytest.mark.parametrize("part", PARTS)
def test_what_leads_to_an_administrator_is_a_role_of_its_own_that_nobody_has(part: Part) -> None:
    roles = [each["metadata"]["name"] for each in documents(part) if each["kind"] == "ClusterRole"]
    bindings = [each for each in documents(part) if each["kind"] == "ClusterRoleBinding"]
    assert [each["roleRef"]["name"] for each in bindings] == roles[:1]
    assert roles[1:] == [ACCOUNT_ROLE]


@pytest.mark.parametrize("part", PARTS)
def test_the_role_is_bound_to_the_account_of_the_job(part: Part) -> None:
    found = {each["kind"]: each for each in documents(part)}
    (subject,) = found["ClusterRoleBinding"]["subjects"]
    account = found["ServiceAccount"]["metadata"]
    assert (subject["name"], subject["namespace"]) == (account["name"], account["namespace"])


def test_files_for_one_and_the_same_cluster_add_up() -> None:
    names = [each["metadata"]["name"] for part in PARTS for each in documents(part) if each["kind"] == "ClusterRole"]
    assert sorted({*names, ACCOUNT_ROLE}) == sorted({*names})
    assert len({*names}) == len(PARTS) + 1


@pytest.mark.parametrize(
    ("part", "made"), [(Part.MTV, MADE), (Part.REMOTE, MADE_ELSEWHERE), (Part.SOURCE, MADE_ELSEWHERE)]
)
def test_whatever_is_looked_through_for_leftovers_may_be_listed(part: Part, made: frozenset[str]) -> None:
    wanted = {Permission(group=kind.group, resource=kind.plural, verb="list") for kind in map(TABLE.get, made) if kind}
    assert len(wanted) == len(made)
    assert wanted - {Permission(group="", resource="events", verb="list")} <= set(
        asked_for([], needed=True, part=part)
    ), "events are no leftovers"


def test_every_rule_has_an_occasion_that_there_is() -> None:
    assert {rule.when for rule in rules()} == OCCASIONS


def test_no_permission_is_asked_for_twice() -> None:
    counted = Counter((rule.when, permission) for rule in rules() for permission in rule.permissions)
    always = {permission for rule in rules() if rule.when == ALWAYS for permission in rule.permissions}
    doubled = {permission for (when, permission), _times in counted.items() if when != ALWAYS and permission in always}
    assert [each for each, times in counted.items() if times > 1] == []
    # getting routes is asked of a remote destination only where its monitoring is
    assert {(each.resource, each.verb) for each in doubled} == {("routes", "get")}


@pytest.mark.parametrize("occasion", sorted(OCCASIONS - {ALWAYS}))
def test_an_occasion_asks_for_more(occasion: str) -> None:
    def all_of(*occasions: str) -> set[Permission]:
        return {*asked_for(occasions, needed=True), *asked_for(occasions, needed=False)}

    assert all_of() < all_of(occasion)


@pytest.mark.parametrize("part", [Part.REMOTE, Part.SOURCE])
def test_another_cluster_is_asked_nothing_about_mtv(part: Part) -> None:
    there = asked_for(OCCASIONS, needed=True, part=part)
    assert {"secrets", "virtualmachines"} <= {each.resource for each in there}
    assert "forklift.konveyor.io" not in {each.group for each in there}
