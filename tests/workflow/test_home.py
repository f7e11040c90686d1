"""A source that is a cluster: what is made there for machines and for MTV's way in, and that all of it goes."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from support.domain.access import DestinationAccess
from support.domain.journal import Act, Record
from support.domain.names import SOURCE, ObjectRef
from support.domain.secret import Secret
from support.ports.cluster import Created
from support.workflow.plan import plan
from support.workflow.ports_in_use import Ports, SourceHome
from support.workflow.prepare import prepare
from support.workflow.removal.cleanup import finish
from support.workflow.removal.teardown import end_run, end_scenario
from support.workflow.removal.two_clusters import as_one
from support.workflow.session import Session, open_session
from support.workflow.tokens import log_in_to_source
from tests.workflow.landscape import ORDER, REQUEST, RUN, SCOPE, Landscape
from tests.workflow.test_remote import Far
from tests.workflow.world import MemoryJournal

HOME = SourceHome(namespace="auto-ab12-source-vms", network="auto-ab12")
OWN_URL = "https://api.here.test:6443"
MADE = [
    ObjectRef("Namespace", HOME.namespace),
    ObjectRef("NetworkAttachmentDefinition", HOME.network, HOME.namespace),
]


@dataclass
class Scene:
    """MTV's own cluster, which is the source as well unless `far` is."""

    far: Far | None = None
    near: Landscape = field(default_factory=Landscape)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    secrets: list[DestinationAccess] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def ports(self, journal: MemoryJournal | None = None) -> Ports:
        ports = self.near.ports(journal or self.journal)
        providers, login = self._any(ports.cluster.providers), self._any(ports.cluster.login)
        providers.create_token_secret, providers.create_by_url = self._secret, self._provider
        login.by_url.side_effect = lambda: DestinationAccess(url=OWN_URL, token=Secret("own"))
        login.token_lives.return_value = None
        if self.far is None:
            return replace(ports, source=replace(ports.source, home=HOME))
        other = replace(self.far.destination(), name=SOURCE)
        self._any(ports.source.platform).connect.side_effect = other.cluster.login.connect
        source = replace(ports.source, home=replace(HOME, cluster=other))
        return replace(ports, cluster=as_one(ports.cluster, other), source=source)

    @staticmethod
    def _any(port: object) -> Any:
        return port

    def _secret(self, ref: ObjectRef, access: DestinationAccess) -> Created:
        self.secrets.append(access)
        return self.near.create(ref)

    def _provider(self, ref: ObjectRef, url: str, _secret: ObjectRef) -> Created:
        self.urls.append(url)
        return self.near.create(ref)

    def opened(self) -> tuple[Ports, Session]:
        ports = self.ports()
        return ports, open_session(ports, REQUEST)

    @property
    def there(self) -> Landscape:
        return self.near if self.far is None else self.far.landscape


@pytest.fixture(params=["its own", "another one"])
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(far=None if request.param == "its own" else Far())


def test_namespace_and_network_for_the_machines_are_there_before_any_of_them(scene: Scene) -> None:
    ports, _session = scene.opened()
    assert all(ref in scene.there.world.objects for ref in MADE)
    assert end_run(ports, RUN) == []
    assert not scene.near.world.objects
    assert not scene.there.world.objects


def test_mtv_reaches_the_source_by_its_url_and_the_login_s_token(scene: Scene) -> None:
    scene.opened()
    (access,) = scene.secrets
    assert scene.urls == [access.url]
    wanted = (OWN_URL, "own") if scene.far is None else ("https://api.east.test:6443", "far-token")
    assert (access.url, access.token.reveal()) == wanted


def test_a_token_that_ends_too_soon_is_replaced_by_one_of_an_account_there() -> None:
    scene = Scene(far=Far(lives=60.0))
    ports, _session = scene.opened()
    assert scene.secrets[0].token.reveal() == "account-token"
    assert {"ServiceAccount", "ClusterRoleBinding"} <= {ref.kind for ref in scene.there.world.objects}
    assert end_run(ports, RUN) == []
    assert not scene.there.world.objects


def test_the_plan_says_in_which_namespace_its_machines_are(scene: Scene) -> None:
    ports, session = scene.opened()
    plan(ports, session, prepare(ports, session, ORDER))
    assert scene.near.parts is not None
    assert scene.near.parts.source_namespace == HOME.namespace
    assert end_scenario(ports, RUN, SCOPE) == []
    assert MADE[0] in scene.there.world.objects


def test_any_other_source_needs_no_place_and_its_plans_name_none() -> None:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    session = open_session(ports, REQUEST)
    plan(ports, session, prepare(ports, session, ORDER))
    assert landscape.parts is not None
    assert landscape.parts.source_namespace == ""


class _Dies(BaseException):
    """The process ends here; nothing may catch it."""


class _Dying(MemoryJournal):
    """Ends the process right after a number of records."""

    left: int = 0

    def _add(self, act: Act, key: str, **more: object) -> str:
        super()._add(act, key, **more)
        self.left -= 1
        if self.left == 0:
            raise _Dies
        return key


@pytest.mark.parametrize("after", range(1, 40))
def test_cleanup_removes_what_a_run_left_that_died_after_any_record(scene: Scene, after: int) -> None:
    scene.journal = journal = _Dying()
    journal.left = after
    with suppress(_Dies):
        ports, session = scene.opened()
        plan(ports, session, prepare(ports, session, ORDER))
    if scene.far is not None:
        scene.far.is_joined = False
    assert finish(scene.ports(MemoryJournal()), RUN, journal.kept) == []
    assert not scene.near.world.objects
    assert not scene.there.world.objects
    assert not scene.near.world.machines


def test_a_token_of_the_source_s_login_is_journalled_there_and_revoked_there_by_cleanup() -> None:
    scene = Scene(far=Far())
    ports = scene.ports()
    assert ports.source.home is not None
    assert ports.source.home.cluster is not None
    login = scene._any(ports.source.home.cluster.cluster.login)
    scene._any(ports.source.platform).connect.side_effect = lambda: login.report_tokens.call_args.args[0].issued("t1")
    log_in_to_source(ports)
    open_session(ports, REQUEST)
    (told,) = [r.thing for r in scene.journal.kept if r.thing is not None and r.thing.kind == "OAuthToken"]
    assert (told.name, told.cluster) == ("t1", SOURCE)
    after = scene.ports(MemoryJournal())
    assert finish(after, RUN, scene.journal.kept) == []
    assert after.source.home is not None
    assert after.source.home.cluster is not None
    scene._any(after.source.home.cluster.cluster.login).revoke_token.assert_called_once_with("t1")
    scene._any(after.cluster.login).revoke_token.assert_not_called()


def test_a_token_of_a_run_that_died_in_logging_in_is_revoked_by_a_login_of_cleanup_s_own() -> None:
    scene = Scene(far=Far())
    opened = scene.ports()
    open_session(opened, REQUEST)
    thing = next(r.thing for r in scene.journal.kept if r.thing is not None)
    token = Record(act=Act.INTENT, key="k", thing=replace(thing, kind="OAuthToken", name="t1", cluster=SOURCE))
    assert scene.far is not None
    scene.far.is_joined = False
    after = scene.ports(MemoryJournal())
    assert finish(after, RUN, [token]) == []
    assert scene.far.is_joined
