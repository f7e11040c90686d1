"""Concerns that forklift-validation raises about a server (facts/forklift.md 3.9; validation/policies upstream)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lab.inventory.openstack.form import Form

Rows = Mapping[str, Mapping[str, Any]]
_LEGAL_NAME = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9.]*)?[A-Za-z0-9])?")
_NAME_LIMIT = 63
_BUSES, _MODELS = ("sata", "scsi", "virtio"), ("e1000", "rtl8139", "virtio", "ne2k_pci", "pcnet")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A server as the policies look at it."""

    form: Form
    volumes: tuple[Mapping[str, Any], ...]
    properties: Mapping[str, str]
    """Of the image that it was made of; empty where nobody knows it."""
    specs: Mapping[str, str]
    """Extra specs of its flavor."""


@dataclass(frozen=True, slots=True)
class _Policy:
    applies: Callable[[_Seen], bool]
    id: str
    category: str
    label: str
    assessment: str


def _name(seen: _Seen) -> bool:
    name = seen.form.name
    return len(name) > _NAME_LIMIT or _LEGAL_NAME.fullmatch(name) is None


def _status(seen: _Seen) -> bool:
    return not any(word in seen.form.body["status"] for word in ("ACTIVE", "SHUTOFF"))


def _disk_status(seen: _Seen) -> bool:
    return any(volume["status"] not in ("available", "in-use") for volume in seen.volumes)


def _disk_size(seen: _Seen) -> bool:
    return any(volume["size"] <= 0 for volume in seen.volumes)


def _bus(seen: _Seen) -> bool:
    return _known_but_not(seen.properties, "hw_disk_bus", _BUSES)


def _model(seen: _Seen) -> bool:
    return _known_but_not(seen.properties, "hw_vif_model", _MODELS)


def _known_but_not(properties: Mapping[str, str], key: str, supported: tuple[str, ...]) -> bool:
    """The policies have nothing to say where the property is not told."""
    return key in properties and not any(each in properties[key] for each in supported)


def _secure_boot(seen: _Seen) -> bool:
    return "required" in (seen.properties.get("os_secure_boot"), seen.specs.get("os:secure_boot"))


def _floating(seen: _Seen) -> bool:
    found = (entry for each in seen.form.body["addresses"].values() for entry in each)
    return any(entry.get("OS-EXT-IPS:type") == "floating" for entry in found)


_POLICIES = (
    _Policy(_name, "openstack.vm.name.invalid", "Warning", "Invalid VM Name", "The VM will be renamed."),
    _Policy(
        _status,
        "openstack.vm.status.invalid",
        "Warning",
        "VM has a status condition that may prevent successful migration",
        "The VM's status is neither ACTIVE nor SHUTOFF.",
    ),
    _Policy(
        _disk_status,
        "openstack.disk.status.unsupported",
        "Critical",
        "VM has one or more disks with an unsupported status",
        "The transfer of a disk in this status is likely to fail.",
    ),
    _Policy(
        _disk_size,
        "openstack.disk.capacity.invalid",
        "Critical",
        "Volume has an invalid size",
        "The size of a volume must be greater than zero.",
    ),
    _Policy(
        _bus,
        "openstack.disk.unsupported_interface",
        "Warning",
        "Unsupported disk interface type detected",
        "The VM will get a virtio disk interface.",
    ),
    _Policy(
        _model,
        "openstack.network.vif_model.unsupported",
        "Warning",
        "Unsupported VIF model detected",
        "The VM will get a virtio network interface.",
    ),
    _Policy(
        _secure_boot,
        "openstack.secure_boot.detected",
        "Warning",
        "UEFI secure boot detected",
        "Secure boot is supported only in part on the target.",
    ),
    _Policy(
        _floating,
        "openstack.network.floating_ips.detected",
        "Warning",
        "Floating IPs detected",
        "Floating IPs are not carried over.",
    ),
)


def concerns_of(rows: Rows, form: Form) -> list[dict[str, str]]:
    """Every policy that has something to say of a stored server."""
    seen = _seen(rows, form)
    return [
        {"id": each.id, "label": each.label, "category": each.category, "assessment": each.assessment}
        for each in _POLICIES
        if each.applies(seen)
    ]


def _seen(rows: Rows, form: Form) -> _Seen:
    ids = [each["ID"] for each in form.body.get("attachedVolumes", ())]
    image = rows["images"].get(form.body.get("imageID", ""))
    flavor = rows["flavors"].get(form.body["flavorID"])
    return _Seen(
        form=form,
        volumes=tuple(rows["volumes"][id_].form.body for id_ in ids if id_ in rows["volumes"]),
        properties=image.form.body["properties"] if image is not None else {},
        specs=flavor.form.body.get("extraSpecs", {}) if flavor is not None else {},
    )
