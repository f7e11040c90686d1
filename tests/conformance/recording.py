"""Every version of every Plan and Migration of a cluster, as a foreign client's watch sees them."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubernetes import config, watch
from kubernetes.client import ApiClient, CustomObjectsApi
from urllib3.exceptions import HTTPError

Object = dict[str, Any]
_API = ("forklift.konveyor.io", "v1beta1")
_KINDS = ("plans", "migrations", "providers", "storagemaps")


@dataclass(slots=True)
class Recording:
    """Versions by uid, oldest first; of Providers and StorageMaps only the last one counts."""

    plans: dict[str, list[Object]] = field(default_factory=dict)
    migrations: dict[str, list[Object]] = field(default_factory=dict)
    providers: dict[tuple[str, str], Object] = field(default_factory=dict)
    storage: dict[tuple[str, str], Object] = field(default_factory=dict)
    """StorageMaps."""
    deleted: set[str] = field(default_factory=set)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def note(self, change: str, kind: str, obj: Object) -> None:
        with self._news:
            if change == "DELETED":
                self.deleted.add(obj["metadata"]["uid"])
            elif change in ("ADDED", "MODIFIED"):
                self._keep(kind, obj)
            self._news.notify_all()

    def _keep(self, kind: str, obj: Object) -> None:
        meta = obj["metadata"]
        if kind in ("providers", "storagemaps"):
            latest = self.providers if kind == "providers" else self.storage
            latest[meta["namespace"], meta["name"]] = obj
        else:
            versions: dict[str, list[Object]] = self.plans if kind == "plans" else self.migrations
            versions.setdefault(meta["uid"], []).append(obj)

    def await_deleted(self, seconds: float) -> None:
        """Until the end of every Plan and Migration was seen, so that no version is still on its way."""
        deadline = time.monotonic() + seconds
        with self._news:
            assert self._news.wait_for(
                lambda: self.deleted >= {*self.plans, *self.migrations}, deadline - time.monotonic()
            ), "not everything was deleted"

    def provider(self, reference: Mapping[str, str]) -> Object:
        return self.providers[reference["namespace"], reference["name"]]

    def offloads(self, plan: Object) -> bool:
        """Whether the Plan's storage map has an array's plugin (facts/forklift.md 4.1)."""
        reference = plan["spec"]["map"]["storage"]
        entries = self.storage[reference["namespace"], reference["name"]]["spec"]["map"]
        return any(entry.get("offloadPlugin") for entry in entries)


@contextmanager
def recording(kubeconfig: Path) -> Iterator[Recording]:
    """What happens while the block runs."""
    made = Recording()
    client: ApiClient = config.new_client_from_config(str(kubeconfig))
    watches = [watch.Watch() for _ in _KINDS]
    for each, kind in zip(watches, _KINDS, strict=True):
        api = CustomObjectsApi(client)
        threading.Thread(target=_follow, args=(each, api, kind, made), daemon=True).start()
    try:
        yield made
    finally:
        for each in watches:
            each.stop()
        client.close()


def _follow(watcher: Any, api: CustomObjectsApi, kind: str, made: Recording) -> None:
    group, version = _API
    with suppress(HTTPError):  # the cluster ends while it is watched
        for event in watcher.stream(api.list_cluster_custom_object, group, version, kind):
            made.note(event["type"], kind, event["object"])
