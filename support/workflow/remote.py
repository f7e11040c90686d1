"""A destination that MTV reaches by URL and token: another cluster, or its own as if it were another one."""

from dataclasses import replace

from support.domain.access import DestinationAccess
from support.domain.errors import SuiteError
from support.domain.names import REMOTE, ObjectRef, dns_label, random_part
from support.workflow.blockers import stop_when_provider_lost
from support.workflow.lending import lend
from support.workflow.owning import cluster_thing, own
from support.workflow.ports_in_use import Destination, Ports, Wait
from support.workflow.session import Session

REMOTE_CLUSTER = "remote cluster"
"""Detail of what a process says of itself: uid of the other cluster."""


def open_remote(ports: Ports, session: Session, scope: str, wanted: str) -> Session:
    """The session with an explicit Provider of the destination; all of it belongs to the scenario.

    Args:
        wanted: what must occur in the address of the destination's API, so that nothing lands elsewhere.

    Raises SuiteError for another destination than wanted, ProviderNotReady, WaitTimeout, login errors.
    """
    place = join(ports)
    access = lend(ports, session.run, place, scope)
    if wanted not in access.url:
        raise SuiteError(
            f"the destination's API is {access.url}, expected an address with {wanted!r} in it "
            "(setting remote_ocp_cluster)"
        )
    _must_have_storage(place, session.storage_class)
    provider = _create_provider(ports, session, access, scope)
    return replace(session, destination=provider, target=place.name)


def join(ports: Ports) -> Destination:
    """Log in to the destination, once; without another cluster it is MTV's own. Raises login errors."""
    if ports.remote is None:
        return ports.at("")
    if not ports.remote.joined():
        ports.remote.cluster.login.connect()
        uid = ports.remote.cluster.login.cluster_uid()
        ports.journal.opened({REMOTE_CLUSTER: uid})
        ports.remote.guests.prepare()
    return ports.remote


def _must_have_storage(place: Destination, name: str) -> None:
    if not place.cluster.storage.storage_class_exists(name):
        known = ", ".join(sorted(place.cluster.storage.storage_classes())) or "none"
        raise SuiteError(f"setting storage_class: no storage class {name!r} on the destination; there are: {known}")


def _create_provider(ports: Ports, session: Session, access: DestinationAccess, scope: str) -> ObjectRef:
    providers = ports.cluster.providers
    secret = ObjectRef("Secret", dns_label(session.run, "destination", random_part()), session.namespace)
    provider = ObjectRef(
        "Provider", dns_label(session.run, "destination-ocp-provider", random_part()), session.namespace
    )
    own(ports.journal, cluster_thing(secret, scope), lambda: providers.create_token_secret(secret, access))
    own(
        ports.journal,
        cluster_thing(provider, scope),
        lambda: providers.create_by_url(provider, access.url, secret),
    )
    stop = stop_when_provider_lost(ports.budgets.provider_connection, ports.clock)
    with ports.tells.step(f"{provider} becomes Ready"):
        feed = providers.follow(provider)
        Wait(ports, str(provider), "Ready").within("provider", feed, lambda state: state.ready or None, stop)
    return provider


def must_join(ports: Ports) -> str:
    """Join the other cluster that a journal speaks of; its uid. Raises SuiteError without settings, login errors."""
    place = ports.at(REMOTE)
    join(ports)
    return place.cluster.login.cluster_uid()
