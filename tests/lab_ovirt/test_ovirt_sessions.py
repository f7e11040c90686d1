"""Tokens, the API's root, the certificate (checklist oVirt 1, 2, 9, 10)."""

import ssl
import urllib.error
import urllib.request
from typing import Any

import pytest

from lab.jitter.noise import Noise
from tests.lab_ovirt.conftest import Conversation, RunningEngine, the_sdk


def get(engine: RunningEngine, path: str, token: str = "", accept: str = "*/*") -> tuple[int, bytes, Any]:
    """Status, body and headers of a plain request."""
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}
    request = urllib.request.Request(f"{engine.server}{path}", headers=headers)
    trust = ssl.create_default_context(cafile=str(engine.lab.folder / "ca.crt"))
    try:
        with urllib.request.urlopen(request, context=trust, timeout=30) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(), refusal.headers


def test_a_login_gives_a_token_that_opens_the_api(engine: RunningEngine) -> None:
    token = engine.connect().authenticate()
    assert get(engine, "/ovirt-engine/api", token)[0] == 200


@pytest.mark.parametrize("wrong", [{"password": "no"}, {"username": "nobody@internal"}, {"password": ""}])
def test_a_wrong_login_is_refused_in_the_words_of_the_sso(engine: RunningEngine, wrong: dict[str, str]) -> None:
    connection = engine.connect(**wrong)
    with pytest.raises(the_sdk().AuthError, match="access_denied : Cannot authenticate user"):
        connection.authenticate()


def test_without_a_token_there_is_a_fault_and_401(engine: RunningEngine) -> None:
    status, body, headers = get(engine, "/ovirt-engine/api/vms", "made-up")
    assert (status, headers.get_content_type()) == (401, "application/xml")
    assert b"<fault>" in body


def test_a_logout_ends_the_token(engine: RunningEngine) -> None:
    connection = engine.connect()
    token = connection.authenticate()
    connection.close()
    assert get(engine, "/ovirt-engine/api", token)[0] == 401


def test_a_token_that_nobody_used_for_long_is_renewed_by_the_sdk(engine: RunningEngine, client: Conversation) -> None:
    first = client.connection.authenticate()
    engine.service.engine.sessions.open[first].seen -= engine.service.engine.sessions.idle + 1
    assert client.system.vms_service().list()
    assert client.connection.authenticate() != first


def test_the_root_says_what_it_is(client: Conversation) -> None:
    root = client.system.get()
    assert (root.product_info.name, root.product_info.version.major) == ("oVirt Engine", 4)
    assert root.summary.vms.total == 1
    assert client.connection.test()


def test_the_root_names_each_collection_once(engine: RunningEngine) -> None:
    token = engine.connect().authenticate()
    body = get(engine, "/ovirt-engine/api/", token)[1].decode()
    assert body.count('rel="vms"') == body.count('rel="templates"') == 1


def test_anybody_gets_the_authoritys_certificate(engine: RunningEngine) -> None:
    path = "/ovirt-engine/services/pki-resource?resource=ca-certificate&format=X509-PEM-CA"
    status, body, _headers = get(engine, path)
    assert (status, body.decode()) == (200, (engine.lab.folder / "ca.crt").read_text())


def test_another_resource_of_the_pki_is_refused(engine: RunningEngine) -> None:
    assert get(engine, "/ovirt-engine/services/pki-resource?resource=engine-certificate")[0] == 404


def test_a_client_without_the_authority_is_not_served(engine: RunningEngine) -> None:
    connection = engine.connect(ca_file=None)
    assert not connection.test()
    assert engine.connect(ca_file=None, insecure=True).test()


def test_requests_are_counted_without_names(engine: RunningEngine, client: Conversation) -> None:
    service = client.vm("mtv-tests-rhel8")
    service.get()
    service.nics_service().list()
    counts = engine.lab.requests.counts()["ovirt"]
    assert counts["GET vms/ID"] == counts["GET vms/ID/nics"] == 1


def test_other_paths_of_the_server_are_counted_as_refused(engine: RunningEngine) -> None:
    assert get(engine, "/ovirt-engine/webadmin")[0] == 404
    assert engine.lab.requests.refused["ovirt GET /ovirt-engine/webadmin"] == 1


def test_answers_can_be_slow(slow_engine: RunningEngine) -> None:
    """The next delay is not the first one any more: an answer has had that."""
    slow_engine.connect().authenticate()
    assert slow_engine.lab.noise.draw("delay", "ovirt") != Noise(slow_engine.lab.noise.jitter).draw("delay", "ovirt")
