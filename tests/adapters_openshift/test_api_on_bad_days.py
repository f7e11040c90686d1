"""What the API adapter does with refusals, lost answers and tokens that end."""

import base64
import socket
import threading
from pathlib import Path

import pytest
import urllib3

from support.adapters.openshift.access.oauth import token_object_name
from support.adapters.openshift.api import Api
from support.adapters.openshift.refusals import Conflict, Refused
from support.adapters.openshift.storage import OpenShiftStorage
from support.domain.access import ClusterAccess
from support.domain.errors import AlreadyExists, ClusterError, ClusterLoginError, ClusterUnreachable, StartError
from support.domain.names import ObjectRef
from support.domain.secret import Secret
from tests.adapters_openshift.scripted import Asked, Reply, Script, Server, status

REF = ObjectRef("ConfigMap", "c", "n")
BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "n"}}
KUBE_SYSTEM = {"kind": "Namespace", "metadata": {"name": "kube-system", "uid": "u0"}}


def after_login(script: Script) -> Script:
    """The login's own probe is answered, the rest is the test's."""

    def answered(asked: Asked) -> Reply | None:
        return Reply(body=KUBE_SYSTEM) if asked.path == "/api/v1/namespaces/kube-system" else script(asked)

    return answered


def connected(server: Server) -> Api:
    api = Api(ClusterAccess(host=server.url, token=Secret("t")))
    api.connect()
    return api


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (status(409, "AlreadyExists", 'configmaps "c" already exists'), AlreadyExists),
        (status(409, "Conflict", "the object has been modified"), Conflict),
        (status(403, "Forbidden", 'configmaps is forbidden: User "u" cannot create'), Refused),
        (status(422, "Invalid", "spec.x: Required value"), Refused),
        (status(500, "InternalError", "failed calling webhook"), Refused),
        (status(401, "Unauthorized", "Unauthorized"), ClusterLoginError),
        (Reply(502, b"<html>bad gateway</html>"), ClusterError),
        (Reply(200, b"<html>welcome</html>"), ClusterError),
    ],
)
def test_a_refused_create_names_the_object_and_the_servers_reason(reply: Reply, error: type[Exception]) -> None:
    with Server(after_login(lambda _asked: reply)) as server:
        api = connected(server)
        with pytest.raises(error) as caught:
            api.create(dict(BODY))
        assert len([asked for asked in server.asked if asked.method == "POST"]) == (5 if reply.code >= 500 else 1)
    if isinstance(reply.body, dict):
        assert reply.body["message"] in str(caught.value)
    if error is not ClusterLoginError:
        assert "create ConfigMap n/c" in str(caught.value)


def test_a_create_that_was_not_accepted_for_load_is_sent_again() -> None:
    replies = [
        Reply(429, {}, {"Retry-After": "0"}),
        Reply(201, {"kind": "ConfigMap", "metadata": {"name": "c", "uid": "u"}}),
    ]
    with Server(after_login(lambda _asked: replies.pop(0))) as server:
        assert connected(server).create(dict(BODY)).uid == "u"


@pytest.mark.parametrize(("refusals", "answered"), [(10, True), (13, False)])
def test_what_is_refused_for_load_waits_longer_for_its_turn_than_an_error_lasts(
    monkeypatch: pytest.MonkeyPatch, refusals: int, answered: bool
) -> None:
    """Of many that ask at once, one meets several bursts; 500 is another matter."""
    monkeypatch.setattr(urllib3.Retry, "_sleep_backoff", lambda _retry: None)
    replies = [Reply(429, {}, {"Retry-After": "0"})] * refusals + [Reply(200, {"kind": "ConfigMapList", "items": []})]
    with Server(after_login(lambda _asked: replies.pop(0))) as server:
        api = connected(server)
        if answered:
            assert api.list("ConfigMap", "n") == []
        else:
            with pytest.raises(ClusterError, match="429"):
                api.list("ConfigMap", "n")
            assert len(replies) == 1


def test_what_is_refused_for_load_after_errors_waits_for_its_turn_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urllib3.Retry, "_sleep_backoff", lambda _retry: None)
    replies = [
        *[status(503, "ServiceUnavailable", "starting")] * 4,
        *[Reply(429, {}, {"Retry-After": "0"})] * 3,
        Reply(200, {"kind": "ConfigMapList", "items": []}),
    ]
    with Server(after_login(lambda _asked: replies.pop(0))) as server:
        assert connected(server).list("ConfigMap", "n") == []


