"""The tokens of a login are journalled by name, whatever becomes of the run."""

from unittest.mock import MagicMock

import pytest

from support.domain.errors import CannotLook, ClusterError
from support.domain.journal import Act, Realm, Thing
from support.domain.names import RunId
from support.workflow.journalling import open_things
from support.workflow.ports_in_use import Ports
from support.workflow.removal.cleanup import finish
from support.workflow.removal.teardown import end_run
from support.workflow.tokens import TOKEN, JournalledTokens, log_in
from tests.workflow.world import MemoryJournal, World, ports

RUN = RunId("auto-ab12")


def login_of(made: Ports) -> MagicMock:
    login = made.cluster.login
    assert isinstance(login, MagicMock)
    return login


def with_token(world: World, journal: MemoryJournal) -> Ports:
    """Ports whose login makes one token for itself."""
    made = ports(world, journal)
    login = login_of(made)
    login.connect.side_effect = lambda: login.report_tokens.call_args.args[0].issued("sha256~hash")
    return made


def test_a_token_is_written_down_before_the_run_opens_and_says_its_cluster() -> None:
    journal = MemoryJournal()
    log_in(with_token(World(), journal))
    assert [record.act for record in journal.kept] == [Act.INTENT, Act.NOTED]
    (thing,) = open_things(journal.kept)
    assert thing.thing == Thing(realm=Realm.CLUSTER, kind=TOKEN, name="sha256~hash")
    assert thing.details == {"cluster": "cluster-1"}


def test_a_login_without_a_token_of_its_own_writes_nothing() -> None:
    journal = MemoryJournal()
    log_in(ports(World(), journal))
    assert journal.kept == []


def test_a_renewal_is_one_more_token_and_each_has_an_end_of_its_own() -> None:
    journal = MemoryJournal()
    tokens = JournalledTokens(journal)
    tokens.issued("sha256~a")
    tokens.issued("sha256~b")
    tokens.revoked("sha256~a")
    assert [thing.thing.name for thing in open_things(journal.kept)] == ["sha256~b"]


def test_a_living_run_leaves_its_token_to_the_login_that_still_needs_it() -> None:
    journal = MemoryJournal()
    made = with_token(World(), journal)
    log_in(made)
    assert end_run(made, RUN) == []
    assert [record.act for record in journal.kept] == [Act.INTENT, Act.NOTED]
    journal.opened({"cluster": "cluster-1"})
    assert end_run(made, RUN) == []
    login_of(made).revoke_token.assert_not_called()


def test_a_run_that_ends_revokes_the_tokens_of_its_dead_workers_and_keeps_its_own() -> None:
    own, dead = MemoryJournal(), MemoryJournal()
    made = with_token(World(), own)
    log_in(made)
    own.opened({"cluster": "cluster-1"})
    dead.intent(Thing(realm=Realm.CLUSTER, kind=TOKEN, name="sha256~renewed"))
    assert end_run(made, RUN, [*own.kept, *dead.kept]) == []
    login_of(made).revoke_token.assert_called_once_with("sha256~renewed")


def test_a_run_killed_with_nothing_but_a_token_is_finished_without_asking_the_source() -> None:
    dead, cleanup = MemoryJournal(), MemoryJournal()
    log_in(with_token(World(), dead))
    made = ports(World(), cleanup)
    assert finish(made, RUN, dead.kept) == []
    login_of(made).revoke_token.assert_called_once_with("sha256~hash")
    assert isinstance(made.source.platform, MagicMock)
    made.source.platform.connect.assert_not_called()
    assert open_things([*dead.kept, *cleanup.kept]) == []


def test_the_token_goes_last_with_everything_else_of_a_dead_run() -> None:
    dead, cleanup = MemoryJournal(), MemoryJournal()
    log_in(with_token(World(), dead))
    dead.opened({"run": RUN, "cluster": "cluster-1", "source": "source-1"})
    made = ports(World(), cleanup)
    assert finish(made, RUN, dead.kept) == []
    assert open_things([*dead.kept, *cleanup.kept]) == []


def test_a_token_that_cannot_be_deleted_is_left_over_with_the_reason() -> None:
    dead, cleanup = MemoryJournal(), MemoryJournal()
    log_in(with_token(World(), dead))
    made = ports(World(), cleanup)
    login_of(made).revoke_token.side_effect = ClusterError("HTTP 500")
    (leftover,) = finish(made, RUN, dead.kept)
    assert (leftover.kind, leftover.name, leftover.why) == (TOKEN, "sha256~hash", "HTTP 500")
    assert len(open_things([*dead.kept, *cleanup.kept])) == 1


def test_another_cluster_is_noticed_by_the_token_alone() -> None:
    dead = MemoryJournal()
    log_in(with_token(World(), dead))
    elsewhere = ports(World(uid="cluster-2"), MemoryJournal())
    with pytest.raises(CannotLook, match="worked on cluster cluster-1"):
        finish(elsewhere, RUN, dead.kept)
    login_of(elsewhere).revoke_token.assert_not_called()


def test_the_token_of_the_cleanup_itself_is_journalled_too() -> None:
    dead, cleanup = MemoryJournal(), MemoryJournal()
    log_in(with_token(World(), dead))
    finish(with_token(World(), cleanup), RUN, dead.kept)
    assert [thing.thing.kind for thing in open_things(cleanup.kept)] == [TOKEN]
