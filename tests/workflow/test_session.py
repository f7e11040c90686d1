"""A session writes down each thing before it makes it, and waits until MTV can use its Providers."""

from dataclasses import replace
from typing import cast
from unittest.mock import MagicMock

import pytest

from support.domain.errors import (
    ProviderNotReady,
    SourceUnreachable,
    StartError,
    SuiteError,
    WaitTimeout,
)
from support.domain.journal import Act
from support.domain.names import ObjectRef
from support.workflow.session import attach, ensure_namespace, open_session
from tests.workflow.landscape import REQUEST, RUN, Landscape, condition
from tests.workflow.world import MemoryJournal

VERIFYING = replace(REQUEST, access=replace(REQUEST.access, verify=True))


def test_each_thing_is_announced_before_and_confirmed_after_it_is_made() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    session = open_session(landscape.ports(journal), REQUEST)
    acts = [record.act for record in journal.kept]
    assert acts == [Act.OPENED, *[Act.INTENT, Act.CREATED] * 4]
    kinds = [record.thing.kind for record in journal.kept if record.thing is not None]
    assert kinds == ["Namespace", "Secret", "Provider", "Provider"]
    assert dict(journal.kept[0].details) == {"run": RUN, "cluster": "cluster-1", "source": "source-1"}
    assert session.source_uid == landscape.world.uid_of(session.source)


@pytest.mark.parametrize(("storage_class", "held"), [("nfs", True), ("block", False)])
def test_the_storage_profile_is_held_for_nfs_only_and_before_any_provider(storage_class: str, held: bool) -> None:
    landscape, journal = Landscape(), MemoryJournal()
    open_session(landscape.ports(journal), replace(REQUEST, storage_class=storage_class))
    requests = landscape.trouble.requests
    assert ("hold nfs" in requests) is held
    assert (Act.PATCHING in [record.act for record in journal.kept]) is held
    if held:
        assert requests.index("hold nfs") < requests.index("create Provider")
        assert landscape.world.holders == {RUN}


def _connection(kind: str) -> Landscape:
    return Landscape(states={"Provider": (condition(kind, "Critical", "Cannot complete login"),)})


@pytest.mark.parametrize("kind", ["ConnectionAuthFailed", "UrlNotValid", "SecretNotValid"])
def test_a_provider_that_mtv_will_not_try_again_is_given_up_at_once(kind: str) -> None:
    landscape = _connection(kind)
    with pytest.raises(ProviderNotReady, match=f"{kind}: Cannot complete login"):
        open_session(landscape.ports(MemoryJournal()), REQUEST)
    assert landscape.clock.now == 0


def test_a_failed_connection_test_is_given_its_own_budget() -> None:
    landscape = _connection("ConnectionTestFailed")
    with pytest.raises(ProviderNotReady, match="wait_provider_connection"):
        open_session(landscape.ports(MemoryJournal()), REQUEST)
    assert landscape.clock.now == 60


@pytest.mark.parametrize(("version", "seconds"), [("2.12.5", 60), ("2.11.7", 600), ("2.10.6", 600), (None, 600)])
def test_the_server_of_a_share_is_given_time_to_start_where_mtv_does_not_wait_for_it(
    version: str | None, seconds: int
) -> None:
    landscape = _connection("ConnectionTestFailed")
    ports = landscape.ports(MemoryJournal())
    login = cast("MagicMock", ports.cluster.login)
    login.mtv_version.return_value = version
    with pytest.raises((ProviderNotReady, WaitTimeout), match="ConnectionTestFailed"):
        open_session(replace(ports, source=replace(ports.source, at_rest=True)), REQUEST)
    assert landscape.clock.now == seconds


def test_a_provider_that_says_nothing_runs_out_of_its_budget() -> None:
    landscape = Landscape(states={"Provider": ()})
    with pytest.raises(WaitTimeout, match=r"Provider .* not Ready within 600 s \(setting wait_provider\)"):
        open_session(landscape.ports(MemoryJournal()), REQUEST)


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("pem", ["PEM", None])
def test_the_secret_carries_the_ca_that_the_platform_tells(verify: bool, pem: str | None) -> None:
    """Whether one is needed is the platform's to say: oVirt's is even where nobody verifies the API."""
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    assert isinstance(ports.source.platform.ca_pem, MagicMock)
    ports.source.platform.ca_pem.return_value = pem
    providers = ports.cluster.providers
    assert isinstance(providers, MagicMock)
    providers.create_secret = MagicMock(side_effect=landscape.create)
    open_session(ports, replace(REQUEST, access=replace(REQUEST.access, verify=verify)))
    assert providers.create_secret.call_args.args[1].ca_pem == pem


def test_a_failed_look_at_the_ca_creates_no_secret() -> None:
    landscape = Landscape()
    ports = landscape.ports(MemoryJournal())
    cast("MagicMock", ports.source.platform).ca_pem.side_effect = SourceUnreachable("no certificate")
    with pytest.raises(SuiteError, match="no certificate") as lost:
        open_session(ports, VERIFYING)
    assert not isinstance(lost.value, StartError), "it would pass for a run that created nothing"
    assert landscape.trouble.requests == ["create Namespace"]


def test_names_begin_with_the_run_are_never_twice_the_same_and_fit() -> None:
    session = open_session(Landscape().ports(MemoryJournal()), REQUEST)
    names = {session.name("plan", "cold") for _ in range(50)}
    assert len(names) == 50
    assert all(name.startswith(f"{RUN}-source-vsphere-8-0-3-plan-") and name.endswith("-cold") for name in names)
    assert all(len(name) <= 63 for name in names)


def test_a_worker_that_attaches_creates_nothing() -> None:
    landscape = Landscape()
    session = open_session(landscape.ports(MemoryJournal()), REQUEST)
    before, journal = list(landscape.trouble.requests), MemoryJournal()
    assert attach(landscape.ports(journal), session) == session
    assert landscape.trouble.requests == before
    assert [record.act for record in journal.kept] == [Act.OPENED]


def test_a_namespace_that_is_there_is_used_and_not_owned() -> None:
    landscape, journal = Landscape(), MemoryJournal()
    ports = landscape.ports(journal)
    session = open_session(ports, REQUEST)
    landscape.world.put(ObjectRef("Namespace", "default"))
    before = len(journal.kept)
    ensure_namespace(ports, session, "default", "s")
    assert len(journal.kept) == before
    ensure_namespace(ports, session, "new", "s")
    assert landscape.world.uid_of(ObjectRef("Namespace", "new")) is not None
