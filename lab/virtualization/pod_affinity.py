"""Whether a node lies in the same topology as other pods that a pod wants near, or far."""

from collections.abc import Iterable, Iterator

from lab.cluster.store import Object, Store
from lab.virtualization.anatomy import FINAL_PODS, name_of, namespace_of, phase_of
from lab.virtualization.label_terms import labels_of, selects

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


class Neighbours:
    """Pods that have a node already, as one pod's affinity sees them."""

    def __init__(self, store: Store, pod: Object) -> None:
        self._store, self._pod = store, pod
        self._placed = [item for item in store.list("Pod") if item["spec"].get("nodeName") and not _ended(item)]
        self._nodes = {name_of(node): labels_of(node) for node in store.list("Node")}

    def attract(self, node: Object) -> bool:
        """Every required term has a pod near; the first of a group that wants its own kind near may begin."""
        return all(self._near(node, term) or self._begins(term) for term in self._terms("podAffinity"))

    def tolerate(self, node: Object) -> bool:
        """No required term of anti-affinity has a pod near."""
        return not any(self._near(node, term) for term in self._terms("podAntiAffinity"))

    def preference(self, node: Object) -> int:
        """Sum of the weights of what is near, less of what should be far."""
        wanted, shunned = (self._weighed(node, kind) for kind in ("podAffinity", "podAntiAffinity"))
        return wanted - shunned

    def _weighed(self, node: Object, kind: str) -> int:
        terms = self._affinity(kind).get(_PREFERRED) or []
        return sum(int(item["weight"]) for item in terms if self._near(node, item["podAffinityTerm"]))

    def _terms(self, kind: str) -> Iterable[Object]:
        return self._affinity(kind).get(_REQUIRED) or []

    def _affinity(self, kind: str) -> Object:
        return dict((self._pod["spec"].get("affinity") or {}).get(kind) or {})

    def _near(self, node: Object, term: Object) -> bool:
        key = term["topologyKey"]
        here = labels_of(node).get(key)
        places = (self._nodes.get(other["spec"]["nodeName"], {}).get(key) for other in self._meant(term))
        return here is not None and here in places

    def _begins(self, term: Object) -> bool:
        own = namespace_of(self._pod) in self._namespaces(term) and selects(
            term.get("labelSelector"), labels_of(self._pod)
        )
        return own and not any(True for _ in self._meant(term))

    def _meant(self, term: Object) -> Iterator[Object]:
        namespaces = self._namespaces(term)
        for other in self._placed:
            if namespace_of(other) in namespaces and selects(term.get("labelSelector"), labels_of(other)):
                yield other

    def _namespaces(self, term: Object) -> set[str]:
        """The pod's own unless the term names some or selects them."""
        named, selector = set(term.get("namespaces") or ()), term.get("namespaceSelector")
        if selector is not None:
            named |= {name_of(item) for item in self._store.list("Namespace") if selects(selector, labels_of(item))}
        return named or ({namespace_of(self._pod)} if selector is None else set())


def _ended(pod: Object) -> bool:
    return phase_of(pod) in FINAL_PODS
