"""A server with all that it refers to, which is what plans are made of (facts/forklift.md 5.2)."""

from collections.abc import Iterable
from typing import Any

from lab.inventory.openstack.collector import Stored, collector_of
from lab.inventory.openstack.records import linked, record_of
from lab.kernel.service import Lab

Shown = dict[str, Any]
_NO_IMAGE: Shown = {"properties": None}


def workload(lab: Lab, root: str, id_: str) -> Shown | None:
    """None for a server that was not seen yet. A boot volume stands in for the image that it was made of."""
    rows = collector_of(lab).rows
    row = rows["vms"].get(id_)
    if row is None:
        return None
    shown = linked(root, record_of(lab, "vms", row))

    def all_of(collection: str, wanted: Iterable[Stored]) -> list[Shown]:
        return [linked(root, record_of(lab, collection, each)) for each in wanted]

    networks = [each for each in rows["networks"].values() if each.form.name in shown["addresses"]]
    subnets = [rows["subnets"][subnet] for each in networks for subnet in each.form.body["subnets"]]
    attached = [each["ID"] for each in shown.get("attachedVolumes", ())]
    volumes = [rows["volumes"][each] for each in attached if each in rows["volumes"]]
    types = {each.form.body["volumeType"] for each in volumes}
    image = rows["images"].get(shown.get("imageID") or _image_behind(volumes))
    return shown | {
        "selfLink": f"{root}/workloads/{id_}",
        "image": linked(root, record_of(lab, "images", image)) if image is not None else _NO_IMAGE,
        "flavor": linked(root, record_of(lab, "flavors", rows["flavors"][shown["flavorID"]])),
        "networks": all_of("networks", networks),
        "subnets": all_of("subnets", subnets),
        "volumes": all_of("volumes", volumes),
        "volumeTypes": all_of("volumetypes", (it for it in rows["volumetypes"].values() if it.form.name in types)),
        "snapshots": all_of("snapshots", (it for it in rows["snapshots"].values() if _of(it, attached))),
    }


def _image_behind(volumes: Iterable[Stored]) -> str:
    """Id of the image that the boot volume was made of; empty when nobody knows."""
    booting = (each.form.body for each in volumes if each.form.body["bootable"] == "true")
    return next((str(found) for each in booting if (found := _image_id(each))), "")


def _image_id(volume: Any) -> str:
    return str(volume.get("volumeImageMetadata", {}).get("image_id", ""))


def _of(snapshot: Stored, volumes: Iterable[str]) -> bool:
    return snapshot.form.body["volumeID"] in volumes
