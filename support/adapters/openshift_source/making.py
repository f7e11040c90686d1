"""Machines of the run's own: made from a golden image, awaited until their disk is whole, and deleted with it."""

from dataclasses import replace

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.objects import OpenShiftObjects
from support.adapters.openshift.readings_machines import claims_of
from support.adapters.openshift_source.describing import describe
from support.adapters.openshift_source.finding import by_id, by_id_or_none, preference_of
from support.adapters.openshift_source.ordering import MachineOrder, Site, virtual_machine
from support.adapters.openshift_source.waiting import Wait
from support.domain.errors import SourceError, WaitTimeout
from support.domain.names import ObjectRef

EXPORT = "VirtualMachineExport"
"""What MTV reads disks by; it is called like its machine."""
_WHOLE, _LOST = "Succeeded", "Failed"


def start(api: Api, site: Site, image: str, name: str, notes: str) -> str:
    """Create the machine, which is off; returns its uid. Raises MachineNotFound for an unknown image, ClusterError."""
    order = MachineOrder(name=name, notes=notes, image=image, preference=preference_of(api, image))
    return api.create(virtual_machine(site, order)).uid


def finish(api: Api, feeds: Feeds, site: Site, machine_id: str, seconds: float) -> None:
    """Wait for the disk; a machine whose disk does not come is deleted. Raises WaitTimeout, SourceError."""
    machine = by_id(api, site.namespace, machine_id)
    name = str(machine["metadata"]["name"])
    subject = f"disk of machine {name}"
    feed = feeds.follow_one(ObjectRef("DataVolume", name, site.namespace), _progress)
    try:
        Wait(subject=subject, wanted="whole", seconds=seconds).until(feed, lambda seen: _is_whole(seen, subject))
    except WaitTimeout:
        api.delete(ObjectRef("VirtualMachine", name, site.namespace), machine_id)
        raise
    _verify(api, site, machine)


def delete(api: Api, objects: OpenShiftObjects, namespace: str, machine_id: str, seconds: float) -> None:
    """Delete a machine, running or not, and see it and its claims go; one that is gone is success.

    An export that MTV left behind goes first: its pod holds the claims, and the machine waits for them.
    Raises WaitTimeout.
    """
    machine = by_id_or_none(api, namespace, machine_id)
    if machine is None:
        return
    ref = ObjectRef("VirtualMachine", str(machine["metadata"]["name"]), namespace)
    claims = [ObjectRef("PersistentVolumeClaim", each, namespace) for each in claims_of(machine).values()]
    known = [(each, objects.uid_of(each)) for each in claims]
    export = replace(ref, kind=EXPORT)
    if (uid := objects.uid_of(export)) is not None:
        api.delete(export, uid)
    api.delete(ref, machine_id)
    left = objects.await_gone([(ref, machine_id), *((each, uid) for each, uid in known if uid)], seconds)
    if left:
        raise Wait(subject=str(ref), wanted="gone", seconds=seconds).late(", ".join(map(str, left)))


def _progress(volume: Object) -> tuple[str, str]:
    """Phase, and what the importer says of it."""
    status = volume.get("status") or {}
    told = [str(each["message"]) for each in status.get("conditions") or () if each.get("message")]
    return str(status.get("phase") or "no phase"), "; ".join(told)


def _is_whole(seen: tuple[str, str], subject: str) -> bool:
    phase, told = seen
    if phase == _LOST:
        raise SourceError(f"{subject}: its DataVolume failed: {told or 'no reason is given'}")
    return phase == _WHOLE


def _verify(api: Api, site: Site, machine: Object) -> None:
    """Look at what was made: a class that the cluster would rather use, or a NIC it dropped, is no source to move."""
    made = describe(api, machine)
    classes, networks = [disk.store.name for disk in made.disks], [nic.network.name for nic in made.nics]
    wanted_networks = ["pod", f"{site.namespace}/{site.network}"]
    if classes != [site.storage_class] or networks != wanted_networks:
        raise SourceError(
            f"machine {made.name}: expected a disk of class {site.storage_class} and NICs on "
            f"{', '.join(wanted_networks)}, got {', '.join(classes) or 'no disk'} and {', '.join(networks) or 'no NIC'}"
        )
