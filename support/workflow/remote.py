"""A destination that MTV reaches by URL and token: another cluster, or its own as if it were another one."""

from dataclasses import replace

from support.domain.access import DestinationAccess
from support.domain.errors import SuiteError
from support.domain.names import REMOTE, ObjectRef, dns_label, random_part
from support.workflow.blockers import stop_when_provider_lost
from support.workflow.owning import cluster_thing, labels_of, own
from support.workflow.ports_in_use import Destination, Ports, Wait
from support.workflow.session import Session

REMOTE_CLUSTER = "remote cluster"
"""Detail of what a process says of itself: uid of the other cluster."""
_SPARE = 600.0
"""Seconds that a token must live beyond the longest migration: there is a teardown after it."""


def open_remote(ports: Ports, session: Session, scope: str, wanted: str) -> Session:
    """The session with an explicit Provider of the destination; all of it belongs to the scenario.

    Args:
        wanted: what must occur in the address of the destination's API, so that nothing lands elsewhere.

    Raises SuiteError for another destination than wanted, ProviderNotReady, WaitTimeout, login errors.
    """
    place = join(ports)
    access = _access(ports, session, place, scope)
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


def _access(ports: Ports, session: Session, place: Destination, scope: str) -> DestinationAccess:
    """The login's own token where there is one that lives long enough, else one of an account of the run's own."""
    login = place.cluster.login
    access, seconds = login.by_url(), ports.budgets.migration + _SPARE
    lives = login.token_lives()
    if access.token and (lives is None or lives >= seconds):
        return access
    account = _create_account(ports, session, place, scope)
    return replace(access, token=place.cluster.accounts.token(account, seconds))


def _create_account(ports: Ports, session: Session, place: Destination, scope: str) -> ObjectRef:
    namespace = ObjectRef("Namespace", session.name("accounts"), "", place.name)
    account = ObjectRef("ServiceAccount", dns_label(session.run, "mtv", random_part()), namespace.name, place.name)
    binding = ObjectRef("ClusterRoleBinding", dns_label(session.run, "mtv", random_part()), "", place.name)
    cluster, labels = place.cluster, labels_of(session.run)
    own(ports.journal, cluster_thing(namespace, scope), lambda: cluster.namespaces.create(namespace.name, labels))
    plain, plain_binding = replace(account, cluster=""), replace(binding, cluster="")
    own(ports.journal, cluster_thing(account, scope), lambda: cluster.accounts.create(plain))
    own(ports.journal, cluster_thing(binding, scope), lambda: cluster.accounts.make_administrator(plain_binding, plain))
    return plain


def _create_provider(ports: Ports, session: Session, access: DestinationAccess, scope: str) -> ObjectRef:
    providers = ports.cluster.providers
    secret = ObjectRef("Secret", dns_label(session.run, "destination", random_part()), session.namespace)
    provider = ObjectRef(
        "Provider", dns_label(session.run, "destination-ocp-provider", random_part()), session.namespace
    )
    own(ports.journal, cluster_thing(secret, scope), lambda: providers.create_destination_secret(secret, access))
    own(
        ports.journal,
        cluster_thing(provider, scope),
        lambda: providers.create_destination(provider, access.url, secret),
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
