"""Each line of the examination has its bad day, which that line and no other tells."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from support.domain.diagnosis import Diagnosis, Grade
from support.domain.errors import (
    ClusterError,
    ClusterLoginError,
    ClusterUnreachable,
    SourceLoginError,
    SourceUnreachable,
    StartError,
)
from support.domain.machine import OsFamily
from support.domain.names import StorageClass
from support.domain.permission import Permission
from support.ports.examining import OperatorHealth
from support.run.doctor.examination import examine, refuse_blockers
from support.run.doctor.patient import Wishes
from support.run.doctor.permissions import NFS, REMOTE
from tests.run_doctor.patients import HEALTHY, Surroundings
from tests.workflow.memory_keys import MemoryKeys

Spoil = Callable[[Surroundings], object]
BLOCKER, WARNING = Grade.BLOCKER, Grade.WARNING


@dataclass(frozen=True, slots=True)
class BadDay:
    subject: str
    grade: Grade
    says: str
    spoil: Spoil


def _settings(**changes: object) -> Spoil:
    return lambda here: setattr(here, "settings", replace(here.settings, **changes))  # type: ignore[arg-type]


def _profile(**changes: object) -> Spoil:
    return lambda here: setattr(here, "profile", replace(here.profile, **changes))  # type: ignore[arg-type]


def _operator(kind: str, health: OperatorHealth | None) -> Spoil:
    return lambda here: here.cluster.operators.update({kind: health})


def _no(verb: str, resource: str) -> Callable[[Permission], bool]:
    return lambda permission: (permission.verb, permission.resource) == (verb, resource)


def _forbid(verb: str, resource: str) -> Spoil:
    return lambda here: setattr(here.cluster, "forbidden", _no(verb, resource))


def _there(**changes: object) -> Spoil:
    def spoil(here: Surroundings) -> None:
        for name, value in changes.items():
            setattr(here.remote, name, value)

    return spoil


def _on_source(**changes: object) -> Spoil:
    def spoil(here: Surroundings) -> None:
        for name, value in changes.items():
            setattr(here.source, name, value)

    return spoil


def _no_image(here: Surroundings) -> None:
    _profile(vddk_init_image=None)(here)


def _on_nfs(here: Surroundings) -> None:
    """Fit for all but an array."""
    _settings(storage_class=StorageClass("nfs"))(here)
    here.cluster.modes = {"nfs": ("ReadWriteOnce Filesystem",)}
    if here.remote is not None:
        here.remote.modes = here.cluster.modes


SICK, BUSY = replace(HEALTHY, available=False), replace(HEALTHY, phase="Deploying")
NO_SESSION = SourceUnreachable("host esxi-1.test: no SSH session")
NO_LOGIN = ClusterLoginError("the cluster refused user 'u'")

BAD_DAYS = (
    BadDay("cluster login", BLOCKER, "refused user 'u'", lambda here: here.raises("cluster.login.connect", NO_LOGIN)),
    BadDay(
        "OpenShift",
        WARNING,
        "could not be looked at: ClusterVersion is forbidden",
        lambda here: here.raises("cluster.login.openshift_version", ClusterError("ClusterVersion is forbidden")),
    ),
    BadDay(
        "OpenShift",
        BLOCKER,
        "no connection",
        lambda here: here.raises("cluster.login.openshift_version", ClusterUnreachable("no connection")),
    ),
    BadDay(
        "permissions",
        BLOCKER,
        "on https://api.east.test:6443 the login may not: create secrets (cluster-wide) "
        "(deploy/rbac.yaml, applied there",
        _forbid("create", "secrets"),
    ),
    BadDay(
        "permissions",
        WARNING,
        "may not: list cdis.cdi.kubevirt.io (cluster-wide); runs do without",
        _forbid("list", "cdis"),
    ),
    BadDay(
        "permissions",
        WARNING,
        "may not: get prometheuses/api.monitoring.coreos.com k8s in openshift-monitoring; runs do without",
        _forbid("get", "prometheuses/api"),
    ),
    BadDay("MTV", WARNING, "no ClusterServiceVersion", lambda here: setattr(here, "version", None)),
    BadDay("MTV", WARNING, "2.9.0 does not know targetAffinity", lambda here: setattr(here, "version", "2.9.0")),
    BadDay("MTV's pods", BLOCKER, "expected a forklift-controller pod", lambda here: here.landscape.pods.clear()),
    BadDay(
        "MTV's pods",
        BLOCKER,
        "(setting wait_pods); last seen forklift-api-1 Pending",
        lambda here: here.landscape.pods.update({"forklift-api-1": "Pending"}),
    ),
    BadDay("OpenShift Virtualization", BLOCKER, "there is no KubeVirt here", _operator("KubeVirt", None)),
    BadDay("OpenShift Virtualization", BLOCKER, "is not available", _operator("KubeVirt", SICK)),
    BadDay("OpenShift Virtualization", WARNING, "in phase Deploying", _operator("KubeVirt", BUSY)),
    BadDay("CDI", BLOCKER, "there is no CDI here", _operator("CDI", None)),
    BadDay("CDI", BLOCKER, "is not available", _operator("CDI", SICK)),
    BadDay(
        "storage class",
        BLOCKER,
        "'block' here; there are: fast",
        lambda here: setattr(here.landscape, "classes", ["fast"]),
    ),
    BadDay(
        "storage profile", BLOCKER, "CDI has no StorageProfile 'block'", lambda here: setattr(here.cluster, "modes", {})
    ),
    BadDay(
        "storage profile",
        BLOCKER,
        "no access mode for block",
        lambda here: setattr(here.cluster, "modes", {"block": ()}),
    ),
    BadDay(
        "copy-offload storage",
        BLOCKER,
        "'block' has no Block volumes, and an array copies to no others (name a class of raw volumes on the array: "
        "setting storage_class, or MTV_STORAGE_CLASS)",
        lambda here: setattr(here.landscape, "block_access", None),
    ),
    BadDay(
        "copy-offload storage",
        BLOCKER,
        "'nfs' has no Block volumes",
        _on_nfs,
    ),
    BadDay(
        "copy-offload in MTV",
        WARNING,
        "set feature_copy_offload: 'true'",
        lambda here: setattr(here.landscape, "offload_switch", False),
    ),
    BadDay("Multus", BLOCKER, "serves no NetworkAttachmentDefinition", lambda here: here.cluster.kinds.clear()),
    BadDay("VDDK image", WARNING, "warm and @needs.vddk scenarios are skipped", _no_image),
    BadDay("remote destination", WARNING, "@remote scenarios are skipped", _settings(remote_ocp_cluster="")),
    BadDay(
        "remote destination", BLOCKER, "is https://api.west.test:6443, expected", _settings(remote_ocp_cluster="south")
    ),
    BadDay(
        "remote destination",
        BLOCKER,
        "the token is not accepted",
        _there(trouble=ClusterLoginError("the token is not accepted")),
    ),
    BadDay("remote destination", BLOCKER, "no storage class 'block' that CDI knows", _there(modes={})),
    BadDay(
        "remote destination",
        BLOCKER,
        "on https://api.west.test:6443 the login may not: create namespaces (cluster-wide) "
        "(deploy/rbac-remote.yaml, applied there",
        _there(forbidden=_no("create", "namespaces")),
    ),
    BadDay(
        "remote destination",
        BLOCKER,
        "may not: create virtualmachines.kubevirt.io",
        _there(forbidden=_no("create", "virtualmachines")),
    ),
    BadDay("remote destination", WARNING, "list templates", _there(forbidden=_no("list", "templates"))),
    BadDay(
        "remote destination",
        BLOCKER,
        "its role mtv-acceptance-account included; or log in there by a token that lives 4200 s",
        _there(lives=4199.0, forbidden=_no("create", "serviceaccounts/token")),
    ),
    BadDay(
        "source permissions",
        BLOCKER,
        "on https://api.south.test:6443 the login may not: create virtualmachineexports.export.kubevirt.io "
        "(cluster-wide) (deploy/rbac-source.yaml, applied there",
        _on_source(forbidden=_no("create", "virtualmachineexports")),
    ),
    BadDay(
        "source permissions",
        BLOCKER,
        "or log in there by a token that lives 4200 s",
        _on_source(lives=60.0, forbidden=_no("bind", "clusterroles")),
    ),
    BadDay(
        "source permissions",
        WARNING,
        "may not: get pods/log (cluster-wide); runs do without",
        _on_source(forbidden=_no("get", "pods/log")),
    ),
    BadDay(
        "source permissions",
        WARNING,
        "could not be looked at: reviews are forbidden",
        _on_source(trouble=ClusterError("reviews are forbidden")),
    ),
    BadDay(
        "guest tunnel",
        BLOCKER,
        "virtctl: not on PATH",
        lambda here: here.raises("guests.prepare", StartError("virtctl: not on PATH")),
    ),
    BadDay(
        "source login",
        BLOCKER,
        "vCenter refused",
        lambda here: here.raises("source.platform.connect", SourceLoginError("vCenter refused user 'u'")),
    ),
    BadDay(
        "source machines", BLOCKER, "RHEL 8: no machine or template 'rhel8'", lambda here: here.there.discard("rhel8")
    ),
    BadDay(
        "copy-offload places",
        BLOCKER,
        "no room for 1 clones (see the block copyoffload",
        lambda here: setattr(here, "full", True),
    ),
    BadDay(
        "ESXi host",
        BLOCKER,
        "host esxi-1.test: no SSH session (see esxi_host",
        lambda here: setattr(
            here, "host_keys", MemoryKeys(trouble=SourceUnreachable("host esxi-1.test: no SSH session"))
        ),
    ),
    BadDay(
        "guest credentials",
        WARNING,
        "give guest_vm_linux_user",
        lambda here: here.without_guests_of(OsFamily.LINUX),
    ),
    BadDay(
        "guest credentials",
        WARNING,
        "give guest_vm_win_user",
        lambda here: here.without_guests_of(OsFamily.WINDOWS),
    ),
)
ALWAYS_FIT = {"copy-offload"}
"""Tells what is skipped; a block that is incomplete never becomes a profile."""


def examined(here: Surroundings) -> dict[str, Diagnosis]:
    return {each.subject: each for each in examine(here.patient())}


def test_on_a_good_day_all_is_well() -> None:
    found = examined(Surroundings())
    assert {each for each in found.values() if each.grade is not Grade.OK} == set()
    refuse_blockers(list(found.values()))


@pytest.mark.parametrize("day", BAD_DAYS, ids=[f"{day.subject}: {day.says}" for day in BAD_DAYS])
def test_a_bad_day_is_told_by_its_line(day: BadDay) -> None:
    here = Surroundings()
    day.spoil(here)
    found = examined(here)
    assert found[day.subject].grade is day.grade
    assert day.says in str(found[day.subject])
    beside = {each.subject for each in found.values() if each.grade is not Grade.OK and each.told != "not looked at"}
    assert beside == {day.subject}


def test_every_line_has_its_bad_day() -> None:
    assert {day.subject for day in BAD_DAYS} | ALWAYS_FIT == examined(Surroundings()).keys()


def test_without_a_login_nothing_behind_it_is_looked_at() -> None:
    here = Surroundings()
    here.raises("cluster.login.connect", NO_LOGIN)
    found = examined(here)
    assert found["permissions"].told == found["remote destination"].told == "not looked at"
    assert found["permissions"].grade is Grade.WARNING
    assert found["source machines"].grade is Grade.OK, "the source has a login of its own"


def test_pods_that_become_healthy_in_time_are_waited_for() -> None:
    here = Surroundings()
    pods = here.landscape.pods
    pods["forklift-controller-1"] = "Pending"
    here.landscape.clock.due = [lambda: pods.update({"forklift-controller-1": "Running"})]
    assert examined(here)["MTV's pods"].grade is Grade.OK


def test_all_blockers_are_refused_in_one_message() -> None:
    here = Surroundings()
    here.there.clear()
    here.landscape.classes = ["fast"]
    with pytest.raises(StartError) as refused:
        refuse_blockers(examine(here.patient()))
    said = str(refused.value)
    assert "storage class: setting storage_class: no storage class 'block'" in said
    assert "source machines: RHEL 8: no machine" in said
    assert "Windows Server 2019: no machine" in said
    assert said.count("\n  - ") == 2


def test_an_image_of_the_controller_is_good_for_all_profiles() -> None:
    here = Surroundings(default_image="registry.test/vddk:9")
    _no_image(here)
    assert examined(here)["VDDK image"].told == "registry.test/vddk:9 (ForkliftController)"


def test_a_profile_that_the_run_sets_itself_is_no_blocker() -> None:
    here = Surroundings(wishes=Wishes(occasions=frozenset({NFS})))
    _settings(storage_class=StorageClass("nfs"))(here)
    assert examined(here)["storage profile"].grade is Grade.OK


def test_nobody_logs_in_to_a_remote_destination_that_no_scenario_goes_to() -> None:
    here = Surroundings(wishes=Wishes())
    assert examined(here)["remote destination"].told == "no scenario goes there"
    assert here.remote is not None
    assert here.remote.life == []


def test_no_host_is_logged_in_to_without_copy_offload_or_by_another_way_than_ssh() -> None:
    unreachable = MemoryKeys(trouble=SourceUnreachable("no SSH session"))
    for here in (Surroundings(wishes=Wishes(), host_keys=unreachable), Surroundings(host_keys=None)):
        assert examined(here)["ESXi host"].told == "nothing is done on any host"


def test_the_login_to_the_remote_destination_is_given_back() -> None:
    here = Surroundings()
    examine(here.patient())
    assert here.remote is not None
    assert here.remote.life == ["connect", "close"]


def test_without_another_cluster_the_cluster_itself_is_the_remote_destination() -> None:
    here = Surroundings(remote=None)
    found = examined(here)
    assert found["remote destination"].told == "https://api.east.test:6443, the cluster itself"
    assert REMOTE in here.wishes.occasions
    _forbid("update", "virtualmachines/finalizers")(here)
    assert examined(here)["permissions"].grade is Grade.BLOCKER, "MTV makes machines here with the login's token"
    _forbid("create", "serviceaccounts/token")(here)
    assert examined(here)["permissions"].grade is Grade.OK, "that token lives long enough"
    here.cluster.lives = 60.0
    assert "serviceaccounts/token" in examined(here)["permissions"].told, "its account is made here"


def test_appliances_are_not_looked_for_before_mtv_has_a_provider() -> None:
    here = Surroundings()
    here.there.clear()
    patient = here.patient()
    source = replace(patient.ports.source, clones=None, powers=None, at_rest=True)
    lines = {each.subject: each for each in examine(replace(patient, ports=replace(patient.ports, source=source)))}
    found = lines["source machines"]
    assert found.grade is Grade.OK
    assert found.told.startswith("not checked: MTV alone reads the files")
    assert "rhel8, win" in found.told
    assert lines["source login"].told.startswith("none needed: "), "nobody logs in to a share"