MADE = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "n", "labels": {"run": "r"}}}


@pytest.mark.parametrize(("owner", "adopted"), [("r", True), ("another", False)])
def test_what_an_answered_error_made_all_the_same_is_known_by_its_labels(owner: str, adopted: bool) -> None:
    replies = [status(500, "InternalError", "etcdserver: leader changed"), status(409, "AlreadyExists", "exists")]

    def script(asked: Asked) -> Reply:
        if asked.method == "POST":
            return replies.pop(0)
        return Reply(body={"kind": "ConfigMap", "metadata": {"name": "c", "uid": "u", "labels": {"run": owner}}})

    with Server(after_login(script)) as server:
        api = connected(server)
        if adopted:
            assert api.create(dict(MADE)).uid == "u"
        else:
            with pytest.raises(AlreadyExists):
                api.create(dict(MADE))


def test_what_exists_is_not_adopted_when_nothing_went_wrong_before() -> None:
    def script(asked: Asked) -> Reply:
        if asked.method == "POST":
            return status(409, "AlreadyExists", "exists")
        return Reply(body={"kind": "ConfigMap", "metadata": {"name": "c", "uid": "u", "labels": {"run": "r"}}})

    with Server(after_login(script)) as server, pytest.raises(AlreadyExists):
        connected(server).create(dict(MADE))


@pytest.mark.parametrize(("conflicts", "version", "survives"), [(4, "", True), (5, "", False), (1, "7", False)])
def test_a_change_without_a_version_outlasts_the_races_of_others(conflicts: int, version: str, survives: bool) -> None:
    replies = [status(409, "Conflict", "the object has been modified") for _ in range(conflicts)]
    replies.append(Reply(body={"kind": "ConfigMap", "metadata": {"name": "c"}}))
    with Server(after_login(lambda _asked: replies.pop(0))) as server:
        api = connected(server)
        if survives:
            assert api.merge(REF, {"data": {}}, version=version)
        else:
            with pytest.raises(Conflict):
                api.merge(REF, {"data": {}}, version=version)


