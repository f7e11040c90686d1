"""Generic life of objects: deletion, absence, and an independent look at everything that is there."""

import logging
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.furniture import is_furniture
from support.adapters.openshift.kinds import MADE, Kind
from support.adapters.openshift.refusals import Refused
from support.domain.names import ObjectRef

_LOG = logging.getLogger(__name__)

_WORKERS = 8
_MIRRORS = frozenset(
    {
        # Views on objects that another group owns, or on nothing that could be left over.
        "authorization.openshift.io",
        "events.k8s.io",
        "metrics.k8s.io",
        "packages.operators.coreos.com",
        "project.openshift.io",
        "subresources.kubevirt.io",
    }
)
_MIRROR_PLURALS = frozenset({("image.openshift.io", "imagestreamtags"), ("image.openshift.io", "imagetags")})
_NOT_FOUND_HERE = frozenset({404, 405})

Found = list[tuple[ObjectRef, str]]


class OpenShiftObjects:
    """Port `Objects`.

    Args:
        made: kinds that must be looked at; others that the login may not list are none of its business.
    """

    def __init__(self, api: Api, feeds: Feeds, made: Container[str] = MADE) -> None:
        self._api = api
        self._feeds = feeds
        self._made = made

    def delete(self, ref: ObjectRef, uid: str) -> bool:
        return self._api.delete(ref, uid)

    def uid_of(self, ref: ObjectRef) -> str | None:
        found = self._api.get(ref)
        return None if found is None else str(found["metadata"]["uid"])

    def await_gone(self, refs: Sequence[tuple[ObjectRef, str]], seconds: float) -> list[ObjectRef]:
        """One deadline for all of them, so waiting for one after the other takes no longer than for the slowest."""
        deadline = time.monotonic() + seconds
        return [ref for ref, uid in refs if not self._gone(ref, uid, deadline)]

    def labelled(self, selector: Mapping[str, str], namespaces: Sequence[str]) -> Found:
        places = [
            (kind, namespace)
            for namespace in namespaces
            for kind in self._listable()
            if kind.namespaced == bool(namespace)
        ]
        return self._look(places, selector)

    def contents(self, namespace: str) -> Found:
        return self._look([(kind, namespace) for kind in self._listable() if kind.namespaced], None)

    def _gone(self, ref: ObjectRef, uid: str, deadline: float) -> bool:
        if self._api.find_kind(ref.kind) is None or self.uid_of(ref) != uid:
            return True
        feed = self._feeds.follow_one(ref, lambda found: str(found["metadata"]["uid"]))
        while True:
            version = feed.version()
            # A loop that is just behind may not know the object yet, hence the second opinion.
            if version and feed.latest() != uid and self.uid_of(ref) != uid:
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return self.uid_of(ref) != uid
            feed.await_change(version, left)

    def _listable(self) -> Iterable[Kind]:
        """Kinds whose objects can be listed and deleted; what cannot be deleted cannot be left over."""
        for kind in self._api.discovered():
            mirrored = kind.group in _MIRRORS or (kind.group, kind.plural) in _MIRROR_PLURALS or kind.kind == "Event"
            if not mirrored and {"list", "delete"} <= kind.verbs:
                yield kind

    def _look(self, places: Sequence[tuple[Kind, str]], selector: Mapping[str, str] | None) -> Found:
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="look") as pool:
            pages = list(pool.map(lambda place: self._listed(place[0], place[1], selector), places))
        found: dict[str, tuple[ObjectRef, str]] = {}
        for (kind, namespace), page in zip(places, pages, strict=True):
            for obj in page:
                uid = str(obj["metadata"].get("uid", ""))
                # The same object may be served by two groups; the first one that discovery names is enough.
                if uid and not is_furniture(obj):
                    found.setdefault(uid, (ObjectRef(self._api.name_of(kind), obj["metadata"]["name"], namespace), uid))
        return list(found.values())

    def _listed(self, kind: Kind, namespace: str, selector: Mapping[str, str] | None) -> list[Object]:
        try:
            return self._api.list_at(kind, namespace, selector)[0]
        except Refused as error:
            if error.code in _NOT_FOUND_HERE:
                return []
            if self._api.name_of(kind) in self._made:
                raise
            _LOG.info("not looked at: %s", error)
        return []
