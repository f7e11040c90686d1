"""An account of the run's own gets a token that MTV can use, on a cluster that judges it, and tokens tell their end."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.adapters.openshift.access.oauth import expiry_of
from support.adapters.openshift.accounts import OpenShiftAccounts
from support.adapters.openshift.api import Api
from support.adapters.openshift.cluster import OpenShiftCluster
from support.adapters.openshift.feeds import Feeds
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef, RunId
from support.domain.secret import Secret

ACCOUNT = ObjectRef("ServiceAccount", "auto-ab12-mtv", "default")
BINDING = ObjectRef("ClusterRoleBinding", "auto-ab12-mtv")


@pytest.fixture
def api(lab_folder: Path) -> Iterator[Api]:
    api = Api(ClusterAccess(kubeconfig=lab_folder / "remote-kubeconfig"))
    api.connect()
    yield api
    api.close()


@pytest.fixture
def accounts(api: Api) -> Iterator[OpenShiftAccounts]:
    yield OpenShiftAccounts(api, RunId("auto-ab12"))
    for ref in (BINDING, ACCOUNT):
        found = api.get(ref)
        if found is not None:
            api.delete(ref, found["metadata"]["uid"])


def test_an_account_s_token_works_as_an_administrator_s_and_says_when_it_ends(
    api: Api, accounts: OpenShiftAccounts, tmp_path: Path
) -> None:
    accounts.create(ACCOUNT)
    accounts.make_administrator(BINDING, ACCOUNT)
    token = accounts.token(ACCOUNT, 4200)
    ends = expiry_of(token)
    assert ends is not None
    assert 4100 < ends - time.time() <= 4260
    reach = api.by_url()
    authority = tmp_path / "ca.crt"
    authority.write_text(reach.ca_pem)
    other = Api(ClusterAccess(host=reach.url, token=token, ca_file=authority))
    other.connect()
    login = OpenShiftCluster(other, Feeds(other))
    lives = login.token_lives()
    assert lives is not None
    assert 4100 < lives <= 4260
    assert other.get(ObjectRef("Namespace", "default")) is not None
    other.close()


def test_a_token_for_an_account_that_is_not_there_is_refused_in_the_server_s_words(accounts: OpenShiftAccounts) -> None:
    with pytest.raises(ClusterError, match=r"token of ServiceAccount default/auto-ab12-mtv: .*not found"):
        accounts.token(ACCOUNT, 4200)


def test_a_connected_api_tells_how_others_reach_it(api: Api) -> None:
    assert api.connected
    assert api.by_url().url.startswith("https://127.0.0.1:")
    assert "BEGIN CERTIFICATE" in api.by_url().ca_pem


def test_a_login_that_may_look_at_nothing_has_not_joined(api: Api, accounts: OpenShiftAccounts, tmp_path: Path) -> None:
    accounts.create(ACCOUNT)
    authority = tmp_path / "ca.crt"
    authority.write_text(api.by_url().ca_pem)
    other = Api(ClusterAccess(host=api.by_url().url, token=accounts.token(ACCOUNT, 700), ca_file=authority))
    with pytest.raises(ClusterError, match="forbidden"):
        other.connect()
    assert not other.connected
    other.close()


def _claims(**claims: object) -> Secret:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return Secret(f"head.{body}.tail")


@pytest.mark.parametrize(
    ("token", "ends"),
    [
        (_claims(exp=1700000000), 1700000000.0),
        (_claims(sub="x"), None),
        (Secret("sha256~opaque"), None),
        (Secret("a.b.c"), None),
    ],
)
def test_only_a_token_that_carries_its_end_tells_it(token: Secret, ends: float | None) -> None:
    assert expiry_of(token) == ends
