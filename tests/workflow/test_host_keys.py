"""MTV is let in on an ESXi host for copy-offload by SSH alone, before its test, and the line is gone at the end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from support.domain.errors import SourceError, SourceUnreachable, StartError, SuiteError, WaitTimeout
from support.domain.journal import Act
from support.domain.migration import Condition
from support.workflow.host_keys import HOST_KEY
from support.workflow.ports_in_use import Ports
from support.workflow.removal.cleanup import finish
from support.workflow.removal.teardown import end_run
from support.workflow.session import open_session
from tests.workflow.landscape import READY, REQUEST, RUN, Landscape
from tests.workflow.memory_keys import HOST, MemoryKeys
from tests.workflow.world import MemoryJournal

OFFLOAD = replace(REQUEST, array_vendor="ontap")
KEY = "ssh-rsa AAAA"


def _scene(keys: MemoryKeys | None, not_ready: tuple[str, ...] = ()) -> tuple[Landscape, Ports]:
    """`not_ready`: hosts that MTV complains about once its Provider is Ready."""
    complaint = Condition(
        type="SSHNotReady", status=True, category="Warn", items=tuple(f"host-1|{name}|192.0.2.1" for name in not_ready)
    )
    landscape = Landscape(states={"Provider": (*READY, *([complaint] if not_ready else []))})
    ports = landscape.ports(MemoryJournal())
    providers = cast("Any", ports.cluster.providers)
    providers.create_source = MagicMock(side_effect=landscape.create)
    providers.follow_public_key.side_effect = lambda _ref: landscape.feed(lambda: KEY)
    return landscape, replace(ports, source=replace(ports.source, host_keys=keys))


def _settings(ports: Ports) -> Mapping[str, str]:
    """Of the source Provider, as they were sent when it was created."""
    made: Mapping[str, str] = cast("Any", ports.cluster.providers).create_source.call_args.args[3]
    return made


def _acts(ports: Ports) -> list[Act]:
    records = ports.journal.records()
    key = next(record.key for record in records if record.thing is not None and record.thing.kind == HOST_KEY)
    return [record.act for record in records if record.key == key]


def test_the_key_is_let_in_and_the_provider_told_at_its_creation() -> None:
    keys = MemoryKeys()
    _landscape, ports = _scene(keys)
    open_session(ports, OFFLOAD)
    assert _settings(ports) == {"esxiCloneMethod": "ssh"}
    assert keys.lines == {(KEY, RUN)}
    assert set(keys.releases) == {"2.12.5"}
    assert _acts(ports) == [Act.PATCHING, Act.PATCHED]


def test_nothing_is_done_by_ssh_without_copy_offload_or_without_a_host() -> None:
    keys = MemoryKeys()
    for request, given in ((REQUEST, keys), (OFFLOAD, None)):
        _landscape, ports = _scene(given)
        open_session(ports, request)
        assert _settings(ports) == {}
    assert keys.lines == set()
    assert keys.releases == []


def test_the_line_is_taken_out_at_the_end_of_the_run() -> None:
    keys = MemoryKeys()
    _landscape, ports = _scene(keys)
    open_session(ports, OFFLOAD)
    assert end_run(ports, RUN) == []
    assert keys.lines == set()
    assert _acts(ports)[-1] is Act.RESTORED


def test_a_run_that_died_with_the_line_in_place_is_finished_without_it() -> None:
    keys = MemoryKeys()
    landscape, ports = _scene(keys)
    open_session(ports, OFFLOAD)
    records = [each for each in ports.journal.records() if each.act is not Act.PATCHED]
    again = replace(landscape.ports(MemoryJournal()), source=ports.source)
    assert finish(again, RUN, records) == []
    assert keys.lines == set()


def test_another_line_that_lets_mtv_in_is_not_the_run_s_to_remove() -> None:
    keys = MemoryKeys(lets_all_in=True)
    _landscape, ports = _scene(keys)
    open_session(ports, OFFLOAD)
    assert _acts(ports) == [Act.PATCHING, Act.RESTORED]


def test_a_line_that_did_not_go_is_left_over() -> None:
    _landscape, ports = _scene(MemoryKeys(stubborn=True))
    open_session(ports, OFFLOAD)
    (left,) = end_run(ports, RUN)
    assert str(left) == f"source {HOST_KEY} {HOST}: MTV's key is still let in"


def test_another_host_than_journalled_keeps_the_line_and_says_which() -> None:
    keys = MemoryKeys()
    _landscape, ports = _scene(keys)
    open_session(ports, OFFLOAD)
    keys.host = "esxi-9.test"
    left = [str(each) for each in end_run(ports, RUN)]
    assert len(left) == 1
    assert f"on host {HOST}, but the profile's esxi_host is esxi-9.test" in left[0]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (MemoryKeys(trouble=SourceError("host esxi-1: no SSH session")), "no SSH session"),
        (MemoryKeys(reason="MTV 2.10.3 cannot log in"), "MTV 2.10.3 cannot log in"),
    ],
)
def test_a_host_that_cannot_be_used_stops_the_run_before_anything_is_made(keys: MemoryKeys, said: str) -> None:
    landscape, ports = _scene(keys)
    with pytest.raises(StartError, match=said):
        open_session(ports, OFFLOAD)
    assert landscape.world.objects == {}
    assert ports.journal.records() == ()


def test_a_host_that_is_lost_when_the_key_comes_does_not_pass_for_a_run_that_created_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = MemoryKeys()
    monkeypatch.setattr(keys, "add", MagicMock(side_effect=SourceUnreachable("no SSH session")))
    _landscape, ports = _scene(keys)
    with pytest.raises(SuiteError, match="no SSH session") as lost:
        open_session(ports, OFFLOAD)
    assert not isinstance(lost.value, StartError)
    assert _acts(ports) == [Act.PATCHING]


def test_hosts_beside_it_that_do_not_let_mtv_in_are_told_and_stop_nothing() -> None:
    _landscape, ports = _scene(MemoryKeys(), not_ready=("esxi-2.test", "esxi-3.test"))
    open_session(ports, OFFLOAD)
    (told,) = (call.args[0] for call in cast("Any", ports.tells).warned.call_args_list)
    assert "esxi-2.test, esxi-3.test" in told


@pytest.mark.parametrize("named", [HOST, HOST.upper()])
def test_a_host_that_does_not_let_mtv_in_although_it_has_the_key_stops_the_run(named: str) -> None:
    _landscape, ports = _scene(MemoryKeys(), not_ready=(named,))
    with pytest.raises(WaitTimeout, match=f"logged in to host {HOST}"):
        open_session(ports, OFFLOAD)


def test_the_login_of_a_host_is_asked_for_where_a_journal_speaks_of_one() -> None:
    _landscape, ports = _scene(MemoryKeys())
    open_session(ports, OFFLOAD)
    without = replace(ports, source=replace(ports.source, host_keys=None))
    (left,) = end_run(without, RUN)
    assert "esxi_clone_method ssh" in str(left)
