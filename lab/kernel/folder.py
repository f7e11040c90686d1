"""The files by which anybody reaches a running lab; all of them 0600."""

import base64
import json
import os
from pathlib import Path

from lab.kernel.profiles import profiles
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


def write_files(lab: Lab, control_token: str) -> None:
    """Write a kubeconfig for each cluster, providers.json, ca.crt and, last, endpoints.json."""
    write_private(lab.folder / "ca.crt", lab.authority.ca_pem)
    write_private(lab.folder / "providers.json", json.dumps(profiles(lab), indent=2))
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
