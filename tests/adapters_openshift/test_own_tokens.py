"""Tokens that a login makes for itself are told by name, given back, and can be revoked by somebody else's login."""

from dataclasses import dataclass, field

import pytest

from support.adapters.openshift.access.oauth import token_object_name
from support.adapters.openshift.api import Api
from support.adapters.openshift.cluster import OpenShiftCluster
from support.adapters.openshift.feeds import Feeds
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef
from support.domain.secret import Secret
from tests.adapters_openshift.scripted import Asked, Reply, Server, status

OBJECT = {"kind": "Namespace", "metadata": {"name": "kube-system", "uid": "u0"}}
USER, ADMIN = "useroauthaccesstokens", "oauthaccesstokens"


def name_of(number: int) -> str:
    return str(token_object_name(Secret(f"sha256~token{number}")))


@dataclass
class OAuth:
    """A login that numbers its tokens; `dead` ones are refused, as after their expiry."""

    url: str = ""
    made: int = 0
    dead: set[int] = field(default_factory=set)
    deletion: int = 200
    told: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/.well-known/oauth-authorization-server":
            return Reply(body={"authorization_endpoint": f"{self.url}/a", "token_endpoint": f"{self.url}/t"})
        if asked.path == "/a":
            return Reply(302, {}, {"Location": f"{self.url}/implicit?code=sha256~c"})
        if asked.path == "/t":
            self.made += 1
            return Reply(body={"access_token": f"sha256~token{self.made}"})
        number = int(asked.headers["authorization"].removeprefix("Bearer sha256~token"))
        if number in self.dead:
            return status(401, "Unauthorized", "Unauthorized")
        return Reply(self.deletion if asked.method == "DELETE" else 200, OBJECT)

    # TokenRegister

    def issued(self, name: str) -> None:
        self.told.append(f"issued {name}")

    def revoked(self, name: str) -> None:
        self.told.append(f"revoked {name}")


def logged_in(oauth: OAuth, server: Server) -> Api:
    oauth.url = server.url
    api = Api(ClusterAccess(host=server.url, username="user", password=Secret("right")))
    api.report_tokens(oauth)
    api.connect()
    return api


def test_a_token_is_told_before_its_first_use_and_when_it_was_given_back() -> None:
    oauth = OAuth()
    oauth.dead.add(1)  # even its first use fails, and yet it was told
    with Server(oauth) as server:
        api = logged_in(oauth, server)
        assert oauth.told[0] == f"issued {name_of(1)}"
        api.close()
    assert oauth.told[1:] == [f"issued {name_of(2)}", f"revoked {name_of(1)}", f"revoked {name_of(2)}"]


def test_each_token_is_learnt_as_a_secret_renewed_ones_too() -> None:
    oauth, learnt = OAuth(), list[str]()
    with Server(oauth) as server:
        oauth.url = server.url
        access = ClusterAccess(host=server.url, username="user", password=Secret("right"))
        api = Api(access, learnt.append)
        api.connect()
        assert learnt == ["sha256~token1"]
        oauth.dead.add(1)
        api.list("Namespace")
        api.close()
    assert learnt == ["sha256~token1", "sha256~token2"]


def test_a_token_beside_the_password_is_used_first_and_is_nobodys_to_give_back() -> None:
    oauth = OAuth()
    with Server(oauth) as server:
        oauth.url = server.url
        access = ClusterAccess(
            host=server.url, username="user", password=Secret("right"), token=Secret("sha256~token7")
        )
        api = Api(access)
        api.report_tokens(oauth)
        api.connect()
        assert oauth.made == 0
        oauth.dead.add(7)
        assert api.get(ObjectRef("Namespace", "kube-system")) is not None, "renewed by the password"
        api.close()
    assert oauth.told == [f"issued {name_of(1)}", f"revoked {name_of(1)}"]


def test_a_token_that_expired_unnoticed_is_deleted_by_a_last_renewal() -> None:
    oauth = OAuth()
    with Server(oauth) as server:
        api = logged_in(oauth, server)
        oauth.dead.add(1)
        api.close()
        deleted = [asked.path.rsplit("/", 1)[-1] for asked in server.asked if asked.method == "DELETE"]
    assert deleted == [name_of(1), name_of(1), name_of(2)]
    assert oauth.told[-2:] == [f"revoked {name_of(1)}", f"revoked {name_of(2)}"]


def test_an_api_that_refuses_every_token_ends_neither_in_a_loop_nor_in_an_error() -> None:
    oauth = OAuth()
    with Server(oauth) as server:
        api = logged_in(oauth, server)
        oauth.dead.update(range(1, 100))
        api.close()
    assert oauth.made == 2
    assert not any(told.startswith("revoked") for told in oauth.told)


def test_a_token_that_is_gone_already_counts_as_given_back_and_one_that_is_not_does_not() -> None:
    for code, told in ((404, [f"revoked {name_of(1)}"]), (500, [])):
        oauth = OAuth(deletion=code)
        with Server(oauth) as server:
            logged_in(oauth, server).close()
        assert oauth.told[1:] == told, code


@pytest.mark.parametrize(
    ("codes", "asked", "fails"),
    [
        ({USER: 200, ADMIN: 200}, [USER], False),
        ({USER: 404, ADMIN: 200}, [USER, ADMIN], False),
        ({USER: 404, ADMIN: 404}, [USER, ADMIN], False),
        ({USER: 404, ADMIN: 403}, [USER, ADMIN], False),
        ({USER: 403, ADMIN: 403}, [USER, ADMIN], True),
        ({USER: 404, ADMIN: 500}, [USER, ADMIN], True),
    ],
)
def test_a_dead_runs_token_is_revoked_as_its_user_or_as_administrator(
    codes: dict[str, int], asked: list[str], fails: bool
) -> None:
    def script(request: Asked) -> Reply:
        return Reply(codes[request.path.split("/")[-2]] if request.method == "DELETE" else 200, OBJECT)

    with Server(script) as server:
        api = Api(ClusterAccess(host=server.url, token=Secret("t")))
        api.connect()
        cluster = OpenShiftCluster(api, Feeds(api))
        if fails:
            with pytest.raises(ClusterError, match="sha256~hash was not deleted"):
                cluster.revoke_token("sha256~hash")
        else:
            cluster.revoke_token("sha256~hash")
        # An error that may pass is asked again.
        tried = (each.path.split("/")[-2] for each in server.asked if each.method == "DELETE")
        assert list(dict.fromkeys(tried)) == asked
        assert all(each.path.endswith("/sha256~hash") for each in server.asked if each.method == "DELETE")
