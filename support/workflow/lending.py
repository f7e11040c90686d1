"""What MTV is given to reach a cluster by its URL: the login's own token, or one that lives longer."""

from dataclasses import replace

from support.domain.access import DestinationAccess
from support.domain.budget import Budgets
from support.domain.names import ObjectRef, RunId, dns_label, random_part
from support.workflow.owning import cluster_thing, labels_of, own
from support.workflow.ports_in_use import Destination, Ports

_SPARE = 600.0
"""Seconds that a token must live beyond the longest migration: there is a teardown after it."""


def lease(budgets: Budgets) -> float:
    """Seconds that MTV needs a token for."""
    return budgets.migration + _SPARE


def lend(ports: Ports, run: RunId, place: Destination, scope: str) -> DestinationAccess:
    """Access to a cluster that this process has joined. Raises ClusterError.

    The login's own token where there is one that lives long enough, else one of an account of the run's own.
    """
    login = place.cluster.login
    access, seconds = login.by_url(), lease(ports.budgets)
    if access.lasts(seconds, login.token_lives()):
        return access
    account = _create_account(ports, run, place, scope)
    return replace(access, token=place.cluster.accounts.token(account, seconds))


def _create_account(ports: Ports, run: RunId, place: Destination, scope: str) -> ObjectRef:
    namespace = ObjectRef("Namespace", dns_label(run, "accounts", random_part()), "", place.name)
    account = ObjectRef("ServiceAccount", dns_label(run, "mtv", random_part()), namespace.name, place.name)
    binding = ObjectRef("ClusterRoleBinding", dns_label(run, "mtv", random_part()), "", place.name)
    cluster, labels = place.cluster, labels_of(run)
    own(ports.journal, cluster_thing(namespace, scope), lambda: cluster.namespaces.create(namespace.name, labels))
    plain, plain_binding = replace(account, cluster=""), replace(binding, cluster="")
    own(ports.journal, cluster_thing(account, scope), lambda: cluster.accounts.create(plain))
    own(ports.journal, cluster_thing(binding, scope), lambda: cluster.accounts.make_administrator(plain_binding, plain))
    return plain
