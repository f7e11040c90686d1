"""MTV's own pods: nothing is asked of a controller that is not there, or on its way out."""

from collections.abc import Mapping

from support.domain.errors import StartError, WaitTimeout
from support.workflow.ports_in_use import Ports, Wait

_CONTROLLER = "forklift-controller"
_HEALTHY = ("Running", "Succeeded")


def await_health(ports: Ports, namespace: str) -> None:
    """Wait until all `forklift-*` pods are healthy. Raises StartError, at once where there is no controller."""
    feed = ports.cluster.health.pods(namespace, "forklift-")
    try:
        Wait(ports, f"forklift-* pods in {namespace}", "Running or Succeeded").within(
            "pods", feed, _all_healthy, lambda pods: _controller_must_exist(pods, namespace)
        )
    except WaitTimeout as late:
        raise StartError(f"{late}; see `oc get pods -n {namespace}`") from late


def _all_healthy(pods: Mapping[str, str]) -> bool | None:
    present = any(name.startswith(_CONTROLLER) for name in pods)
    return (present and all(phase in _HEALTHY for phase in pods.values())) or None


def _controller_must_exist(pods: Mapping[str, str], namespace: str) -> None:
    if not any(name.startswith(_CONTROLLER) for name in pods):
        found = ", ".join(sorted(pods)) or "no forklift-* pod at all"
        raise StartError(
            f"{namespace}: expected a {_CONTROLLER} pod, found {found}; is MTV installed there (setting mtv_namespace)?"
        )
