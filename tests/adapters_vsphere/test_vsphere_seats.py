"""Where clones are seated: DRS chooses a host, a cluster without it must be told one."""

from typing import Any
from unittest.mock import Mock

import pytest

from support.adapters.vsphere import placing
from support.adapters.vsphere.placing import seat_in
from support.adapters.vsphere.reading import Row
from support.adapters.vsphere.sdk import vim
from support.adapters.vsphere.session import Session
from support.domain.errors import SourceError

POOL, HOST = vim.ResourcePool("resgroup-1"), vim.HostSystem("host-1")
CLUSTER, ALONE = vim.ClusterComputeResource("domain-c1"), vim.ComputeResource("domain-s1")


def seated(monkeypatch: pytest.MonkeyPatch, owner: Any, drs: bool | None) -> Any:
    told = {POOL: {"owner": owner}, CLUSTER: {} if drs is None else {"configuration.drsConfig.enabled": drs}}

    def read_one(_session: Session, ref: Any, paths: tuple[str, ...]) -> Row:
        return Row(ref, {path: told[ref][path] for path in paths if path in told[ref]})

    monkeypatch.setattr(placing, "read_one", read_one)
    return seat_in(None, POOL, HOST)  # type: ignore[arg-type]


@pytest.mark.parametrize("drs", [True, None])
def test_drs_and_whoever_does_not_tell_of_it_choose_the_host(monkeypatch: pytest.MonkeyPatch, drs: bool | None) -> None:
    assert seated(monkeypatch, CLUSTER, drs) is None


def test_a_cluster_without_drs_is_told_the_host_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seated(monkeypatch, CLUSTER, False) is HOST


def test_who_may_not_look_at_the_cluster_leaves_the_choice_to_vcenter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "read_one", Mock(side_effect=SourceError("may not be read")))
    assert seat_in(None, POOL, HOST) is None  # type: ignore[arg-type]


def test_a_host_of_its_own_needs_no_telling(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seated(monkeypatch, ALONE, None) is None
