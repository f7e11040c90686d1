"""Pods as the health gate sees them."""

from collections.abc import Mapping

from support.adapters.openshift.api import Object
from support.adapters.openshift.feeds import Feeds
from support.ports.cluster import Feed


class OpenShiftHealth:
    """Port `Health`."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds

    def pods(self, namespace: str, prefix: str) -> Feed[Mapping[str, str]]:
        def shape(pods: Mapping[str, Object]) -> Mapping[str, str]:
            return {name: pod_phase(pod) for name, pod in pods.items() if name.startswith(prefix)}

        return self._feeds.follow("Pod", namespace, shape)


def pod_phase(pod: Object) -> str:
    """Phase in one word; a pod on its way out counts as neither healthy nor gone."""
    if "deletionTimestamp" in pod["metadata"]:
        return "Terminating"
    status = pod.get("status", {})
    phase = str(status.get("phase", "Unknown"))
    ready = all(each.get("ready") for each in status.get("containerStatuses") or ())
    return phase if phase != "Running" or ready else "Running (not ready)"
