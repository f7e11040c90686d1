"""A destination that MTV reaches by URL and token: what is made for it, by whose token, and that all of it goes."""

from dataclasses import dataclass, field, replace
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from support.domain.access import DestinationAccess
from support.domain.errors import CannotLook, SuiteError
from support.domain.journal import Act
from support.domain.names import REMOTE, ObjectRef
from support.domain.secret import Secret
from support.ports.cluster import Created
from support.workflow.plan import plan
from support.workflow.ports_in_use import Destination, Ports
from support.workflow.prepare import prepare
from support.workflow.remote import open_remote
from support.workflow.removal.cleanup import finish
from support.workflow.removal.teardown import end_run, end_scenario
from support.workflow.removal.two_clusters import as_one
from support.workflow.session import Session, open_session
from tests.workflow.landscape import ORDER, REQUEST, RUN, SCOPE, Landscape
from tests.workflow.world import MemoryJournal

URL = "https://api.east.test:6443"


@dataclass
class Far:
    """Another cluster in memory: a landscape of its own, a login with or without a token, and whether it is joined."""

    landscape: Landscape = field(default_factory=Landscape)
    token: str = "far-token"
    lives: float | None = None
    is_joined: bool = False
    asked: list[float] = field(default_factory=list)

    def destination(self) -> Destination:
        ports = self.landscape.ports(MemoryJournal()).cluster
        login: Any = ports.login
        login.connect.side_effect = self._join
        login.by_url.side_effect = lambda: DestinationAccess(url=URL, token=Secret(self.token))
        login.token_lives.side_effect = lambda: self.lives
        login.cluster_uid.side_effect = lambda: "far-1"
        accounts = MagicMock()
        accounts.create.side_effect = self.landscape.create
        accounts.make_administrator.side_effect = self._bind
        accounts.token.side_effect = self._issue
        cluster = replace(ports, accounts=accounts)
        return Destination(name=REMOTE, cluster=cluster, guests=MagicMock(), joined=lambda: self.is_joined)

    def _join(self) -> None:
        self.is_joined = True

    def _bind(self, ref: ObjectRef, _account: ObjectRef) -> Created:
        return self.landscape.create(ref)

    def _issue(self, account: ObjectRef, seconds: float) -> Secret:
        assert account in self.landscape.world.objects
        self.asked.append(seconds)
        return Secret("account-token")


@dataclass
class Scene:
    far: Far = field(default_factory=Far)
    near: Landscape = field(default_factory=Landscape)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    secrets: list[DestinationAccess] = field(default_factory=list)

    def ports(self, journal: MemoryJournal | None = None) -> Ports:
        ports, other = self.near.ports(journal or self.journal), self.far.destination()
        providers: Any = ports.cluster.providers
        providers.create_token_secret = self._secret
        providers.create_by_url = self.near.create
        return replace(ports, cluster=as_one(ports.cluster, other), remote=other)

    def _secret(self, ref: ObjectRef, access: DestinationAccess) -> Created:
        self.secrets.append(access)
        return self.near.create(ref)

    def opened(self) -> tuple[Ports, Session]:
        ports = self.ports()
        return ports, open_remote(ports, open_session(ports, REQUEST), SCOPE, "east")

    def kinds_far(self) -> list[str]:
        return sorted(ref.kind for ref in self.far.landscape.world.objects)


def test_the_login_s_own_token_is_handed_on_where_it_lives_long_enough() -> None:
    for lives in (None, 10**6):
        scene = Scene(far=Far(lives=lives))
        _ports, session = scene.opened()
        (access,) = scene.secrets
        assert (access.url, access.token.reveal()) == (URL, "far-token")
        assert (session.target, session.destination.kind) == (REMOTE, "Provider")
        assert scene.kinds_far() == []


@pytest.mark.parametrize("far", [Far(token=""), Far(lives=60.0)])
def test_a_token_that_is_not_there_or_ends_too_soon_is_replaced_by_an_account_s(far: Far) -> None:
    scene = Scene(far=far)
    ports, _session = scene.opened()
    assert scene.secrets[0].token.reveal() == "account-token"
    assert scene.kinds_far() == ["ClusterRoleBinding", "Namespace", "ServiceAccount"]
    assert far.asked[0] > ports.budgets.migration
    assert end_scenario(ports, RUN, SCOPE) == []
    assert scene.kinds_far() == []


