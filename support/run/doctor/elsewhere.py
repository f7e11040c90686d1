"""What is looked at beside cluster and source: the remote destination, the issue tracker, programs."""

import shutil

from support.domain.diagnosis import Diagnosis, blocking, doubtful, fine
from support.domain.errors import SuiteError
from support.domain.issue import Standing
from support.ports.examining import Examines
from support.run.doctor.patient import Patient
from support.run.doctor.permissions import REMOTE
from support.run.doctor.rights import on_remote
from support.run.tracking import Tracking

_REMOTE = "remote destination"


def remote_destination(patient: Patient) -> Diagnosis:
    """Only where a scenario goes there; the login is of its own and ends here."""
    wanted = patient.settings.remote_ocp_cluster
    if REMOTE not in patient.wishes.occasions:
        return fine(_REMOTE, "no scenario goes there")
    if not wanted:
        return doubtful(_REMOTE, "@remote scenarios are skipped", "set remote_ocp_cluster")
    if patient.remote is None:
        return _address(patient.cluster.server, wanted) or fine(
            _REMOTE, f"{patient.cluster.server}, the cluster itself"
        )
    there = patient.remote()
    try:
        there.connect()
        return _address(there.server, wanted) or _examined(there, patient)
    except SuiteError as error:
        return blocking(_REMOTE, str(error), "see the settings remote_cluster_*")
    finally:
        there.close()


def _address(server: str, wanted: str) -> Diagnosis | None:
    if wanted in server:
        return None
    told = f"its API is {server}, expected an address with {wanted!r} in it"
    return blocking(_REMOTE, told, "see the settings remote_ocp_cluster and remote_cluster_*")


def _examined(there: Examines, patient: Patient) -> Diagnosis:
    name = patient.settings.storage_class
    if there.claim_modes(name) is None:
        return blocking(
            _REMOTE, f"{there.server} has no storage class {name!r} that CDI knows", "setting storage_class"
        )
    return on_remote(patient, there)


def tracker(tracking: Tracking) -> Diagnosis:
    unknown = [issue for issue in tracking.issues.values() if issue.standing is Standing.UNKNOWN]
    if not unknown:
        asked = f"{len(tracking.issues)} issues told" if tracking.issues else "no scenario depends on an issue"
        return fine("issue tracker", f"{tracking.url or 'none'}; {asked}")
    ids = ", ".join(sorted(issue.id for issue in unknown))
    advice = "scenarios that depend on them are run all the same"
    return doubtful("issue tracker", f"{ids}: {unknown[0].told}", advice)


def oc() -> Diagnosis:
    found = shutil.which("oc")
    return fine("oc", found or "not on PATH; evidence of failures is collected without must-gather")
