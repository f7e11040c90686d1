"""The export of a source machine: made before its disks are copied, removed when the Migration has ended.

As kubev2v/forklift, pkg/controller/plan/adapter/ocp/client.go, PreTransferActions and Finalize.
"""

from base64 import b64decode
from collections.abc import Iterable
from contextlib import suppress

from lab.cluster.clients import Objects
from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.openshift.estate import cluster_of
from lab.mtv.plan_view import PlanView
from lab.virtualization.anatomy import phase_of
from lab.virtualization.export_forms import KIND, TOKEN_HEADER

_COMPRESSED = "gzip"
READY = ("Ready", "Skipped")


def ensured(client: Objects, namespace: str, name: str) -> Object:
    """The machine's export, which has its name; one that is there already is taken."""
    found = client.get(KIND, namespace, name)
    if found is not None:
        return found
    source = {"apiGroup": "kubevirt.io", "kind": "VirtualMachine", "name": name}
    header = {"apiVersion": "export.kubevirt.io/v1beta1", "kind": KIND}
    return client.create(header | {"metadata": {"name": name, "namespace": namespace}, "spec": {"source": source}})


def is_ready(export: Object) -> bool:
    return phase_of(export) in READY


def urls(export: Object) -> dict[str, str]:
    """Where the compressed image of each claim is, in the order of the machine's volumes."""
    external = (export["status"].get("links") or {}).get("external") or {}
    return {
        volume["name"]: item["url"]
        for volume in external.get("volumes") or []
        for item in volume["formats"]
        if item["format"] == _COMPRESSED
    }


def authority(export: Object) -> str:
    return str(export["status"]["links"]["external"]["cert"])


def token_header(client: Objects, export: Object) -> str:
    """The header by which CDI shows that it may have the disks."""
    secret = client.get("Secret", export["metadata"]["namespace"], export["status"]["tokenSecretRef"])
    token = b64decode(secret["data"]["token"]).decode() if secret is not None else ""
    return f"{TOKEN_HEADER}:{token}"


def forget_exports(view: PlanView, statuses: Iterable[Object]) -> None:
    """Remove the exports of these machines, as far as MTV still may; nobody waits for it."""
    provider = view.pair.source
    if provider is None or chosen(view.lab, Fault.EXPORTS_STAY):
        return
    client = cluster_of(view.lab, provider).client
    for status in statuses:
        with suppress(Refused):
            client.delete(KIND, str(status.get("namespace", "")), str(status["name"]))
