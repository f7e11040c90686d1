"""Which container of a pod a request means (facts/openshift.md 1.8)."""

from lab.cluster.asked import Asked
from lab.cluster.history import Object
from lab.cluster.refusals import bad_request


def container_of(asked: Asked, pod: Object) -> str:
    """Name of the one that is meant; raises Refused when that is not clear."""
    containers = [str(item["name"]) for item in pod.get("spec", {}).get("containers") or []]
    wanted = asked.text("container") or (containers[0] if len(containers) == 1 else "")
    if not wanted:
        choice = " ".join(containers)
        raise bad_request(f"a container name must be specified for pod {asked.name}, choose one of: [{choice}]")
    if wanted not in containers:
        raise bad_request(f"container {wanted} is not valid for pod {asked.name}")
    return wanted


def state_of(pod: Object, container: str) -> Object:
    """`waiting`, `running` or `terminated` with what is known of it; empty before anybody has reported."""
    reported = (pod.get("status") or {}).get("containerStatuses") or []
    return next((dict(item.get("state") or {}) for item in reported if item["name"] == container), {})
