"""One body of tests, the lab's share by default; `OVA_URL` takes a real one instead."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from support.adapters.inventory.ova import OvaInventory
from support.adapters.inventory.service import InventoryService
from support.adapters.openshift.api import Api
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.namespaces import OpenShiftNamespaces
from support.adapters.openshift.objects import OpenShiftObjects
from support.adapters.openshift.providers import OpenShiftProviders
from support.adapters.ova.platform import Ova
from support.domain.migration import ProviderState
from support.domain.names import ObjectRef, RunId, new_run_id
from support.ports.cluster import Created, Feed
from support.workflow.owning import namespace_labels
from tests.contracts.ova import places
from tests.contracts.ova.places import Place

URL = os.environ.get("OVA_URL")
SECONDS = 600.0 if URL else 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share that MTV has read: what the suite is told of it, and by whom."""

    place: Place
    inventory: OvaInventory
    platform: Ova


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    opened = places.real(URL) if URL else places.the_lab(tmp_path_factory.mktemp("lab"))
    with opened as found:
        yield found


@pytest.fixture(scope="module")
def share(place: Place) -> Iterator[Share]:
    """With a Provider of its own, in a namespace of its own, which go with it."""
    api, run = Api(place.cluster), new_run_id()
    api.connect()
    feeds = Feeds(api)
    namespace = OpenShiftNamespaces(api).create(run, namespace_labels(run))
    provider = _provided(OpenShiftProviders(api, feeds, run), run, place)
    inventory = OvaInventory(InventoryService(api, place.mtv_namespace))
    inventory.open(provider.uid, SECONDS)
    yield Share(place=place, inventory=inventory, platform=Ova(place.access, inventory, SECONDS))
    for made in (provider, namespace):
        objects = OpenShiftObjects(api, feeds)
        objects.delete(made.ref, made.uid)
        assert objects.await_gone([(made.ref, made.uid)], SECONDS) == []
    feeds.close()
    api.close()


def _provided(providers: OpenShiftProviders, run: RunId, place: Place) -> Created:
    secret, source = ObjectRef("Secret", f"{run}-ova", run), ObjectRef("Provider", f"{run}-ova", run)
    providers.create_secret(secret, place.access, {})
    made = providers.create_source(source, place.access, secret, {})
    _await_ready(providers.follow(source))
    return made


def _await_ready(feed: Feed[ProviderState]) -> None:
    seen, state = 0, feed.latest()
    while state is None or not state.ready:
        after = feed.await_change(seen, SECONDS)
        assert after != seen, f"not Ready within {SECONDS:g} s, last seen {state}"
        seen, state = after, feed.latest()
