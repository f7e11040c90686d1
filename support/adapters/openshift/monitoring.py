"""What the cluster's monitoring says about the room on its nodes; whoever may not ask it is not stopped by that."""

import json
import logging
import math
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from support.adapters.openshift.api import Api
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

_LOG = logging.getLogger(__name__)

_ROUTE = ObjectRef("Route", "thanos-querier", "openshift-monitoring")
_RESOURCES = ("memory", "cpu")


def free_shares(api: Api) -> dict[str, float]:
    """By node, the free share of the scarcer resource; only nodes of which all resources are told."""
    try:
        told = [_asked(api, resource) for resource in _RESOURCES]
    except (ClusterError, ValueError, KeyError, TypeError) as error:
        _LOG.info("monitoring does not tell the room on nodes: %s", error)
        return {}
    return {node: min(each[node] for each in told) for node in told[0] if all(node in each for each in told)}


def query(resource: str) -> str:
    """Allocatable minus requested by pods that run or will, as a share; nodes without any request count (7.4)."""
    allocatable = f'sum by (node)(kube_node_status_allocatable{{resource="{resource}"}})'
    requested = (
        f'sum by (node)(kube_pod_container_resource_requests{{resource="{resource}"}} '
        'and on(namespace,pod) (kube_pod_status_phase{phase=~"Pending|Running"} == 1))'
    )
    return f"({allocatable} - on(node) ({requested} or 0*{allocatable})) / on(node) {allocatable}"


def _asked(api: Api, resource: str) -> dict[str, float]:
    route = api.get(_ROUTE)
    if route is None:
        raise ClusterError(f"{_ROUTE}: not found")
    url = f"https://{route['spec']['host']}/api/v1/query?{urlencode({'query': query(resource)})}"
    answer = api.raw("GET", url, headers={"Accept": "application/json"})
    if answer.code != 200:
        raise ClusterError(f"{_ROUTE}: HTTP {answer.code}, expected 200")
    return dict(_shares(json.loads(answer.body)["data"]["result"]))


def _shares(results: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, float]]:
    """Values are text, and NaN is one of them."""
    for each in results:
        share = float(each["value"][1])
        if each["metric"].get("node") and math.isfinite(share):
            yield str(each["metric"]["node"]), share
