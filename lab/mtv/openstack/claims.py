"""Claims that a populator fills with images of a server's volumes (facts/forklift.md 3.6)."""

from collections.abc import Iterator
from math import ceil

from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.inventory.openstack.collector import Stored, collector_of
from lab.mtv.openstack import names
from lab.mtv.openstack.workload import Workload
from lab.mtv.plan_view import PlanView
from lab.mtv.references import resolve
from lab.mtv.vm_run import DISK_SOURCE, VmRun
from lab.virtualization.anatomy import name_of
from lab.virtualization.profiles import preferred_modes
from lab.world.cloud import GLANCE

POPULATOR = "OpenstackVolumePopulator"
NEEDS_CONVERSION, SOURCE_FORMAT = (f"forklift.konveyor.io/{key}" for key in ("requires-conversion", "source-format"))
_MIB = 1024**2
_OVERHEAD = 10
"""Per cent that are added for a filesystem (facts/forklift.md 6.2, controller_filesystem_overhead)."""


def ensure_claims(run: VmRun, known: Workload) -> None:
    """One for each image that the inventory has seen whole; those that are missing follow in a later pass."""
    credentials = _credentials(run)
    for image in _images(run, known):
        if image.form.body["status"] != "active" or _of_image(run, "PersistentVolumeClaim", image):
            continue
        resource = _of_image(run, POPULATOR, image) or run.client.create(_populator(run, image, credentials))
        claim = _claim(run, known, image, name_of(resource))
        edit = defect_of(run.lab).claim
        if edit is not None:
            edit(claim, known.boots_from(claim["metadata"]["annotations"][DISK_SOURCE]))
        run.client.create(claim)


def _credentials(run: VmRun) -> str:
    """Name of the copy of the Provider's Secret, which is made once."""
    known = run.objects("Secret", isPopulator="true")
    if known:
        return name_of(known[0])
    secret = resolve(run.lab, "Secret", (run.view.pair.source or {"spec": {}})["spec"].get("secret")) or {}
    metadata = {
        "generateName": run.prefix,
        "namespace": run.namespace,
        "labels": run.labels() | {"isPopulator": "true"},
    }
    copy: Object = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}
    return name_of(run.client.create(copy | {"data": dict(secret.get("data") or {})}))


def _images(run: VmRun, known: Workload) -> Iterator[Stored]:
    """Of its volumes in their order, then of the server itself if that booted from an image."""
    wanted = [(names.of_volume(run.id, each["id"]), names.ORIGINAL_VOLUME) for each in known.volumes]
    if known.image:
        wanted.append((names.of_server(run.id), names.ORIGINAL_IMAGE))
    rows = collector_of(run.lab).rows["images"].values()
    for name, marked in wanted:
        found = [row for row in rows if row.form.name == name and marked in row.form.body["properties"]]
        yield from found[-1:]


def _of_image(run: VmRun, kind: str, image: Stored) -> Object | None:
    """What was made for an image in this migration."""
    labels = {"migration": run.migration, "imageID": image.form.id}
    return next(iter(run.client.list(kind, run.namespace, labels)), None)


def _labels(run: VmRun, image: Stored) -> dict[str, str]:
    plan = {"plan": run.view.uid} if run.toolkit.release.labels_plan_name else {}
    return run.identity | plan | {"imageID": image.form.id}


def _populator(run: VmRun, image: Stored, credentials: str) -> Object:
    provider = run.view.pair.source or {"spec": {}}
    spec: Object = {
        "identityUrl": provider["spec"].get("url", ""),
        "secretName": credentials,
        "imageId": image.form.id,
    }
    transfer = run.view.spec.get("transferNetwork")
    return {
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": POPULATOR,
        "metadata": {
            "generateName": f"{image.form.name}-",
            "namespace": run.namespace,
            "labels": _labels(run, image),
        },
        "spec": spec | ({"transferNetwork": transfer} if transfer else {}),
    }


def _claim(run: VmRun, known: Workload, image: Stored, populator: str) -> Object:
    """Named after the image; class by the map, modes by the class's profile whatever the map says."""
    klass = _class(run.view, known, image)
    access, mode = preferred_modes(run.view.destination.cluster.store, klass)
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "generateName": f"{image.form.id}-",
            "namespace": run.namespace,
            "labels": _labels(run, image),
            "annotations": _annotations(image),
        },
        "spec": {
            "storageClassName": klass,
            "accessModes": access,
            "volumeMode": mode,
            "resources": {"requests": {"storage": str(_size(image.form.body["sizeBytes"], mode))}},
            "dataSourceRef": {"apiGroup": "forklift.konveyor.io", "kind": POPULATOR, "name": populator},
        },
    }


def _annotations(image: Stored) -> dict[str, str]:
    properties, form = image.form.body["properties"], image.form.body["diskFormat"]
    if names.ORIGINAL_VOLUME in properties:
        return {DISK_SOURCE: properties[names.ORIGINAL_VOLUME]}
    found = {DISK_SOURCE: properties[names.ORIGINAL_IMAGE]}
    return found if form == "raw" else found | {NEEDS_CONVERSION: "true", SOURCE_FORMAT: form}


def _class(view: PlanView, known: Workload, image: Stored) -> str:
    """By the volume's type; every disk of a server that booted from an image goes where images go."""
    if known.image:
        store = GLANCE.name
    else:
        volume = image.form.body["properties"][names.ORIGINAL_VOLUME]
        store = next(each["volumeType"] for each in known.volumes if each["id"] == volume)
    return str((view.storage_destination(store) or {}).get("storageClass", ""))


def _size(size: int, mode: str) -> int:
    """In whole MiB, with room for a filesystem."""
    whole = ceil(size / _MIB) * _MIB
    return ceil(whole / (1 - _OVERHEAD / 100)) if mode == "Filesystem" else whole