def test_another_destination_than_the_one_named_is_refused_before_anything_is_made_for_it() -> None:
    scene = Scene()
    ports = scene.ports()
    session = open_session(ports, REQUEST)
    with pytest.raises(SuiteError, match=r"the destination's API is https://api\.east\.test:6443, expected .*'west'"):
        open_remote(ports, session, SCOPE, "west")
    assert scene.secrets == []


def test_a_destination_without_the_storage_class_names_those_it_has() -> None:
    scene = Scene()
    scene.far.landscape.classes = ["slow"]
    with pytest.raises(SuiteError, match="no storage class 'block' on the destination; there are: slow"):
        scene.opened()


def test_without_another_cluster_mtv_s_own_is_the_destination_by_its_address() -> None:
    scene = Scene()
    ports = scene.ports()
    login = cast("Any", ports.cluster.login)
    login.by_url.side_effect = lambda: DestinationAccess(url=URL, token=Secret("own"))
    login.token_lives.side_effect = lambda: None
    alone = replace(ports, remote=None)
    session = open_remote(alone, open_session(alone, REQUEST), SCOPE, "east")
    assert (session.target, scene.secrets[0].token.reveal()) == ("", "own")


def test_namespace_and_networks_of_the_machines_are_made_there_and_the_plan_s_own_here() -> None:
    scene = Scene()
    ports, session = scene.opened()
    move = plan(ports, session, prepare(ports, session, ORDER))
    assert move.target == REMOTE
    assert scene.kinds_far() == ["Namespace", "NetworkAttachmentDefinition"]
    assert {"Plan", "NetworkMap", "StorageMap"} <= {ref.kind for ref in scene.near.world.objects}
    assert scene.near.parts is not None
    assert scene.near.parts.destination == session.destination
    told = [r.thing for r in scene.journal.kept if r.thing is not None and r.thing.cluster]
    assert sorted(thing.kind for thing in told) == ["Namespace", "NetworkAttachmentDefinition"]
    assert end_scenario(ports, RUN, SCOPE) == []
    assert scene.kinds_far() == []


def test_what_is_left_there_is_left_over_and_says_where() -> None:
    scene = Scene()
    ports, session = scene.opened()
    move = prepare(ports, session, ORDER)
    scene.far.landscape.world.stuck.add(ObjectRef("Namespace", move.target_namespace))
    (left,) = [each for each in end_scenario(ports, RUN, SCOPE) if each.kind == "Namespace"]
    assert (left.cluster, left.name) == (REMOTE, move.target_namespace)
    assert str(left).startswith("remote Namespace ")
    assert left.name in {each.name for each in end_run(ports, RUN)}


def test_a_destination_that_no_scenario_needed_is_never_asked() -> None:
    scene = Scene()
    ports = scene.ports()
    open_session(ports, REQUEST)
    assert end_run(ports, RUN) == []
    assert not scene.far.is_joined


def _died(scene: Scene) -> None:
    ports, session = scene.opened()
    plan(ports, session, prepare(ports, session, ORDER))
    scene.far.is_joined = False


def test_cleanup_joins_the_other_cluster_and_removes_what_lies_there() -> None:
    scene = Scene()
    _died(scene)
    assert finish(scene.ports(MemoryJournal()), RUN, scene.journal.kept) == []
    assert scene.kinds_far() == []


def test_cleanup_without_the_other_cluster_s_settings_cannot_look() -> None:
    scene = Scene()
    _died(scene)
    alone = replace(scene.ports(MemoryJournal()), remote=None)
    with pytest.raises(SuiteError, match=r"no remote cluster is known here, expected the settings remote_cluster_\*"):
        finish(alone, RUN, scene.journal.kept)


def test_cleanup_before_another_remote_cluster_cannot_look() -> None:
    scene = Scene()
    _died(scene)
    kept = [
        replace(r, details={**r.details, "remote cluster": "far-2"})
        if r.act is Act.OPENED and "remote cluster" in r.details
        else r
        for r in scene.journal.kept
    ]
    with pytest.raises(CannotLook, match=r"worked on remote cluster far-2, but this is remote cluster far-1"):
        finish(scene.ports(MemoryJournal()), RUN, kept)
