"""The files by which anybody reaches a running lab; all of them 0600."""

import base64
import json
import os
from pathlib import Path

from lab.kernel.service import Lab

_ADMINISTRATOR_SECONDS = 86_400.0
"""The kubeconfig of an installer outlives every login."""
LOCK = "lab.lock"
"""Held while a lab lives in the folder; the kernel lets go of it however the lab ends."""
FILES = ("kubeconfig", "remote-kubeconfig", "providers.json", "endpoints.json", "ca.crt", "server.pem")


def remove_files(folder: Path) -> None:
    """Remove what a lab wrote, all but the lock; anything else in the folder is somebody else's."""
    for name in FILES:
        (folder / name).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one rename."""
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.rename(path)


def kubeconfig(lab: Lab, token: str) -> str:
    """JSON is YAML; kubectl and the Python client read it alike."""
    authority = base64.b64encode(lab.authority.ca_pem.encode()).decode()
    name, cluster = lab.cluster_name, {"server": lab.endpoints["cluster"], "certificate-authority-data": authority}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": token}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": "admin"}}],
            "current-context": name,
        },
        indent=2,
    )


def profiles(lab: Lab) -> str:
    """Source profiles of the lab, in the form of `.providers.json`."""
    url = lab.endpoints["vcenter"]
    vsphere = {
        "type": "vsphere",
        "version": "8.0.3",
        "fqdn": "127.0.0.1",
        "api_url": url,
        "username": lab.world.vcenter_account.user,
        "password": lab.world.vcenter_account.password,
        "vddk_init_image": "registry.lab.test/mtv/vddk:8.0.3",
        **_guests(lab),
    }
    others: dict[str, object] = {
        "ovirt": _ovirt(lab),
        "openstack": _openstack(lab),
        "openshift": _openshift(lab),
        "ova": _ova(lab),
    }
    return json.dumps({"vsphere": vsphere, **others}, indent=2)


def _ovirt(lab: Lab) -> dict[str, str]:
    account = lab.world.ovirt.account
    return {
        "type": "ovirt",
        "version": "4.5",
        "fqdn": "127.0.0.1",
        "api_url": lab.endpoints["ovirt"],
        "username": account.user,
        "password": account.password,
        **_guests(lab),
    }


def _openstack(lab: Lab) -> dict[str, str]:
    cloud = lab.world.cloud
    return {
        "type": "openstack",
        "version": "2024.1",
        "fqdn": "127.0.0.1",
        "api_url": lab.endpoints["openstack"],
        "username": cloud.user,
        "password": cloud.password,
        "project_name": cloud.project,
        "region_name": cloud.region,
        "user_domain_name": cloud.domain,
        "user_domain_id": "default",
        "project_domain_id": "default",
        **_guests(lab),
    }


def _openshift(lab: Lab) -> dict[str, str]:
    """Without an address or a login: machines come from the cluster that a run is logged in to."""
    return {"type": "openshift", "version": lab.options.ocp, **_guests(lab)}


def _ova(lab: Lab) -> dict[str, object]:
    """Nobody logs in to a file; a share has a Windows machine when it says so."""
    where = {"fqdn": lab.world.export.server, "api_url": lab.endpoints["ova"]}
    machines = {"machines": {"Windows Server 2019 with one disk": "mtv-win2019-79"}}
    return {"type": "ova", "version": "nfs", **where, "username": "", "password": "", **machines, **_guests(lab)}


def _guests(lab: Lab) -> dict[str, str]:
    """The account that all guests of a family have."""
    keys: dict[str, str] = {}
    for family, short in (("linux", "linux"), ("windows", "win")):
        guest = next(machine.guest for machine in lab.world.machines.values() if machine.guest.family == family)
        user, password = next(iter(guest.users.items()))
        keys |= {f"guest_vm_{short}_user": user, f"guest_vm_{short}_password": password}
    return keys


def write_files(lab: Lab, control_token: str) -> None:
    """Write a kubeconfig for each cluster, providers.json, ca.crt and, last, endpoints.json."""
    write_private(lab.folder / "ca.crt", lab.authority.ca_pem)
    write_private(lab.folder / "providers.json", profiles(lab))
    endpoints = lab.endpoints | _opened(lab, "kubeconfig", "cluster")
    if lab.remote is not None:
        endpoints |= _opened(lab.remote, "remote-kubeconfig", "remote_cluster")
    own: dict[str, str | int] = {"control_token": control_token, "pid": os.getpid()}
    write_private(lab.folder / "endpoints.json", json.dumps(endpoints | own, indent=2))


def _opened(cluster: Lab, file: str, prefix: str) -> dict[str, str | int]:
    """Write an administrator's kubeconfig of a cluster; returns its address and login for endpoints.json."""
    account = cluster.world.cluster_account
    write_private(
        cluster.folder / file, kubeconfig(cluster, cluster.tokens.issue(account.user, seconds=_ADMINISTRATOR_SECONDS))
    )
    return {
        prefix: cluster.endpoints["cluster"],
        f"{prefix}_username": account.user,
        f"{prefix}_password": account.password,
    }
