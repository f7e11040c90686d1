"""Where the machines of a destination Provider land: on the own cluster, or on one known by URL and token."""

from dataclasses import dataclass

from lab.cluster.clients import Objects, TokenClient
from lab.cluster.refusals import no_such_resource
from lab.cluster.store import Object
from lab.cluster.tokens import token_name
from lab.kernel.addresses import same
from lab.kernel.service import Lab
from lab.mtv.provider_secrets import value
from lab.mtv.references import resolve


@dataclass(frozen=True, slots=True)
class Destination:
    """A cluster, and its objects by the rights that MTV has there."""

    cluster: Lab
    client: Objects


def own(lab: Lab) -> Destination:
    """MTV's own cluster, where it may do everything."""
    return Destination(lab, lab.store)


def destination_of(lab: Lab, provider: Object | None) -> Destination:
    """The own cluster without a URL; raises Refused (404) for a URL that no cluster of this lab has."""
    url = str((provider or {"spec": {}})["spec"].get("url") or "")
    if provider is None or not url:
        return own(lab)
    cluster = cluster_at(lab, url)
    if cluster is None:
        raise no_such_resource()
    token = value(resolve(lab, "Secret", provider["spec"].get("secret")), "token")
    return Destination(cluster, TokenClient(cluster, token))


def lose_access(destination: Destination) -> None:
    """Let the token expire by which MTV works there."""
    if isinstance(destination.client, TokenClient):
        destination.cluster.tokens.revoke(token_name(destination.client.token))


def cluster_at(lab: Lab, url: str) -> Lab | None:
    """The cluster of this lab that answers at a URL, which may be the own one."""
    return next((each for each in (lab, lab.remote) if each and same(url, each.endpoints.get("cluster", ""))), None)
