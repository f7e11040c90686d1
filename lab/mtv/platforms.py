"""The platform behind a source Provider: the estate of the world, or the cluster that the Provider names."""

from typing import Protocol

from lab.cluster.store import Object
from lab.inventory.sight import sight_of
from lab.kernel.service import Lab
from lab.mtv.openshift.estate import LiveSight, cluster_of, source_of
from lab.world.model import GuestAddress, Machine
from lab.world.sources import Named, Source, source_named

OPENSHIFT = "openshift"


class Knows(Protocol):
    """What MTV's inventory knows of a platform."""

    def machine(self, ref: str) -> Machine | None: ...

    def machines_named(self, name: str) -> list[Machine]: ...

    def told(self, id_: str) -> tuple[GuestAddress, ...]: ...

    def network(self, ref: str) -> Named | None: ...

    def store(self, ref: str) -> Named | None: ...


def platform_of(lab: Lab, provider: Object | None) -> Source:
    """For what is done there; raises Refused by a cluster whose token is no longer good."""
    kind = str(provider["spec"]["type"]) if provider is not None else ""
    if provider is not None and kind == OPENSHIFT:
        return source_of(cluster_of(lab, provider))
    return source_named(lab.world, kind)


def knowledge_of(lab: Lab, provider: Object | None) -> Knows:
    """For what is asked about it."""
    if provider is not None and provider["spec"]["type"] == OPENSHIFT:
        return LiveSight(platform_of(lab, provider))
    return sight_of(lab, str(provider["spec"]["type"]) if provider is not None else "")
