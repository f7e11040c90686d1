"""Populators that failed: the claim they were to fill, and the end of their log."""

from urllib.parse import quote, urlencode

from support.adapters.openshift.api import Api
from support.adapters.openshift.readings import uid_of
from support.adapters.openshift.readings_machines import DISK_SOURCE
from support.adapters.openshift.refusals import refusal
from support.domain.populating import FailedPopulator
from support.domain.source import below_layers

_CONTAINER = "populate"
_TAIL = "20"
"""Lines that are read to find the last one that is not empty."""


def failed_populator(api: Api, namespace: str, claim_uid: str) -> FailedPopulator | None:
    """The pod is named after the claim's uid (forklift.md 4.2); None when the claim is gone. Raises ClusterError."""
    claims = api.list("PersistentVolumeClaim", namespace)
    meta = next((claim["metadata"] for claim in claims if uid_of(claim) == claim_uid), None)
    if meta is None:
        return None
    pod = f"populate-{claim_uid}"
    source = (meta.get("annotations") or {}).get(DISK_SOURCE) or ""
    words = _last_line(api, namespace, pod)
    return FailedPopulator(claim=meta["name"], disk=below_layers(source), pod=pod, last_words=words)


def _last_line(api: Api, namespace: str, pod: str) -> str:
    path = api.kind("Pod").path(namespace, quote(pod), "log")
    answer = api.raw("GET", f"{path}?{urlencode({'container': _CONTAINER, 'tailLines': _TAIL})}")
    if answer.code != 200:
        raise refusal(f"log of pod {namespace}/{pod}", answer.code, answer.body)
    lines = answer.body.decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
