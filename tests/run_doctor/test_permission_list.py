"""The one list of permissions: whole, without doubles, and what deploy/rbac.yaml grants."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.domain.permission import Permission
from support.run.doctor.permissions import ALWAYS, OCCASIONS, REMOTE, asked_for, permissions_of, rules

ROOT = Path(__file__).parents[2]
ROLE = ROOT / "deploy" / "rbac.yaml"


def documents() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(ROLE.read_text()))


def granted(name: str) -> set[Permission]:
    (role,) = (each for each in documents() if (each["kind"], each["metadata"]["name"]) == ("ClusterRole", name))
    return {permission for rule in role["rules"] for permission in permissions_of(rule)}


def everywhere(permission: Permission) -> Permission:
    """As a ClusterRole grants it: wherever it is bound."""
    return Permission(group=permission.group, resource=permission.resource, verb=permission.verb, name=permission.name)


def asked(remote: bool) -> set[Permission]:
    chosen = [rule for rule in rules() if (rule.when == REMOTE) is remote]
    return {everywhere(permission) for rule in chosen for permission in rule.permissions}


def test_the_role_grants_what_the_doctor_asks_for_and_nothing_else() -> None:
    assert asked(remote=False)
    assert granted("mtv-acceptance") == asked(remote=False)


def test_what_leads_to_an_administrator_is_a_role_of_its_own_that_nobody_has() -> None:
    assert granted("mtv-acceptance-remote") == asked(remote=True)
    bindings = [each for each in documents() if each["kind"] == "ClusterRoleBinding"]
    assert [each["roleRef"]["name"] for each in bindings] == ["mtv-acceptance"]


def test_the_role_is_bound_to_the_account_of_the_job() -> None:
    found = {each["kind"]: each for each in reversed(documents())}
    (subject,) = found["ClusterRoleBinding"]["subjects"]
    account = found["ServiceAccount"]["metadata"]
    assert found["ClusterRoleBinding"]["roleRef"]["name"] == found["ClusterRole"]["metadata"]["name"]
    assert (subject["name"], subject["namespace"]) == (account["name"], account["namespace"])


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


def test_a_remote_destination_is_asked_nothing_about_mtv() -> None:
    there = asked_for({REMOTE}, needed=True, destination=True)
    assert {"secrets", "virtualmachines"} <= {each.resource for each in there}
    assert "forklift.konveyor.io" not in {each.group for each in there}
