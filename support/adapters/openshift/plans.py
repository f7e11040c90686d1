"""Maps, Hooks, Plans and Migrations: what is asked of MTV, and what it says about it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from support.adapters.openshift import bodies
from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.readings import conditioned, plan_state
from support.adapters.openshift.readings_maps import storage_entries
from support.domain.errors import ClusterError, SuiteError
from support.domain.mapping import NetworkEntry, StorageEntry
from support.domain.migration import Conditioned, PlanState
from support.domain.names import RUN_LABEL, ObjectRef, RunId
from support.domain.offload import StorageArray
from support.domain.release import release_of
from support.ports.cluster import Created, Feed, PlanParts


class OpenShiftPlans:
    """The port Plans; everything created carries the run's label.

    Args:
        mtv_version: asked when a Plan is made; None means that it cannot be told, and no option is refused.
        hook_image: what the playbooks of hooks run in.
    """

    def __init__(
        self, api: Api, feeds: Feeds, run: RunId, mtv_version: Callable[[], str | None], hook_image: str
    ) -> None:
        self._api = api
        self._hook_image = hook_image
        self._feeds = feeds
        self._labels = {RUN_LABEL: run}
        self._mtv_version = mtv_version

    def create_network_map(
        self, ref: ObjectRef, source: ObjectRef, destination: ObjectRef, entries: Sequence[NetworkEntry]
    ) -> Created:
        return self._api.create(bodies.network_map(ref, (source, destination), entries, self._labels))

    def create_storage_map(
        self, ref: ObjectRef, source: ObjectRef, destination: ObjectRef, entries: Sequence[StorageEntry]
    ) -> Created:
        return self._api.create(bodies.storage_map(ref, (source, destination), entries, self._labels))

    def create_storage_secret(self, ref: ObjectRef, array: StorageArray) -> Created:
        return self._api.create(bodies.storage_secret(ref, array, self._labels))

    def stored_entries(self, ref: ObjectRef) -> tuple[StorageEntry, ...]:
        """Raises ClusterError when the map is gone."""
        found = self._api.get(ref)
        if found is None:
            raise ClusterError(f"{ref}: not found, so its entries cannot be read")
        return storage_entries(found)

    def create_hook(self, ref: ObjectRef, playbook: str) -> Created:
        return self._api.create(bodies.hook(ref, playbook, self._hook_image, self._labels))

    def create_plan(self, ref: ObjectRef, parts: PlanParts) -> Created:
        """Raises SuiteError, before anything is sent, for an option that this MTV does not know."""
        release = release_of(self._mtv_version())
        return self._api.create(bodies.plan(ref, parts, release, self._labels))

    def create_migration(self, ref: ObjectRef, plan: ObjectRef, cutover: datetime | None = None) -> Created:
        return self._api.create(bodies.migration(ref, plan, self._labels, cutover))

    def cut_over(self, migration: ObjectRef, when: datetime) -> None:
        """Raises SuiteError when the Migration is gone: nothing would ever end its precopies."""
        if self._api.merge(migration, bodies.cutover_at(when)) is None:
            raise SuiteError(f"{migration} is gone, so its cutover cannot be asked for")

    def follow_map(self, ref: ObjectRef) -> Feed[Conditioned]:
        return self._feeds.follow_one(ref, conditioned)

    def follow_hook(self, ref: ObjectRef) -> Feed[Conditioned]:
        return self._feeds.follow_one(ref, conditioned)

    def follow_plan(self, ref: ObjectRef) -> Feed[PlanState]:
        return self._feeds.follow_one(ref, plan_state)

    def follow_plans(self, refs: Sequence[ObjectRef]) -> Feed[tuple[PlanState | None, ...]]:
        """One loop watches the namespace, so that no Plan is seen later than another."""
        (namespace,) = {ref.namespace for ref in refs}

        def pick(objects: Mapping[str, Object]) -> tuple[PlanState | None, ...]:
            found = [objects.get(ref.name) for ref in refs]
            return tuple(None if each is None else plan_state(each) for each in found)

        return self._feeds.follow("Plan", namespace, pick)

    def plan_of(self, migration: ObjectRef) -> ObjectRef | None:
        found = self._api.get(migration)
        if found is None:
            return None
        plan = found["spec"]["plan"]
        return ObjectRef("Plan", plan["name"], plan["namespace"])

    def target_namespace_of(self, plan: ObjectRef) -> str:
        found = self._api.get(plan)
        return "" if found is None else str(found["spec"].get("targetNamespace", ""))

    def cancel(self, migration: ObjectRef, machine_ids: Sequence[str]) -> None:
        """Ask for the machines' cancellation; a Migration that is gone needs none."""
        self._api.merge(migration, bodies.cancellation(machine_ids))

    def archive(self, plan: ObjectRef) -> None:
        """Ask for the Plan's archiving; a Plan that is gone needs none."""
        self._api.merge(plan, {"spec": {"archived": True}})
