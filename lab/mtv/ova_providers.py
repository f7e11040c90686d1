"""What a Provider of appliances needs in the cluster: its server, whether that is up, and how it goes again."""

import re
from datetime import datetime

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.mtv.releases import release_named
from lab.mtv.toolkit import NAMESPACE
from lab.mtv.trials.endings import ServerStuck, StillStarting, TestFailed
from lab.ova.objects import FINALIZER, KIND, provider_labels, provider_server
from lab.virtualization.anatomy import deleting, name_of, namespace_of, phase_of, uid_of

_NFS_PATH = re.compile(r"[^:]+:/[^:].*")
_PENDING_SECONDS = 120
"""How long a server's pod may be Pending; PROVIDER_PENDING_TIMEOUT_SECONDS of the controller."""


def is_nfs_path(url: str) -> bool:
    return _NFS_PATH.fullmatch(url) is not None


def ensure_server(lab: Lab, provider: Object) -> None:
    """Make the server if there is none, and another one when the Provider was edited; the old one goes by itself."""
    seen = (provider.get("status") or {}).get("observedGeneration")
    if seen is not None and seen != provider["metadata"].get("generation", 1):
        delete_servers(lab, provider)
    if _living(lab, provider) is None:
        lab.store.create(provider_server(provider, NAMESPACE))


def service_of(lab: Lab, provider: Object) -> Object | None:
    """Reference of the Service before the server, once there is one."""
    server = _living(lab, provider) or {}
    reference = (server.get("status") or {}).get("service")
    return dict(reference) if reference else None


def delete_servers(lab: Lab, provider: Object) -> None:
    for server in _servers(lab, provider):
        lab.store.delete(KIND, namespace_of(server), name_of(server), uid=uid_of(server), policy="Foreground")


def let_go(lab: Lab, provider: Object) -> None:
    """A Provider that is being deleted: first its server, then the finalizer."""
    finalizers = provider["metadata"].get("finalizers") or []
    if FINALIZER in finalizers:
        delete_servers(lab, provider)
        change = {"metadata": {"finalizers": [item for item in finalizers if item != FINALIZER]}}
        lab.store.patch("Provider", namespace_of(provider), name_of(provider), change)


def _servers(lab: Lab, provider: Object) -> list[Object]:
    return lab.store.list(KIND, NAMESPACE, provider_labels(uid_of(provider)))


def _living(lab: Lab, provider: Object) -> Object | None:
    return next((server for server in _servers(lab, provider) if not deleting(server)), None)


def probe(lab: Lab, provider: Object) -> None:
    """Returns when the server answers.

    Raises StillStarting while it is on its way, ServerStuck when it stays away, and up to 2.10, which does not look
    at pods, TestFailed for either.
    """
    service = service_of(lab, provider)
    if service is not None and _ready(lab, provider):
        return
    if not release_named(lab.options.mtv).waits_for_server:
        raise TestFailed(_unreachable(service))
    if service is None:
        raise StillStarting("Waiting for OVA inventory service to be created.")
    pod = next(iter(lab.store.list("Pod", NAMESPACE, provider_labels(uid_of(provider)))), None)
    if pod is not None and phase_of(pod) == "Pending" and _age(lab, pod) > lab.clock.scaled(_PENDING_SECONDS):
        raise ServerStuck(
            f"OVA inventory service '{name_of(pod)}' has been pending for over 2m0s. "
            "Check pod events for mount or configuration errors."
        )
    raise StillStarting("Waiting for OVA inventory service to become ready.")


def _ready(lab: Lab, provider: Object) -> bool:
    found = lab.store.list("Deployment", NAMESPACE, provider_labels(uid_of(provider)))
    return any((item.get("status") or {}).get("readyReplicas") for item in found if not deleting(item))


def _unreachable(service: Object | None) -> str:
    if service is None:
        return "OVA inventory service not ready."
    url = f"http://{service['name']}.{service['namespace']}.svc.cluster.local:8080"
    return f'Get "{url}/test_connection": dial tcp: connect: connection refused'


def _age(lab: Lab, pod: Object) -> float:
    return (lab.clock.now() - datetime.fromisoformat(pod["metadata"]["creationTimestamp"])).total_seconds()
