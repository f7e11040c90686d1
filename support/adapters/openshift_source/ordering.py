"""The body of a source machine: as small as one can be that still boots, has two NICs and lets people in."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from support.domain.contents import FOLDER
from support.domain.names import RUN_LABEL
from support.ports.guest import Login

Body = dict[str, Any]

NOTES = "mtv-acceptance/notes"
"""Annotation of a machine that says what it is for; begins with the run id."""
IMAGES = "openshift-virtualization-os-images"
"""Namespace of the golden images' DataSources."""
INSTANCE_TYPE = "u1.small"
PREFERENCE = "rhel.9"
SIZE = "30Gi"

_ROOT, _CLOUD_INIT, _POD, _EXTRA = "rootdisk", "cloudinitdisk", "default", "extra"
_BIND_AT_ONCE = "cdi.kubevirt.io/storage.bind.immediate.requested"
"""Without it a class that waits for its first consumer leaves the disk empty until the machine runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all machines of a run share.

    Attributes:
        network: definition in the namespace that the second NIC is attached to.
        login: who may log in to the guests; None where the profile names nobody.
    """

    run: str
    namespace: str
    network: str
    storage_class: str
    login: Login | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineOrder:
    """One machine: `image` is a DataSource, and `preference` what KubeVirt knows such guests to like."""

    name: str
    notes: str
    image: str
    preference: str = PREFERENCE


def virtual_machine(site: Site, order: MachineOrder) -> Body:
    """A machine that is off. Its MACs are given here, so that they are known before it ever ran.

    Disks are listed though KubeVirt would add them: MTV takes over what is written here, and nothing else.
    """
    volumes: list[Body] = [{"name": _ROOT, "dataVolume": {"name": order.name}}]
    devices: list[Body] = [{"name": _ROOT, "disk": {"bus": "virtio"}}]
    if site.login is not None:
        volumes.append({"name": _CLOUD_INIT, "cloudInitNoCloud": {"userData": _user_data(site.login)}})
        # A CD-ROM, so that the guest counts no more disks than the machine has.
        devices.append({"name": _CLOUD_INIT, "cdrom": {"bus": "sata"}})
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {
            "name": order.name,
            "namespace": site.namespace,
            "labels": {RUN_LABEL: site.run},
            "annotations": {NOTES: order.notes},
        },
        "spec": {
            "runStrategy": "Halted",
            "instancetype": {"kind": "VirtualMachineClusterInstancetype", "name": INSTANCE_TYPE},
            "preference": {"kind": "VirtualMachineClusterPreference", "name": order.preference},
            "dataVolumeTemplates": [_disk(site, order)],
            "template": {
                "spec": {
                    "domain": {"devices": {"disks": devices, "interfaces": _interfaces()}},
                    "networks": [
                        {"name": _POD, "pod": {}},
                        {"name": _EXTRA, "multus": {"networkName": f"{site.namespace}/{site.network}"}},
                    ],
                    "volumes": volumes,
                }
            },
        },
    }


def _disk(site: Site, order: MachineOrder) -> Body:
    """Its class is named: no default of the cluster is asked, and none is changed."""
    return {
        "metadata": {
            "name": order.name,
            "labels": {RUN_LABEL: site.run},
            "annotations": {_BIND_AT_ONCE: "true"},
        },
        "spec": {
            "sourceRef": {"kind": "DataSource", "name": order.image, "namespace": IMAGES},
            "storage": {"resources": {"requests": {"storage": SIZE}}, "storageClassName": site.storage_class},
        },
    }


def _interfaces() -> list[Body]:
    return [
        {"name": _POD, "masquerade": {}, "macAddress": _mac()},
        {"name": _EXTRA, "bridge": {}, "macAddress": _mac()},
    ]


def _mac() -> str:
    """A random one of those that anybody may give out locally."""
    return ":".join(f"{byte:02x}" for byte in (0x02, *secrets.token_bytes(5)))


def _user_data(login: Login) -> str:
    """In the machine itself and in no Secret, since MTV takes only the machine along (JSON is YAML)."""
    told = {
        "user": login.user,
        "password": login.password.reveal(),
        "chpasswd": {"expire": False},
        "ssh_pwauth": True,
        "disable_root": False,
        # Whoever logs in may leave markers at the root of the disk; early, since SSH comes up before cloud-init ends.
        "bootcmd": [["mkdir", "-p", "-m", "1777", f"/{FOLDER}"]],
    }
    return f"#cloud-config\n{json.dumps(told)}\n"
