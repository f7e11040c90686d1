"""Namespaces of the run."""

from collections.abc import Mapping

from support.adapters.openshift.api import Api
from support.ports.cluster import Created


class OpenShiftNamespaces:
    """Port `Namespaces`.

    Not waited for service accounts and SCC annotations (openshift.md 1.7): nothing of ours runs pods there at once,
    and the controllers that do try again.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def create(self, name: str, labels: Mapping[str, str]) -> Created:
        meta = {"name": name, "labels": dict(labels)}
        return self._api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
