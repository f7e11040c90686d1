"""What no engine of the lab can be brought to: lost answers, centres that are down, machines that nobody may remove."""

from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock, PropertyMock

import pytest

pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")

from support.adapters.ovirt import cloning, deleting, finding
from support.adapters.ovirt.sdk import sdk, types
from support.adapters.ovirt.session import Session
from support.domain.access import SourceAccess
from support.domain.errors import SourceError, StartError, WaitTimeout
from support.domain.secret import Secret
from support.domain.source import ProviderKind

Told = Callable[..., Any]

ACCESS = SourceAccess(
    profile="mine",
    kind=ProviderKind.OVIRT,
    version="4.5",
    url="https://engine.test/ovirt-engine/api",
    username="u",
    password=Secret("p"),
    data_center="DC",
)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """The root service of an engine that answers as a test says."""
    root = MagicMock()
    monkeypatch.setattr(Session, "system", PropertyMock(return_value=root))
    return root


@pytest.fixture
def session(system: MagicMock) -> Session:
    return Session(ACCESS, None)


def job(status: str, description: str) -> Any:
    return types.Job(status=types.JobStatus[status], description=description)


def test_a_clone_whose_answer_was_lost_is_awaited_by_the_job_that_makes_it(
    session: Session, system: MagicMock, told: Told
) -> None:
    machine = told(name="auto-x", status=types.VmStatus.DOWN)
    system.vms_service().list.side_effect = [[], [], [machine]]
    making = [job("STARTED", "Creating VM auto-x from Template t in Cluster c")]
    system.jobs_service().list.side_effect = [making, making]
    assert deleting.settle(session, "", "auto-x", 5) == "AB-1"


def test_jobs_that_ended_or_make_something_else_are_not_awaited(session: Session, system: MagicMock) -> None:
    system.vms_service().list.return_value = []
    system.jobs_service().list.return_value = [
        job("FAILED", "Creating VM auto-x"),
        job("STARTED", "Creating VM auto-y"),
    ]
    assert deleting.settle(session, "", "auto-x", 5) is None


def test_a_clone_that_stays_locked_is_a_timeout_that_says_so(session: Session, system: MagicMock, told: Told) -> None:
    locked = told(name="auto-x", status=types.VmStatus.IMAGE_LOCKED)
    system.vms_service().vm_service("AB-1").get.return_value = locked
    with pytest.raises(WaitTimeout, match=r"clone auto-x: not at rest .* last seen image_locked"):
        deleting.settle(session, "AB-1", "auto-x", 0.05)


def test_what_an_engine_refuses_to_remove_is_told_in_its_words(session: Session, system: MagicMock, told: Told) -> None:
    service = system.vms_service().vm_service("AB-1")
    service.get.return_value = told(status=types.VmStatus.DOWN)
    fault = types.Fault(detail="[Cannot remove VM. Delete protection is enabled.]")
    service.remove.side_effect = sdk.Error("refused", 409, fault)
    with pytest.raises(WaitTimeout, match=r"machine AB-1: delete: not gone .*Delete protection is enabled"):
        deleting.delete(session, "AB-1", 0.05)


def test_two_machines_of_one_name_are_refused(session: Session, system: MagicMock, told: Told) -> None:
    system.vms_service().list.return_value = [told(id="1"), told(id="2")]
    with pytest.raises(SourceError, match=r"machine 'web1': expected one of that name, found 2 \(1, 2\)"):
        finding.named(session, "web1")


def test_the_newest_version_of_a_template_is_cloned(session: Session, system: MagicMock) -> None:
    versions = [
        types.Template(id=str(number), name="t", version=types.TemplateVersion(version_number=number))
        for number in (1, 10, 9)
    ]
    system.templates_service().list.return_value = versions
    assert finding.template(session, "t").id == "10"


