"""What a kubeconfig file says about its current context, and a private one for tools that want a file."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from support.domain.errors import StartError
from support.domain.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where the API is and how to log in; `delegated` when an external program makes the credentials."""

    server: str
    ca_pem: str = ""
    skip_verify: bool = False
    server_name: str = ""
    token: Secret | None = None
    client_certificate: bytes = b""
    client_key: bytes = b""
    delegated: bool = False


def read(path: Path) -> Context:
    """The current context; raises StartError that names file and key."""
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StartError(f"setting kubeconfig: {path} cannot be read as YAML ({_short(error)})") from error
    if not isinstance(document, dict):
        raise StartError(f"setting kubeconfig: {path} is not a kubeconfig, expected YAML as `oc login` writes it")
    chosen = _entry(path, document, "contexts", document.get("current-context"), "context")
    cluster = _entry(path, document, "clusters", chosen.get("cluster"), "cluster")
    user = _entry(path, document, "users", chosen["user"], "user") if chosen.get("user") else {}
    return _context(path, cluster, user)


def _context(path: Path, cluster: Mapping[str, Any], user: Mapping[str, Any]) -> Context:
    if not cluster.get("server"):
        raise StartError(f"setting kubeconfig: {path}: the current context's cluster has no server")
    token = user.get("token") or _content(path, user, "", "tokenFile").decode().strip()
    return Context(
        server=str(cluster["server"]).rstrip("/"),
        ca_pem=_content(path, cluster, "certificate-authority-data", "certificate-authority").decode(),
        skip_verify=cluster.get("insecure-skip-tls-verify") is True,
        server_name=str(cluster.get("tls-server-name") or ""),
        token=Secret(str(token)) if token else None,
        client_certificate=_content(path, user, "client-certificate-data", "client-certificate"),
        client_key=_content(path, user, "client-key-data", "client-key"),
        delegated="exec" in user or "auth-provider" in user,
    )


def _entry(path: Path, document: Mapping[str, Any], section: str, name: object, kind: str) -> dict[str, Any]:
    for entry in document.get(section) or ():
        if isinstance(entry, dict) and entry.get("name") == name:
            return dict(entry.get(kind) or {})
    raise StartError(f"setting kubeconfig: {path} has no {kind} {name!r}, which its current context needs")


def _content(path: Path, entry: Mapping[str, Any], inline: str, file_key: str) -> bytes:
    """Inline base64 wins over a file, whose path is relative to the kubeconfig."""
    try:
        if entry.get(inline):
            return base64.b64decode(entry[inline], validate=True)
        if entry.get(file_key):
            return (path.parent / str(entry[file_key])).read_bytes()
    except (binascii.Error, ValueError, OSError) as error:
        raise StartError(f"setting kubeconfig: {path}: {inline or file_key} is unusable ({_short(error)})") from error
    return b""


def write(path: Path, server: str, token: Secret, ca_pem: str, verify: bool) -> None:
    """A kubeconfig of mode 0600 with one context; the way to hand a token to a tool without a command line."""
    cluster: dict[str, object] = {"server": server}
    if not verify:
        cluster["insecure-skip-tls-verify"] = True
    elif ca_pem:
        cluster["certificate-authority-data"] = base64.b64encode(ca_pem.encode()).decode()
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "run", "cluster": cluster}],
        "users": [{"name": "run", "user": {"token": token.reveal()}}],
        "contexts": [{"name": "run", "context": {"cluster": "run", "user": "run"}}],
        "current-context": "run",
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        yaml.safe_dump(document, file)


def _short(error: Exception) -> str:
    """Never the file's text: a YAML error quotes the line, which may hold a token."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else type(error).__name__
