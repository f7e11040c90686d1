"""Keystone: discovery, tokens, catalog, and refusals (facts/sources.md 7, OpenStack 1, 2 and 9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import openstack
import pytest

from tests.lab_openstack.conftest import RunningOpenstack

NOT_AUTHENTICATED = "The request you have made requires authentication."


def test_a_connection_finds_every_service_at_the_address_it_came_by(stack: RunningOpenstack, cloud: Any) -> None:
    answer = stack.raw("GET", "/identity/v3/auth/catalog", token=cloud.auth_token)
    catalog = answer.json()["catalog"]
    assert {each["type"] for each in catalog} == {"identity", "compute", "volumev3", "image", "network"}
    by_name = stack.connect(auth_url=stack.url.replace("127.0.0.1", "localhost"))
    assert "//localhost:" in by_name.session.get_endpoint(service_type="network", region_name="RegionOne")
    assert cloud.current_project.name == "mtv-project"


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "another"},
        {"username": "nobody"},
        {"project_name": "another"},
        {"user_domain_id": "another"},
        {"user_domain_id": "another", "user_domain_name": "Default"},
        {"project_domain_id": None},
    ],
)
def test_whatever_is_wrong_with_a_login_it_is_401(stack: RunningOpenstack, wrong: dict[str, Any]) -> None:
    with pytest.raises(openstack.exceptions.SDKException, match="HTTP 401") as caught:
        stack.connect(**wrong).authorize()
    assert NOT_AUTHENTICATED in str(caught.value)


def test_domains_may_be_named_as_well(stack: RunningOpenstack) -> None:
    named = {"user_domain_id": None, "project_domain_id": None, "user_domain_name": "Default"}
    assert stack.connect(**named, project_domain_name="Default").auth_token


def test_another_region_has_no_services(stack: RunningOpenstack) -> None:
    elsewhere = stack.connect(region_name="RegionTwo")
    with pytest.raises(openstack.exceptions.SDKException, match="RegionTwo"):
        list(elsewhere.network.networks())


def test_the_lab_s_authority_is_needed(stack: RunningOpenstack) -> None:
    with pytest.raises(openstack.exceptions.SDKException, match="SSL"):
        stack.connect(cacert=None).authorize()


def test_an_unknown_token_is_refused_by_every_service_in_keystone_s_words(stack: RunningOpenstack) -> None:
    for path in ("/identity/v3/auth/catalog", "/identity/v3/regions"):
        answer = stack.raw("GET", path, token="gAAAAAunknown")
        assert (answer.status_code, answer.json()["error"]["message"]) == (401, NOT_AUTHENTICATED)
        assert answer.headers["WWW-Authenticate"].startswith("Keystone uri=")


def test_the_sdk_logs_in_again_when_its_token_is_gone(stack: RunningOpenstack) -> None:
    connection = stack.connect()
    before = connection.auth_token
    stack.on_loop(stack.platform.tokens.revoke_all)
    assert [region.id for region in connection.identity.regions()] == ["RegionOne"]
    assert connection.auth_token != before


def test_a_token_ends_at_the_time_it_names(stack: RunningOpenstack) -> None:
    token = stack.token()
    answer = stack.raw("GET", "/identity/v3/auth/tokens", token=token, X_Subject_Token=token)
    left = datetime.fromisoformat(answer.json()["token"]["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=58) < left <= timedelta(hours=1)
    stack.on_loop(lambda: setattr(stack.platform.tokens, "lifetime", 0.0))
    try:
        assert stack.raw("GET", "/identity/v3/regions", token=stack.token()).status_code == 401
    finally:
        stack.on_loop(lambda: setattr(stack.platform.tokens, "lifetime", 3600.0))


def test_a_token_made_of_another_ends_with_it(stack: RunningOpenstack) -> None:
    first = stack.token()
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": first}}}}
    second = stack.raw("POST", "/identity/v3/auth/tokens", body=body)
    assert second.status_code == 201
    shown = stack.raw("GET", "/identity/v3/auth/tokens", token=first, X_Subject_Token=first).json()
    assert second.json()["token"]["expires_at"] == shown["token"]["expires_at"]
    assert "catalog" not in second.json()["token"], "nothing was asked for but the token"


def test_a_revoked_token_is_gone(stack: RunningOpenstack) -> None:
    own, token = stack.token(), stack.token()
    answer = stack.raw("DELETE", "/identity/v3/auth/tokens", token=own, X_Subject_Token=token)
    assert answer.status_code == 204
    answer = stack.raw("GET", "/identity/v3/auth/tokens", token=own, X_Subject_Token=token)
    assert (answer.status_code, answer.json()["error"]["title"]) == (404, "Not Found")


def test_what_keystone_cannot_do_is_refused_and_counted(stack: RunningOpenstack, cloud: Any) -> None:
    with pytest.raises(openstack.exceptions.HttpException, match="does not implement"):
        list(cloud.identity.groups())
    assert stack.lab.requests.refused["openstack GET /identity/v3/groups"] == 1
    body = {"auth": {"identity": {"methods": ["application_credential"]}}}
    answer = stack.raw("POST", "/identity/v3/auth/tokens", body=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (501, 501)
    assert stack.raw("GET", "/elsewhere").status_code == 404