@pytest.mark.parametrize(
    ("got", "words"), [((0, 1), "network cards: expected 1, got 0"), ((1, 0), "disks: expected 1, got 0")]
)
def test_a_clone_that_lacks_a_part_of_its_template_is_an_error(
    session: Session, system: MagicMock, told: Told, got: tuple[int, int], words: str
) -> None:
    def parts(nics: int, disks: int) -> dict[str, Any]:
        disk = types.Disk(id="d", status=types.DiskStatus.OK)
        attached = [types.DiskAttachment(disk=disk) for _ in range(disks)]
        return {"nics": [types.Nic(name="nic1") for _ in range(nics)], "disk_attachments": attached}

    clone = told(original_template=types.Template(id="t-1"), **parts(*got))
    system.vms_service().vm_service("AB-1").get.return_value = clone
    system.templates_service().template_service("t-1").get.return_value = types.Template(**parts(1, 1))
    with pytest.raises(SourceError, match=words):
        cloning.finish(session, "AB-1", 5)


def test_a_disk_that_cannot_be_used_ends_the_wait_for_its_clone(
    session: Session, system: MagicMock, told: Told
) -> None:
    broken = types.Disk(id="d", alias="web1_Disk1", status=types.DiskStatus.ILLEGAL)
    clone = told(status=types.VmStatus.IMAGE_LOCKED, disk_attachments=[types.DiskAttachment(disk=broken)])
    system.vms_service().vm_service("AB-1").get.return_value = clone
    with pytest.raises(SourceError, match="disks that cannot be used: web1_Disk1"):
        cloning.finish(session, "AB-1", 5)


def test_a_template_of_no_cluster_is_cloned_into_one_of_the_data_centre(session: Session, system: MagicMock) -> None:
    session.data_center = types.DataCenter(id="dc-1", name="DC")
    system.templates_service().list.return_value = [types.Template(id="t-1", name="t")]
    system.clusters_service().list.return_value = [
        types.Cluster(id="c-0", name="a", data_center=types.DataCenter(id="dc-0")),
        types.Cluster(id="c-1", name="b", data_center=types.DataCenter(id="dc-1")),
    ]
    cloning.start(session, "t", "auto-x", "notes")
    (wanted,), options = system.vms_service().add.call_args
    assert (wanted.cluster.id, wanted.template.id, wanted.name, wanted.description) == ("c-1", "t-1", "auto-x", "notes")
    assert options == {"clone": True}


def test_a_data_centre_that_is_not_up_stops_the_start(session: Session, system: MagicMock) -> None:
    down = types.DataCenter(id="dc-1", name="DC", status=types.DataCenterStatus.MAINTENANCE)
    system.data_centers_service().list.return_value = [down]
    with pytest.raises(StartError, match=r"profile 'mine': data_center 'DC' .*expected to be up, it is maintenance"):
        session._usable_data_center()


def begun(number: int) -> Any:
    """How the SDK tells that a request which was begun has failed."""
    return sdk.Error(f"Failed to read response: [(<pycurl.Curl object at 0x1>, {number}, 'it failed')]")


@pytest.mark.parametrize("lost", [sdk.ConnectionError("refused"), begun(7), begun(52)], ids=str)
def test_a_request_without_an_effect_is_repeated_when_its_connection_fails(session: Session, lost: Exception) -> None:
    assert session.read(MagicMock(side_effect=[lost, lost, "there"])) == "there"
    with pytest.raises(sdk.Error):
        session.read(MagicMock(side_effect=lost))


@pytest.mark.parametrize(
    "refused", [begun(28), sdk.TimeoutError("late"), sdk.AuthError("no"), sdk.NotFoundError("no", 404)], ids=str
)
def test_what_an_engine_refuses_and_what_lasted_too_long_is_asked_once(session: Session, refused: Exception) -> None:
    ask = MagicMock(side_effect=refused)
    with pytest.raises(sdk.Error):
        session.read(ask)
    assert ask.call_count == 1
