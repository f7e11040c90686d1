"""How an OpenShift source is wired: the cluster that the run is logged in to, or another one with its own login."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from support.adapters.inventory.openshift import OpenshiftInventory
from support.adapters.inventory.service import InventoryService
from support.adapters.openshift.api import Api
from support.adapters.openshift_source.guests import ClusterGuests
from support.adapters.openshift_source.ordering import Site
from support.adapters.openshift_source.platform import OpenshiftSource
from support.domain.access import ClusterAccess, ClusterSource, GuestAccess, SourceAccess
from support.domain.machine import OsFamily
from support.domain.names import SOURCE, RunId, dns_label
from support.ports.guest import Guests
from support.ports.inventory import Inventory
from support.run.settings import Settings
from support.workflow.guest_logins import login_for
from support.workflow.ports_in_use import Destination, SourceHome, SourcePorts

_LONGEST = 15
"""A network's name ends up as that of a bridge, and Linux knows no longer one (openshift.md 7.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenshiftWiring:
    """Makes the ports of an OpenShift source.

    Attributes:
        guests: who is to log in to the guests of its machines.
        here: the guests of the run's own cluster.
        join: makes the adapters of another cluster, by the name that ObjectRef.cluster has for it.
    """

    run: RunId
    guests: GuestAccess
    here: Guests
    join: Callable[[str, ClusterAccess], tuple[Api, Destination]]

    def __call__(self, access: SourceAccess, api: Api, settings: Settings) -> tuple[SourcePorts, Inventory]:
        source, cluster = self._joined(access, api, settings)
        said = access.cluster or ClusterSource()
        site = Site(
            run=self.run,
            namespace=dns_label(self.run, "source-vms"),
            network=_network_name(self.run),
            storage_class=said.storage_class or settings.storage_class,
            login=login_for(OsFamily.LINUX, self.guests),
        )
        platform = OpenshiftSource(source, access, site, shared=cluster is None)
        home = SourceHome(namespace=site.namespace, network=site.network, cluster=cluster)
        inventory = OpenshiftInventory(InventoryService(api, settings.mtv_namespace), site.namespace)
        inside = ClusterGuests(self.here if cluster is None else cluster.guests, platform.place, platform.await_guest)
        able = SourcePorts(platform=platform, clones=platform, powers=platform, guests=inside, copies=platform)
        return replace(able, home=home), inventory

    def _joined(self, access: SourceAccess, api: Api, settings: Settings) -> tuple[Api, Destination | None]:
        token = access.cluster.token if access.cluster is not None else None
        if token is None and not access.username:
            return api, None
        return self.join(
            SOURCE,
            ClusterAccess(
                host=access.url,
                username=access.username or None,
                password=access.password or None,
                token=token,
                ca_file=settings.cluster_ca,
                verify=access.verify,
            ),
        )


def _network_name(run: RunId) -> str:
    """The run's id, or the random end of one that is too long."""
    return run if len(run) <= _LONGEST else run.rsplit("-", 1)[-1][:_LONGEST]
