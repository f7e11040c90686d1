"""What is looked at on the source, and what the profile says about its guests and its array."""

from support.domain.diagnosis import Diagnosis, blocking, doubtful, fine
from support.domain.errors import MachineNotFound, SourceError
from support.domain.machine import OsFamily
from support.domain.names import RoleName
from support.domain.source import ProviderKind
from support.run.doctor.patient import Patient
from support.run.doctor.permissions import OFFLOAD
from support.run.roles import COPY_OFFLOAD
from support.run.shaping import Shaping
from support.workflow.guest_logins import keys_for, login_for
from support.workflow.parallel import side_by_side

_WINDOWS = "windows"


def machines(patient: Patient) -> Diagnosis:
    """Each machine that the scenarios ask for, by its role."""
    subject, roles = "source machines", sorted(patient.wishes.roles)
    if patient.ports.source.at_rest:
        named = ", ".join(patient.profile.machine_for(role) for role in roles) or "none"
        return fine(
            subject, f"not checked: MTV alone reads the files, once the run has a Provider; expected there: {named}"
        )
    missing = [told for told in side_by_side(lambda role: _missing(patient, role), roles) if told]
    if missing:
        advice = f"name them in the block 'machines' of profile {patient.profile.name!r}, or make them"
        return blocking(subject, "; ".join(missing), advice)
    if not roles:
        return fine(subject, "no scenario asks for one")
    named = ", ".join(patient.profile.machine_for(role) for role in roles)
    return fine(subject, f"{len(roles)} of {len(roles)} are there: {named}")


def _missing(patient: Patient, role: RoleName) -> str | None:
    try:
        patient.ports.source.platform.find(patient.profile.machine_for(role))
    except MachineNotFound as error:
        return f"{role}: {error}"
    return None


def guest_credentials(patient: Patient) -> Diagnosis:
    subject, access = "guest credentials", patient.profile.guests
    wanted = sorted({_family(role) for role in patient.wishes.roles})
    missing = [keys_for(family) for family in wanted if login_for(family, access) is None]
    if missing:
        return doubtful(
            subject,
            "none for some guests, so that the checks ssh and data are not run there",
            f"give {' and '.join(missing)} in profile {patient.profile.name!r}",
        )
    return fine(subject, "given for all guests of these scenarios" if wanted else "no scenario asks for a machine")


def _family(role: RoleName) -> OsFamily:
    return OsFamily.WINDOWS if _WINDOWS in role.casefold() else OsFamily.LINUX


def copy_offload(patient: Patient) -> Diagnosis:
    """A block that is there is complete: the profile is refused otherwise."""
    subject, profile = "copy-offload", patient.profile
    if profile.kind is not ProviderKind.VSPHERE:
        return fine(subject, "only for vSphere sources")
    block = profile.copy_offload
    if block is None:
        return fine(subject, f"profile {profile.name!r} has no block copyoffload: @copyoffload scenarios are skipped")
    spare = {
        "secondary_datastore_id": block.secondary_datastore_id,
        "non_xcopy_datastore_id": block.non_xcopy_datastore_id,
        "rdm_lun_uuid": block.rdm_lun_uuid,
    }
    lacking = [key for key, value in spare.items() if not value]
    told = f"{block.vendor}, datastore {block.datastore_id}, by {block.clone_method}"
    return fine(subject, f"{told}; without {', '.join(lacking)}: what needs it is skipped" if lacking else told)


def esxi_host(patient: Patient) -> Diagnosis:
    """The host on which MTV is to clone disks by SSH, where a scenario has them copied by an array."""
    subject, keys = "ESXi host", patient.ports.source.host_keys
    if keys is None or OFFLOAD not in patient.wishes.occasions:
        return fine(subject, "nothing is done on any host")
    try:
        keys.must_answer()
    except SourceError as error:
        return blocking(
            subject, str(error), f"see esxi_host and the keys beside it in profile {patient.profile.name!r}"
        )
    return fine(subject, f"{keys.host} answers by SSH, and takes MTV's key while a run lasts")


def offload_places(patient: Patient) -> Diagnosis:
    """Datastores, host and LUN that the block copyoffload names, as far as vCenter knows them."""
    subject, block, shapes = "copy-offload places", patient.profile.copy_offload, patient.ports.source.shapes
    if block is None or shapes is None or OFFLOAD not in patient.wishes.occasions:
        return fine(subject, "no scenario has an array copy disks")
    shape = Shaping(patient.profile).everywhere()
    try:
        shapes.must_fit([(patient.profile.machine_for(COPY_OFFLOAD), shape)])
    except MachineNotFound:
        return doubtful(subject, "not looked at", "there is no copy-offload template")
    except SourceError as error:
        return blocking(subject, str(error), f"see the block copyoffload of profile {patient.profile.name!r}")
    return fine(subject, "datastores, hosts and LUNs of the profile are there")
