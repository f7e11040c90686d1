"""The whole examination: cluster and source at the same time, on each of them everything at once after the login."""

from collections.abc import Callable, Sequence
from itertools import chain

from support.domain.diagnosis import Diagnosis, Grade, blocking, doubtful, fine
from support.domain.errors import StartError, SuiteError
from support.domain.source import spoken_source
from support.run.doctor import elsewhere, on_cluster, on_source, rights
from support.run.doctor.patient import Patient
from support.workflow.parallel import side_by_side
from support.workflow.tokens import log_in, log_in_to_source

Look = Callable[[Patient], Diagnosis]

_CLUSTER_LOGIN, _SOURCE_LOGIN = "cluster login", "source login"
_ON_CLUSTER: dict[str, Look] = {
    "OpenShift": on_cluster.openshift,
    "permissions": rights.on_mtv_s_cluster,
    "MTV": on_cluster.mtv_version,
    "MTV's pods": on_cluster.mtv_pods,
    "OpenShift Virtualization": on_cluster.kubevirt,
    "CDI": on_cluster.cdi,
    "storage class": on_cluster.storage_class,
    "storage profile": on_cluster.storage_profile,
    "copy-offload storage": on_cluster.offload_storage,
    "copy-offload in MTV": on_cluster.offload_switch,
    "Multus": on_cluster.multus,
    "VDDK image": on_cluster.vddk_image,
    "remote destination": elsewhere.remote_destination,
    "guest tunnel": on_cluster.guest_tunnel,
}
_ON_SOURCE: dict[str, Look] = {
    "source permissions": rights.on_source,
    "source machines": on_source.machines,
    "copy-offload places": on_source.offload_places,
    "ESXi host": on_source.esxi_host,
}
_IN_PROFILE: dict[str, Look] = {
    "guest credentials": on_source.guest_credentials,
    "copy-offload": on_source.copy_offload,
}


def examine(patient: Patient) -> list[Diagnosis]:
    """One line per thing, in a fixed order. Creates nothing but the token of a login by password."""
    lanes: list[Callable[[], Sequence[Diagnosis]]] = [
        lambda: _lane(patient, _CLUSTER_LOGIN, _log_in_to_cluster, _ON_CLUSTER),
        lambda: _lane(patient, _SOURCE_LOGIN, _log_in_to_source, _ON_SOURCE),
        lambda: [look(patient) for look in _IN_PROFILE.values()],
    ]
    home = patient.ports.source.home
    if home is not None and home.cluster is None:  # the source is the cluster, and has no login of its own
        return list(chain.from_iterable(lane() for lane in lanes))
    return list(chain.from_iterable(side_by_side(lambda lane: lane(), lanes)))


def refuse_blockers(found: Sequence[Diagnosis]) -> None:
    """Raise StartError that names every blocker."""
    blockers = [str(each) for each in found if each.grade is Grade.BLOCKER]
    if blockers:
        raise StartError("\n  - ".join(("the environment is not ready, so nothing was created:", *blockers)))


def _lane(patient: Patient, subject: str, log_in_there: Look, looks: dict[str, Look]) -> Sequence[Diagnosis]:
    login = _looked(subject, log_in_there, patient)
    if login.grade is Grade.BLOCKER:
        return [login, *(doubtful(each, "not looked at", f"there is no {subject}") for each in looks)]
    return [login, *side_by_side(lambda each: _looked(*each, patient), list(looks.items()))]


def _looked(subject: str, look: Look, patient: Patient) -> Diagnosis:
    """What keeps a run from starting is a blocker; what could not be looked at may be fit all the same."""
    try:
        return look(patient)
    except StartError as error:
        return blocking(subject, str(error))
    except SuiteError as error:
        return doubtful(subject, f"could not be looked at: {error}")


def _log_in_to_cluster(patient: Patient) -> Diagnosis:
    log_in(patient.ports)
    return fine(_CLUSTER_LOGIN, patient.cluster.server)


def _log_in_to_source(patient: Patient) -> Diagnosis:
    access = patient.profile.source_access()
    log_in_to_source(patient.ports)
    if patient.ports.source.at_rest:
        return fine(
            _SOURCE_LOGIN, f"none needed: MTV alone reads {access.url}; the run's Provider will show whether it can"
        )
    where = access.url or patient.cluster.server
    return fine(_SOURCE_LOGIN, f"{spoken_source(access.kind, access.version)} at {where}")
