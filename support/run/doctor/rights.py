"""What the logins may do: that of MTV's cluster, that of another one with the source, that of a remote destination."""

from collections.abc import Iterator, Sequence

from support.domain.diagnosis import Diagnosis, blocking, doubtful, fine
from support.domain.permission import Permission
from support.ports.examining import Examines
from support.run.doctor.patient import Patient
from support.run.doctor.permissions import (
    ACCOUNT,
    LENT,
    LENT_DESTINATION,
    LENT_SOURCE,
    REMOTE,
    SOURCE,
    Part,
    asked_for,
)
from support.workflow.lending import lease

ROLES = {
    Part.MTV: "deploy/rbac.yaml",
    Part.REMOTE: "deploy/rbac-remote.yaml",
    Part.SOURCE: "deploy/rbac-source.yaml",
}
"""The file with the least role for each part."""
ACCOUNT_ROLE = "mtv-acceptance-account"
_SOURCE_PERMISSIONS = "source permissions"


def on_mtv_s_cluster(patient: Patient) -> Diagnosis:
    """With what the source and a remote destination ask for, where the cluster itself is either."""
    home, here = patient.ports.source.home, set(patient.wishes.occasions)
    lent: list[str] = []
    if home is not None and home.cluster is None:
        here.add(SOURCE)
        lent.append(LENT_SOURCE)
    if REMOTE in here and patient.remote is None and patient.settings.remote_ocp_cluster:
        lent.append(LENT_DESTINATION)
    return rights("permissions", patient, patient.cluster, Part.MTV, [*here, *_given(patient, patient.cluster, lent)])


def on_source(patient: Patient) -> Diagnosis:
    """Of a cluster that is the source, by the login that the profile has for it."""
    if patient.source is not None:
        occasions = [*patient.wishes.occasions, SOURCE, *_given(patient, patient.source, [LENT_SOURCE])]
        return rights(_SOURCE_PERMISSIONS, patient, patient.source, Part.SOURCE, occasions)
    if patient.ports.source.home is not None:
        return fine(_SOURCE_PERMISSIONS, "the source is MTV's own cluster; see permissions")
    return fine(_SOURCE_PERMISSIONS, "checked only where the source is an OpenShift cluster")


def on_remote(patient: Patient, there: Examines) -> Diagnosis:
    occasions = [*patient.wishes.occasions, *_given(patient, there, [LENT_DESTINATION])]
    return rights("remote destination", patient, there, Part.REMOTE, occasions)


def rights(subject: str, patient: Patient, cluster: Examines, part: Part, occasions: Sequence[str]) -> Diagnosis:
    """What the login may not do although scenarios ask for it; what they can do without comes last."""
    needed = asked_for(occasions, needed=True, part=part)
    spare = asked_for(occasions, needed=False, part=part)
    refused = cluster.refused([*needed, *spare])
    lacking = [each for each in refused if each in needed]
    told = f"on {cluster.server} the login may not: {', '.join(_named(lacking or refused))}"
    if lacking:
        return blocking(subject, told, _advice(patient, part, lacking))
    if refused:
        return doubtful(subject, f"{told}; runs do without", _advice(patient, part, refused))
    return fine(subject, f"{cluster.server}: all {len(needed) + len(spare)} permissions that these scenarios need")


def _given(patient: Patient, cluster: Examines, lent: Sequence[str]) -> list[str]:
    """What it takes that MTV is given access to a cluster by its address, as `lend` will do it."""
    if not lent:
        return []
    return [LENT, *lent] if cluster.lends(lease(patient.ports.budgets)) else [ACCOUNT]


def _named(refused: Sequence[Permission]) -> Iterator[str]:
    everywhere = [str(each) for each in refused if not each.namespace]
    if everywhere:
        yield f"{', '.join(everywhere)} (cluster-wide)"
    yield from (str(each) for each in refused if each.namespace)


def _advice(patient: Patient, part: Part, refused: Sequence[Permission]) -> str:
    """How the login comes by it; by a longer token, too, where only MTV's account lacks something."""
    for_account = set(asked_for([ACCOUNT], needed=True, part=part)) - set(asked_for([], needed=True, part=part))
    advice = f"{ROLES[part]}, applied there, grants what is needed"
    if for_account.isdisjoint(refused):
        return advice
    seconds = lease(patient.ports.budgets)
    return (
        f"{advice}, its role {ACCOUNT_ROLE} included; or log in there by a token that lives {seconds:g} s: "
        "without one MTV is given an account of its own"
    )
