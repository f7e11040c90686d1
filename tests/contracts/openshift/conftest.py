"""One body of tests for the lab's cluster as a source; `OPENSHIFT_SOURCE` points it at another one."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from support.adapters.guest.ssh import SshGuests
from support.adapters.openshift.api import Api
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.namespaces import OpenShiftNamespaces
from support.adapters.openshift.networks import OpenShiftNetworks
from support.adapters.openshift.objects import OpenShiftObjects
from support.adapters.openshift.portforward import open_tunnel
from support.adapters.openshift_source.ordering import Site
from support.adapters.openshift_source.platform import OpenshiftSource
from support.domain.access import SourceAccess
from support.domain.names import ObjectRef, RunId, new_run_id
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.workflow.home import CNI_CONFIG
from support.workflow.owning import namespace_labels
from tests.contracts.clones import RunOfClones
from tests.contracts.openshift import places
from tests.contracts.openshift.places import Place

KUBECONFIG = os.environ.get("OPENSHIFT_SOURCE")
SECONDS = 1800.0 if KUBECONFIG else 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A namespace with a network, in which the tests of one module make their machines."""

    place: Place
    api: Api
    site: Site
    guests: SshGuests


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    opened = places.real(KUBECONFIG) if KUBECONFIG else places.the_lab(tmp_path_factory.mktemp("lab"))
    with opened as found:
        yield found


@pytest.fixture(scope="module")
def home(place: Place) -> Iterator[Home]:
    api, run = Api(place.access), new_run_id()
    api.connect()
    feeds = Feeds(api)
    namespace, network = f"{run}-source-vms", ObjectRef("NetworkAttachmentDefinition", run, f"{run}-source-vms")
    made = OpenShiftNamespaces(api).create(namespace, namespace_labels(run))
    OpenShiftNetworks(api, run).create_nad(network, CNI_CONFIG, {})
    site = Site(run=run, namespace=namespace, network=run, storage_class=place.storage_class, login=place.login)
    guests = SshGuests(lambda where, name, port, seconds: open_tunnel(api, where, name, port, seconds))
    yield Home(place=place, api=api, site=site, guests=guests)
    ref, objects = ObjectRef("Namespace", namespace), OpenShiftObjects(api, feeds)
    objects.delete(ref, made.uid)
    assert objects.await_gone([(ref, made.uid)], SECONDS) == []
    feeds.close()
    api.close()


def source_access(url: str = "") -> SourceAccess:
    return SourceAccess(
        profile="contract", kind=ProviderKind.OPENSHIFT, version="", url=url, username="", password=Secret("")
    )


@pytest.fixture
def source(home: Home) -> Iterator[OpenshiftSource]:
    platform = OpenshiftSource(home.api, source_access(), home.site, shared=True)
    platform.connect()
    yield platform
    platform.close()


class Clones(RunOfClones[OpenshiftSource]):
    def existing(self) -> list[str]:
        return [machine_id for machine_id, _name in self.platform.machines_of(self.run)]


@pytest.fixture
def clones(source: OpenshiftSource, home: Home) -> Iterator[Clones]:
    made = Clones(source, SECONDS)
    made.run = RunId(home.site.run)
    yield made
    made.remove_all()
