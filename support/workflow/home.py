"""What a run makes for itself on a source that is a cluster: a place for its machines, and a way in for MTV."""

import json
from dataclasses import replace

from support.domain.names import ObjectRef, RunId
from support.ports.cluster import Created
from support.workflow.lending import lend
from support.workflow.owning import cluster_thing, labels_of, namespace_labels, own
from support.workflow.ports_in_use import Ports, SourceHome

_BRIDGE = "cnv-bridge"
CNI_CONFIG = json.dumps({"cniVersion": "0.3.1", "type": _BRIDGE, "bridge": _BRIDGE})
"""Of every network that a run defines."""


def make_home(ports: Ports, run: RunId) -> None:
    """Namespace and network for machines that are not there yet; nothing where the source needs none.

    Raises ClusterError.
    """
    home = ports.source.home
    if home is None:
        return
    cluster = ports.at(home.cluster_name).cluster
    namespace = ObjectRef("Namespace", home.namespace, "", home.cluster_name)
    network = ObjectRef("NetworkAttachmentDefinition", home.network, home.namespace, home.cluster_name)
    own(
        ports.journal,
        cluster_thing(namespace, ""),
        lambda: cluster.namespaces.create(namespace.name, namespace_labels(run)),
    )
    own(
        ports.journal,
        cluster_thing(network, ""),
        lambda: cluster.networks.create_nad(replace(network, cluster=""), CNI_CONFIG, labels_of(run)),
    )


def let_in(ports: Ports, run: RunId, home: SourceHome, secret: ObjectRef, provider: ObjectRef) -> Created:
    """The source's Provider and its Secret: by URL and token, also for MTV's own cluster.

    Without a URL MTV would look into the Provider's own namespace only (forklift.md 5.8). Raises ClusterError.
    """
    access, providers = lend(ports, run, ports.at(home.cluster_name), ""), ports.cluster.providers
    own(ports.journal, cluster_thing(secret, ""), lambda: providers.create_token_secret(secret, access))
    return own(
        ports.journal, cluster_thing(provider, ""), lambda: providers.create_by_url(provider, access.url, secret)
    )
