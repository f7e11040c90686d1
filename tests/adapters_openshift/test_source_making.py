"""Making source machines on a cluster that has bad days: what is said, and that nothing half-made is left."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import MagicMock

import pytest

from support.adapters.openshift_source import making
from support.adapters.openshift_source.faults import translated
from support.adapters.openshift_source.ordering import MachineOrder, Site, virtual_machine
from support.adapters.openshift_source.waiting import Wait
from support.domain.errors import (
    AlreadyExists,
    ClusterError,
    ClusterLoginError,
    ClusterUnreachable,
    SourceError,
    SourceLoginError,
    SourceUnreachable,
    WaitTimeout,
)
from support.domain.machine import OsFamily
from support.domain.names import RUN_LABEL, ObjectRef
from support.domain.secret import Secret
from support.domain.source import Place
from support.ports.guest import Login

SITE = Site(run="auto-ab12", namespace="vms", network="auto-ab12", storage_class="fast")
LOGIN = Login(user="root", password=Secret('a"b: c'), family=OsFamily.LINUX)
MACHINE = {"metadata": {"name": "web1", "namespace": "vms", "uid": "u-1"}, "spec": {}}


class Feed:
    """One state after the other, and then the last one for ever."""

    def __init__(self, *states: Mapping[str, Any] | None) -> None:
        self.states = list(states)
        self.shape: Callable[[Mapping[str, Any]], Any] = lambda found: found

    def latest(self) -> Any:
        return None if self.states[0] is None else self.shape(self.states[0])

    def version(self) -> int:
        return len(self.states)

    def await_change(self, _seen: int, _seconds: float) -> int:
        self.states = self.states[1:] or self.states
        return len(self.states)


def volume(phase: str, message: str = "") -> Mapping[str, Any]:
    return {"status": {"phase": phase, "conditions": [{"type": "Running", "message": message}]}}


def cluster(feed: Feed) -> tuple[MagicMock, MagicMock]:
    """API and feeds of a cluster that has the machine, whose disk goes through these states."""
    api, feeds = MagicMock(), MagicMock()
    api.list.return_value = [MACHINE]

    def follow(ref: ObjectRef, shape: Callable[[Mapping[str, Any]], Any]) -> Feed:
        assert ref == ObjectRef("DataVolume", "web1", "vms")
        feed.shape = shape
        return feed

    feeds.follow_one.side_effect = follow
    return api, feeds


def test_a_disk_that_failed_ends_the_wait_with_the_cluster_s_words() -> None:
    api, feeds = cluster(Feed(None, volume("Pending"), volume("Failed", "no space left")))
    with pytest.raises(SourceError, match="disk of machine web1: its DataVolume failed: no space left"):
        making.finish(api, feeds, SITE, "u-1", 5)


def test_a_disk_that_never_comes_is_told_by_its_last_phase_and_the_machine_is_deleted() -> None:
    api, feeds = cluster(Feed(volume("CloneInProgress")))
    with pytest.raises(WaitTimeout, match=r"disk of machine web1: not whole within 0 s .*CloneInProgress"):
        making.finish(api, feeds, SITE, "u-1", 0)
    api.delete.assert_called_once_with(ObjectRef("VirtualMachine", "web1", "vms"), "u-1")


@pytest.mark.parametrize(
    ("classes", "networks", "said"),
    [
        (["slow"], ["pod", "vms/auto-ab12"], "got slow and pod, vms/auto-ab12"),
        (["fast"], ["pod"], "got fast and pod$"),
        ([], [], "got no disk and no NIC"),
    ],
)
def test_a_machine_that_is_not_what_was_asked_for_is_no_source_to_move(
    classes: list[str], networks: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = MagicMock(
        disks=[MagicMock(store=Place(id="", name=each)) for each in classes],
        nics=[MagicMock(network=Place(id="", name=each)) for each in networks],
    )
    monkeypatch.setattr(making, "describe", lambda _api, _machine: seen)
    api, feeds = cluster(Feed(volume("Succeeded")))
    with pytest.raises(SourceError, match=f"expected a disk of class fast and NICs on pod, vms/auto-ab12, {said}"):
        making.finish(api, feeds, SITE, "u-1", 5)
    api.delete.assert_not_called()


def test_a_wait_tells_that_nothing_was_seen_at_all() -> None:
    with pytest.raises(WaitTimeout, match="last seen nothing"):
        Wait(subject="s", wanted="w", seconds=0).until(Feed(None), lambda _state: True)


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (ClusterLoginError("refused"), SourceLoginError),
        (ClusterUnreachable("no route"), SourceUnreachable),
        (AlreadyExists("there"), SourceError),
        (ClusterError("forbidden"), SourceError),
    ],
)
def test_errors_of_the_cluster_are_those_of_a_source_there(error: ClusterError, becomes: type[SourceError]) -> None:
    with pytest.raises(becomes, match=f"making it: {error}"), translated("making it"):
        raise error


def made(login: Login | None = LOGIN) -> dict[str, Any]:
    site = Site(run="auto-ab12", namespace="vms", network="auto-ab12", storage_class="fast", login=login)
    return virtual_machine(site, MachineOrder(name="web1", notes="auto-ab12 clone", image="rhel9"))


def test_a_machine_is_what_the_reference_makes_of_a_golden_image() -> None:
    spec = made()["spec"]
    assert spec["instancetype"] == {"kind": "VirtualMachineClusterInstancetype", "name": "u1.small"}
    assert spec["preference"] == {"kind": "VirtualMachineClusterPreference", "name": "rhel.9"}
    (disk,) = spec["dataVolumeTemplates"]
    assert disk["spec"]["sourceRef"]["name"] == "rhel9"
    assert disk["spec"]["storage"] == {"resources": {"requests": {"storage": "30Gi"}}, "storageClassName": "fast"}
    assert disk["metadata"]["labels"] == {RUN_LABEL: "auto-ab12"}
    assert spec["template"]["spec"]["networks"][1]["multus"] == {"networkName": "vms/auto-ab12"}


def test_every_machine_has_macs_of_its_own_that_belong_to_no_vendor() -> None:
    interfaces = [each for _ in range(20) for each in _template(made())["domain"]["devices"]["interfaces"]]
    macs = {each["macAddress"] for each in interfaces}
    assert len(macs) == 40
    assert all(mac.startswith("02:") for mac in macs)


def test_the_user_of_the_profile_is_made_by_cloud_init_whatever_the_password_looks_like() -> None:
    told = _template(made())["volumes"][1]["cloudInitNoCloud"]["userData"]
    header, content = told.split("\n", 1)
    assert header == "#cloud-config"
    assert json.loads(content) | {"user": "root", "password": 'a"b: c'} == json.loads(content)
    (_root, device) = _template(made())["domain"]["devices"]["disks"]
    assert "cdrom" in device, "the guest counts no more disks than the machine has"


def test_without_credentials_there_is_nothing_for_cloud_init() -> None:
    template = _template(made(login=None))
    assert [volume["name"] for volume in template["volumes"]] == ["rootdisk"]
    assert [disk["name"] for disk in template["domain"]["devices"]["disks"]] == ["rootdisk"]


def _template(body: dict[str, Any]) -> dict[str, Any]:
    template: dict[str, Any] = body["spec"]["template"]["spec"]
    return template
