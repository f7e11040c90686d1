"""The Secret of each disk: the storage's, the Provider's, and how to reach hosts (facts/forklift.md 4.2)."""

from base64 import b64encode
from collections.abc import Mapping

from lab.cluster.store import Object
from lab.kernel.addresses import endpoint
from lab.mtv.ssh_keys import stem
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import namespace_of, owner_reference

_GOVMOMI = {"user": "GOVMOMI_USERNAME", "password": "GOVMOMI_PASSWORD", "insecureSkipVerify": "GOVMOMI_INSECURE"}
_KEYS = {"private": ("private-key", "SSH_PRIVATE_KEY"), "public": ("public-key", "SSH_PUBLIC_KEY")}


class NoStorageSecret(Exception):
    """What the plugin of a map refers to is not in the Provider's namespace; the message is MTV's."""


def disk_secret(run: VmRun, name: str, base: Object, storage: str, claim: Object) -> Object:
    """Everything that the disk's populator gets as its environment; raises NoStorageSecret."""
    metadata: Object = {
        "name": name,
        "namespace": run.namespace,
        "ownerReferences": [owner_reference(claim, controller=False)],
    }
    if run.toolkit.release.labels_plan_name:
        metadata["labels"] = run.identity | {"plan": run.view.uid}
    data = {**(base.get("data") or {}), **_storage(run, storage)}
    data |= {wanted: data[key] for key, wanted in _GOVMOMI.items() if key in data}
    texts = _hosts(run)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "data": data | {key: _encoded(text) for key, text in texts.items()} | _ssh_keys(run),
    }


def _storage(run: VmRun, name: str) -> Mapping[str, str]:
    source = run.view.pair.source
    found = run.lab.store.get("Secret", namespace_of(source), name) if source is not None else None
    if found is None:
        message = f'failed to get storage secret: secrets "{name}" not found'
        raise NoStorageSecret(f"failed to merge secrets for populators {message}")
    return dict(found.get("data") or {})


def _hosts(run: VmRun) -> dict[str, str]:
    """Where the vCenter is; and how ESXi hosts clone, when the Provider says so."""
    spec = (run.view.pair.source or {"spec": {}})["spec"]
    method = (spec.get("settings") or {}).get("esxiCloneMethod")
    address = {"GOVMOMI_HOSTNAME": endpoint(str(spec.get("url", ""))).host}
    return address | ({"ESXI_CLONE_METHOD": str(method)} if method else {})


def _ssh_keys(run: VmRun) -> dict[str, str]:
    """The values are base64 text themselves."""
    source = run.view.pair.source
    found: dict[str, str] = {}
    if source is None:
        return found
    for side, (key, variable) in _KEYS.items():
        secret = run.lab.store.get("Secret", namespace_of(source), f"{stem(source)}-{side}")
        if secret is not None:
            found[variable] = _encoded(str(secret["data"][key]))
    return found


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
