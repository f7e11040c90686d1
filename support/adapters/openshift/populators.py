"""Populators that failed: the claim they were to fill, and the end of their log."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.readings import uid_of
from support.adapters.openshift.readings_machines import DISK_SOURCE
from support.adapters.openshift.refusals import refusal
from support.domain.populating import FailedPopulator
from support.domain.source import below_layers

POD_PREFIX, CONTAINER = "populate-", "populate"
TAIL = "20"
"""Lines that are read to find the last one that is not empty."""


def failed_populator(api: Api, namespace: str, claim_uid: str) -> FailedPopulator | None:
    """The pod is named after the claim's uid (forklift.md 4.2); None when the claim is gone. Raises ClusterError."""
    claims = api.list("PersistentVolumeClaim", namespace)
    meta = next((claim["metadata"] for claim in claims if uid_of(claim) == claim_uid), None)
    if meta is None:
        return None
    pod = f"{POD_PREFIX}{claim_uid}"
    source = (meta.get("annotations") or {}).get(DISK_SOURCE) or ""
    words = _last_line(api, namespace, pod)
    return FailedPopulator(claim=meta["name"], disk=below_layers(source), pod=pod, last_words=words)


def about(pod: Object) -> FailedPopulator:
    """What a pod says of itself, which is there when its claim is not; MTV 2.11 labels it with no machine.

    Labels and arguments as in kubev2v/forklift v2.11.7, cmd/populator-controller and populator-machinery/controller.go.
    """
    meta, (container, *_rest) = pod["metadata"], pod["spec"]["containers"]
    labels = meta.get("labels") or {}
    told = dict(each.removeprefix("--").split("=", 1) for each in container.get("args") or () if "=" in each)
    machine = labels.get("vmID") or told.get("source-vm-id") or ""
    disk = below_layers(told.get("source-vmdk") or "")
    return FailedPopulator(claim=str(labels.get("pvcName") or ""), disk=disk, pod=str(meta["name"]), machine=machine)


def pods_of(pods: Mapping[str, Object], migration_uid: str) -> list[Object]:
    """The populators of a migration among these; not its conversion pod, which has the same label."""
    mine = (pod for name, pod in pods.items() if name.startswith(POD_PREFIX))
    return [pod for pod in mine if (pod["metadata"].get("labels") or {}).get("migration") == migration_uid]


def log_path(api: Api, namespace: str, pod: str) -> str:
    return api.kind("Pod").path(namespace, quote(pod), "log")


def _last_line(api: Api, namespace: str, pod: str) -> str:
    path = log_path(api, namespace, pod)
    answer = api.raw("GET", f"{path}?{urlencode({'container': CONTAINER, 'tailLines': TAIL})}")
    if answer.code != 200:
        raise refusal(f"log of pod {namespace}/{pod}", answer.code, answer.body)
    lines = answer.body.decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
