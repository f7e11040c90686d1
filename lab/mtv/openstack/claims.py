"""Claims that a populator fills with images of a server's volumes (facts/forklift.md 3.6)."""

from collections.abc import Iterator

from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.inventory.openstack.collector import Stored, collector_of
from lab.mtv.openstack import names
from lab.mtv.openstack.workload import Workload
from lab.mtv.populators.claims import Copied, claim_of, made_for, populator
from lab.mtv.populators.secrets import credentials
from lab.mtv.vm_run import DISK_SOURCE, VmRun
from lab.world.cloud import GLANCE

NEEDS_CONVERSION, SOURCE_FORMAT = (f"forklift.konveyor.io/{key}" for key in ("requires-conversion", "source-format"))
_POPULATOR = "OpenstackVolumePopulator"


def ensure_claims(run: VmRun, known: Workload) -> None:
    """One for each image that the inventory has seen whole; those that are missing follow in a later pass."""
    secret = credentials(run)
    for image in _images(run, known):
        if image.form.body["status"] == "active":
            _ensure_claim(run, known, image, secret)


def _ensure_claim(run: VmRun, known: Workload, image: Stored, secret: str) -> None:
    copied = _copied(known, image)
    if made_for(run, "PersistentVolumeClaim", copied):
        return
    wanted = populator(run, _POPULATOR, copied, name=image.form.name, spec=_spec(run, image, secret))
    source = made_for(run, _POPULATOR, copied) or run.client.create(wanted)
    claim, edit = claim_of(run, copied, source), defect_of(run.lab).claim
    if edit is not None:
        edit(claim, known.boots_from(copied.annotations[DISK_SOURCE]))
    run.client.create(claim)


def _images(run: VmRun, known: Workload) -> Iterator[Stored]:
    """Of its volumes in their order, then of the server itself if that booted from an image."""
    wanted = [(names.of_volume(run.id, each["id"]), names.ORIGINAL_VOLUME) for each in known.volumes]
    if known.image:
        wanted.append((names.of_server(run.id), names.ORIGINAL_IMAGE))
    rows = collector_of(run.lab).rows["images"].values()
    for name, marked in wanted:
        found = [row for row in rows if row.form.name == name and marked in row.form.body["properties"]]
        yield from found[-1:]


def _spec(run: VmRun, image: Stored, secret: str) -> Object:
    provider = run.view.pair.source or {"spec": {}}
    return {"identityUrl": provider["spec"].get("url", ""), "secretName": secret, "imageId": image.form.id}


def _copied(known: Workload, image: Stored) -> Copied:
    return Copied(image.form.id, "imageID", image.form.body["sizeBytes"], _store(known, image), _annotations(image))


def _annotations(image: Stored) -> dict[str, str]:
    properties, form = image.form.body["properties"], image.form.body["diskFormat"]
    if names.ORIGINAL_VOLUME in properties:
        return {DISK_SOURCE: properties[names.ORIGINAL_VOLUME]}
    found = {DISK_SOURCE: properties[names.ORIGINAL_IMAGE]}
    return found if form == "raw" else found | {NEEDS_CONVERSION: "true", SOURCE_FORMAT: form}


def _store(known: Workload, image: Stored) -> str:
    """The volume's type; every disk of a server that booted from an image goes where images go."""
    if known.image:
        return GLANCE.name
    volume = image.form.body["properties"][names.ORIGINAL_VOLUME]
    return str(next(each["volumeType"] for each in known.volumes if each["id"] == volume))
