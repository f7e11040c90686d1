"""What controllers get: subscriptions, writes without a change, loops that survive errors, webhooks on the wire."""

import asyncio
from collections.abc import Iterable

import pytest
from kubernetes.client import ApiException, CoreV1Api

from lab.cluster.reconciling import Controllers, Ref
from lab.cluster.refusals import Refused
from lab.cluster.store import Object, Store
from tests.lab_cluster.conftest import Cluster


def config_map(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "demo"}, "data": {}}


class Marks:
    """Writes a mark into every ConfigMap; fails on the first visit."""

    watches: tuple[str, ...] = ("ConfigMap",)

    def __init__(self, store: Store) -> None:
        self.store, self.visits = store, 0

    def refs(self, obj: Object) -> Iterable[Ref]:
        return (Ref("ConfigMap", "demo", obj["metadata"]["name"]),)

    async def reconcile(self, ref: Ref) -> float | None:
        self.visits += 1
        if self.visits == 1:
            raise ValueError("a defect of the lab")
        self.store.patch(*ref, {"data": {"seen": "yes"}})
        return None


def test_a_loop_survives_an_error_and_tells_it(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> tuple[Controllers, Object | None]:
        store = Store()
        controllers = Controllers(store)
        controllers.add(Marks(store))
        await controllers.start()
        events = store.subscribe("ConfigMap")
        store.create(config_map("one"))
        async with asyncio.timeout(5):
            async for event in events:
                if event.object["data"]:
                    break
        await controllers.stop()
        return controllers, store.get("ConfigMap", "demo", "one")

    controllers, written = asyncio.run(run())
    assert written is not None
    assert written["data"] == {"seen": "yes"}
    assert len(controllers.errors) == 1
    assert "a defect of the lab" in caplog.text


def test_a_write_that_changes_nothing_makes_no_version() -> None:
    async def run() -> tuple[int, int]:
        store = Store()
        store.create(config_map("one"))
        before = store.version
        store.patch("ConfigMap", "demo", "one", {"metadata": {"finalizers": []}, "data": {}})
        return before, store.version

    before, after = asyncio.run(run())
    assert before == after


def test_a_subscription_collects_from_the_moment_it_is_made() -> None:
    async def run() -> list[tuple[str, str]]:
        store = Store()
        store.create(config_map("old"))
        events = store.subscribe("ConfigMap")
        store.create(config_map("new"))
        store.delete("ConfigMap", "demo", "old")
        return [(event.type, event.object["metadata"]["name"]) for event in [await anext(events) for _ in range(3)]]

    assert asyncio.run(run()) == [("ADDED", "old"), ("ADDED", "new"), ("DELETED", "old")]


def test_a_dependent_without_a_living_owner_is_collected() -> None:
    async def run() -> Object | None:
        store = Store()
        child = config_map("child")
        child["metadata"]["ownerReferences"] = [{"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "gone"}]
        store.create(child)
        return store.get("ConfigMap", "demo", "child")

    assert asyncio.run(run()) is None


def test_webhooks_change_and_refuse_what_comes_over_the_wire(cluster: Cluster, core: CoreV1Api, namespace: str) -> None:
    def admit(operation: str, new: Object | None, old: Object | None) -> Object | None:
        if operation == "DELETE" and old is not None and old["metadata"]["name"] == "kept":
            raise Refused(403, "Forbidden", 'admission webhook "test" denied the request: kept')
        return None if new is None else new | {"data": {"by": operation}}

    webhooks = cluster.lab.store.admitters["ConfigMap"]
    webhooks.append(admit)
    try:
        made = core.create_namespaced_config_map(
            namespace, {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "kept"}}
        )
        assert made.data == {"by": "CREATE"}
        with pytest.raises(ApiException) as caught:
            core.delete_namespaced_config_map("kept", namespace)
        assert caught.value.status == 403
    finally:
        webhooks.remove(admit)


def test_the_fingerprint_of_a_cluster_is_its_own_again_after_a_visit(cluster: Cluster, core: CoreV1Api) -> None:
    before = cluster.on_loop(cluster.service.fingerprint)
    core.create_namespace({"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "visit"}})
    during = cluster.on_loop(cluster.service.fingerprint)
    core.delete_namespace("visit")
    assert "Namespace//visit" in during.keys() - before.keys()
    assert cluster.on_loop(cluster.service.fingerprint) == before