def test_a_create_whose_answer_is_lost_is_never_sent_twice() -> None:
    """The server takes the request and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    api = Api(ClusterAccess(host=f"http://127.0.0.1:{listener.getsockname()[1]}", token=Secret("t")))
    api._login.open()
    taken: list[bytes] = []

    def take() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            taken.append(peer.recv(65536))
            peer.close()

    threading.Thread(target=take, daemon=True).start()
    with pytest.raises(ClusterUnreachable, match="whether the request was carried out is unknown"):
        api.create(dict(BODY))
    listener.close()
    assert len(taken) == 1


def test_absence_is_no_error_when_reading_changing_or_deleting() -> None:
    with Server(after_login(lambda _asked: status(404, "NotFound", "not found"))) as server:
        api = connected(server)
        assert api.get(REF) is None
        assert api.merge(REF, {"data": {}}) is None
        assert api.delete(REF, "u") is False


def test_a_delete_that_meets_another_object_of_that_name_leaves_it_alone() -> None:
    def script(asked: Asked) -> Reply:
        if asked.method == "DELETE":
            assert asked.body["preconditions"] == {"uid": "mine"}
            assert asked.body["propagationPolicy"] == "Foreground"
            return status(409, "Conflict", "the UID in the precondition does not match")
        return Reply(body={"kind": "ConfigMap", "metadata": {"name": "c", "uid": "theirs"}})

    with Server(after_login(script)) as server:
        assert connected(server).delete(REF, "mine") is False


def test_lists_are_read_page_by_page() -> None:
    def script(asked: Asked) -> Reply:
        more = "continue" not in asked.query
        meta = {"resourceVersion": "5", **({"continue": "next"} if more else {})}
        return Reply(
            body={"kind": "PodList", "metadata": meta, "items": [{"metadata": {"name": "a" if more else "b"}}]}
        )

    with Server(after_login(script)) as server:
        found = connected(server).list("Pod", "n", {"app": "x"})
        assert [(pod["kind"], pod["metadata"]["name"]) for pod in found] == [("Pod", "a"), ("Pod", "b")]
        assert server.asked[-1].query["labelSelector"] == "app=x"


def test_a_conflicting_patch_of_a_profile_is_decided_anew() -> None:
    tries: list[str] = []

    def script(asked: Asked) -> Reply:
        if asked.method == "PATCH":
            tries.append(asked.body["metadata"]["resourceVersion"])
            return status(409, "Conflict", "modified") if len(tries) == 1 else Reply(body={"kind": "StorageProfile"})
        meta = {"name": "nfs", "resourceVersion": str(len(tries) + 7)}
        return Reply(body={"kind": "StorageProfile", "metadata": meta, "spec": {}})

    with Server(after_login(script)) as server:
        held = OpenShiftStorage(connected(server)).hold_profile("nfs", {"claimPropertySets": []}, "run")
    assert tries == ["7", "8"]
    assert held == {"original": '{"claimPropertySets": null}'}


class OAuth:
    """An OpenShift login whose tokens can be made invalid."""

    def __init__(self) -> None:
        self.valid = 0
        self.revoked: list[str] = []
        self.url = ""

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/.well-known/oauth-authorization-server":
            return Reply(body={"authorization_endpoint": f"{self.url}/a", "token_endpoint": f"{self.url}/t"})
        if asked.path == "/a":
            good = base64.b64encode(b"user:right").decode()
            if asked.headers["authorization"] != f"Basic {good}" or "x-csrf-token" not in asked.headers:
                return Reply(401)
            return Reply(302, {}, {"Location": f"{self.url}/implicit?code=sha256~c&state="})
        if asked.path == "/t":
            self.valid += 1
            return Reply(body={"access_token": f"sha256~token{self.valid}"})
        if asked.headers.get("authorization") != f"Bearer sha256~token{self.valid}":
            return status(401, "Unauthorized", "Unauthorized")
        if asked.method == "DELETE":
            self.revoked.append(asked.path.rsplit("/", 1)[-1])
        return Reply(body=KUBE_SYSTEM)


def test_an_expired_token_is_renewed_in_the_middle_of_a_run_and_given_back_at_the_end() -> None:
    oauth = OAuth()
    with Server(oauth) as server:
        oauth.url = server.url
        api = Api(ClusterAccess(host=server.url, username="user", password=Secret("right")))
        api.connect()
        oauth.valid += 1
        assert api.get(REF) is not None
        api.close()
        api.close()
    # The first one, which expired, by the one that followed it; token2 is what the script skipped.
    assert oauth.revoked == [token_object_name(Secret(f"sha256~token{number}")) for number in (1, 3)]


def test_a_wrong_password_is_said_so_and_never_shown() -> None:
    oauth = OAuth()
    with Server(oauth) as server:
        oauth.url = server.url
        api = Api(ClusterAccess(host=server.url, username="user", password=Secret("wr0ng")))
        with pytest.raises(ClusterLoginError, match="as user: user or password refused") as caught:
            api.connect()
    assert "wr0ng" not in str(caught.value)


def test_a_given_token_that_expired_cannot_be_renewed_and_is_never_revoked() -> None:
    with Server(lambda _asked: status(401, "Unauthorized", "Unauthorized")) as server:
        api = Api(ClusterAccess(host=server.url, token=Secret("sha256~old")))
        with pytest.raises(ClusterLoginError, match="not, or no longer, accepted"):
            api.connect()
        api.close()
        assert all(asked.method == "GET" for asked in server.asked)


def test_nobody_at_the_port_and_an_unknown_host_are_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(ClusterUnreachable, match="no connection"):
        Api(ClusterAccess(host=f"https://127.0.0.1:{port}", token=Secret("t"))).connect()
    with pytest.raises(ClusterUnreachable, match="not known to DNS"):
        Api(ClusterAccess(host="https://no-such-host.invalid:6443", token=Secret("t"))).connect()


@pytest.mark.parametrize(
    ("access", "words"),
    [
        (ClusterAccess(), "no cluster to log in to"),
        (ClusterAccess(host="api.example"), "needs cluster_token, or cluster_username and cluster_password"),
        (ClusterAccess(kubeconfig=Path("/nonexistent/kubeconfig")), "cannot be read"),
    ],
)
def test_incomplete_credentials_name_the_setting(access: ClusterAccess, words: str) -> None:
    with pytest.raises(StartError, match=words):
        Api(access).connect()


def test_a_kubeconfig_with_secrets_in_broken_yaml_is_not_quoted(tmp_path: Path) -> None:
    broken = tmp_path / "kubeconfig"
    broken.write_text("users: [token: sha256~topsecret")
    with pytest.raises(StartError) as caught:
        Api(ClusterAccess(kubeconfig=broken)).connect()
    assert "topsecret" not in str(caught.value)
