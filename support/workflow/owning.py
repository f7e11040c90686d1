"""Everything a run creates is written down before it exists; nothing is created elsewhere."""

from collections.abc import Callable, Mapping

from support.domain.journal import Realm, Thing
from support.domain.names import RUN_LABEL, ObjectRef, RunId
from support.ports.cluster import Created
from support.ports.journal import Journal

_NAMESPACE_LABELS = {
    # What the product must work under (openshift.md on pod security); the reference suite asks for the same.
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "latest",
    # A migrated machine keeps the MAC of its source, which may live on the same cluster.
    "mutatevirtualmachines.kubemacpool.io": "ignore",
}


def labels_of(run: RunId) -> dict[str, str]:
    """Labels of every object a run creates."""
    return {RUN_LABEL: run}


def namespace_labels(run: RunId) -> dict[str, str]:
    """Labels of a namespace for machines."""
    return {**_NAMESPACE_LABELS, **labels_of(run)}


def cluster_thing(ref: ObjectRef, scope: str, details: Mapping[str, str] | None = None) -> Thing:
    """An object on the cluster, as the journal names it."""
    return Thing(
        realm=Realm.CLUSTER,
        kind=ref.kind,
        name=ref.name,
        namespace=ref.namespace,
        cluster=ref.cluster,
        scope=scope,
        details=details or {},
    )


def ref_of(thing: Thing) -> ObjectRef:
    """The object a journalled thing on the cluster stands for."""
    return ObjectRef(thing.kind, thing.name, thing.namespace, thing.cluster)


def own(journal: Journal, thing: Thing, create: Callable[[], Created]) -> Created:
    """Write the intent, create, write the result.

    An error leaves the intent open, AlreadyExists too: an answer may have been lost after the deed, so teardown looks.
    """
    key = journal.intent(thing)
    made = create()
    journal.created(key, made.uid)
    return made
