"""What is looked at on the destination cluster, each by itself; the login was made before."""

from support.adapters.openshift.releases import young_fields
from support.domain.diagnosis import Diagnosis, blocking, doubtful, fine
from support.domain.offload import BLOCK, why_not
from support.domain.source import ProviderKind
from support.ports.examining import Examines
from support.run.doctor.patient import Patient
from support.run.doctor.permissions import NFS, OFFLOAD
from support.workflow.health import await_health
from support.workflow.sharing import PROFILE_NEEDING_HELP

_DEPLOYED = "Deployed"
_NETWORKS = "NetworkAttachmentDefinition"


def openshift(patient: Patient) -> Diagnosis:
    login = patient.ports.cluster.login
    return fine("OpenShift", f"{login.openshift_version()}, cluster {login.cluster_name()}")


def mtv_version(patient: Patient) -> Diagnosis:
    subject, namespace = "MTV", patient.settings.mtv_namespace
    version = patient.ports.cluster.login.mtv_version(namespace)
    if version is None:
        advice = "scenarios with a minimum version run all the same; the login should be allowed to list CSVs there"
        return doubtful(subject, f"no ClusterServiceVersion of it can be seen in {namespace}", advice)
    young = young_fields(version)
    if young:
        fields = ", ".join(young)
        return doubtful(subject, f"{version} does not know {fields}", "scenarios that ask for these end as broken")
    return fine(subject, version)


def mtv_pods(patient: Patient) -> Diagnosis:
    """Waits: a pod that has just been restarted is no reason to give up."""
    namespace = patient.settings.mtv_namespace
    await_health(patient.ports, namespace)
    return fine("MTV's pods", f"all forklift-* pods in {namespace} are Running or Succeeded")


def kubevirt(patient: Patient) -> Diagnosis:
    return _operator("OpenShift Virtualization", patient.cluster, "KubeVirt")


def cdi(patient: Patient) -> Diagnosis:
    return _operator("CDI", patient.cluster, "CDI")


def _operator(subject: str, cluster: Examines, kind: str) -> Diagnosis:
    found = cluster.operator(kind)
    if found is None:
        return blocking(subject, f"there is no {kind} here", "install the operator OpenShift Virtualization")
    told, look = f"{kind} {found.name} {found.version}".strip(), f"see `oc describe {kind.lower()} -A`"
    if not found.available:
        return blocking(subject, f"{told} is not available (phase {found.phase or 'not told'})", look)
    if found.phase != _DEPLOYED:
        return doubtful(subject, f"{told} is available, but in phase {found.phase or 'not told'}", look)
    return fine(subject, told)


def storage_class(patient: Patient) -> Diagnosis:
    subject, name, storage = "storage class", patient.settings.storage_class, patient.ports.cluster.storage
    if storage.storage_class_exists(name):
        return fine(subject, name)
    known = ", ".join(sorted(storage.storage_classes())) or "none"
    told = f"setting storage_class: no storage class {name!r} here; there are: {known}"
    return blocking(subject, told, "name one of them")


def storage_profile(patient: Patient) -> Diagnosis:
    """Without access modes of its own a DataVolume gets those of the profile, and waits for ever where it has none."""
    subject, name = "storage profile", patient.settings.storage_class
    modes = patient.cluster.claim_modes(name)
    if modes is None:
        return blocking(subject, f"CDI has no StorageProfile {name!r}", "CDI makes one for each storage class it knows")
    if modes:
        return fine(subject, f"{name}: {', '.join(modes)}")
    if NFS in patient.wishes.occasions:
        return fine(subject, f"{name} has no claimPropertySets; the run sets one and gives it back")
    advice = f"set spec.claimPropertySets of StorageProfile {name}"
    return blocking(subject, f"CDI knows no access mode for {name}, so that its disks would wait for ever", advice)


def multus(patient: Patient) -> Diagnosis:
    if patient.cluster.serves(_NETWORKS):
        return fine("Multus", f"{_NETWORKS} is served")
    return blocking(
        "Multus", f"the cluster serves no {_NETWORKS}", "a machine's second NIC needs one; enable Multus (Network CR)"
    )


def vddk_image(patient: Patient) -> Diagnosis:
    subject, profile = "VDDK image", patient.profile
    if profile.kind is not ProviderKind.VSPHERE:
        return fine(subject, f"not needed for {profile.kind.spoken}")
    if profile.vddk_init_image:
        return fine(subject, f"{profile.vddk_init_image} (profile)")
    image = patient.ports.cluster.controller.vddk_image()
    if image:
        return fine(subject, f"{image} (ForkliftController)")
    advice = f"vddk_init_image in profile {profile.name!r}, or vddk_image in the ForkliftController"
    return doubtful(subject, "none: warm and @needs.vddk scenarios are skipped", advice)


def offload_storage(patient: Patient) -> Diagnosis:
    """An array writes raw volumes alone, and no share of files has any."""
    subject, name = "copy-offload storage", patient.settings.storage_class
    if OFFLOAD not in patient.wishes.occasions:
        return fine(subject, "no scenario has an array copy disks")
    advice = "name a class of raw volumes on the array: setting storage_class, or MTV_STORAGE_CLASS"
    access = None if name == PROFILE_NEEDING_HELP else patient.ports.cluster.storage.block_access(name)
    if access is None:
        return blocking(
            subject, f"storage class {name!r} has no {BLOCK} volumes, and an array copies to no others", advice
        )
    return fine(subject, f"{name}: {access} {BLOCK}")


def offload_switch(patient: Patient) -> Diagnosis:
    subject, block = "copy-offload in MTV", patient.profile.copy_offload
    if OFFLOAD not in patient.wishes.occasions or block is None:
        return fine(subject, "no scenario has an array copy disks")
    version = patient.ports.cluster.login.mtv_version(patient.settings.mtv_namespace)
    reason = why_not(version, patient.ports.cluster.controller.offload_switch(), block.vendor)
    if reason is None:
        return fine(subject, f"MTV {version or '(version unknown)'} offloads to {block.vendor}")
    return doubtful(subject, reason, "@copyoffload scenarios are skipped until then")


def guest_tunnel(patient: Patient) -> Diagnosis:
    """With virtctl this is where it is found, or fetched."""
    patient.ports.guests.prepare()
    tunnel = patient.settings.guest_tunnel
    return fine("guest tunnel", "virtctl is there" if tunnel == "virtctl" else "by the API; virtctl is not needed")
