"""Deleting, with a uid precondition and a witness: what is not seen gone is a leftover."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import tenacity

from support.domain.errors import ClusterError, SuiteError
from support.domain.journal import OpenThing, Realm
from support.domain.leftover import Leftover
from support.domain.names import ObjectRef
from support.workflow.owning import ref_of
from support.workflow.parallel import side_by_side
from support.workflow.ports_in_use import Ports

_LOG = logging.getLogger("support.workflow.removal.removing")

Value = TypeVar("Value")
Found = tuple[ObjectRef, str]
"""An object and its uid."""


def _passes(error: BaseException) -> bool:
    return isinstance(error, ClusterError) and error.transient


_LOOKS = tenacity.Retrying(
    retry=tenacity.retry_if_exception(_passes),
    stop=tenacity.stop_after_attempt(4),
    wait=tenacity.wait_exponential(max=8),
    reraise=True,
)
"""A look asks for dozens of lists at once, and where one is refused for load, all of them come back a little later."""


class Sweep:
    """One teardown: removes, and remembers what would not go; an error never keeps the rest from being removed."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.leftovers: list[Leftover] = []
        self._lock = threading.Lock()

    def remove_things(self, things: Sequence[OpenThing], seconds: float) -> None:
        """Delete journalled objects side by side and write off those seen gone."""
        remaining = set(self.remove([(ref_of(thing.thing), thing.uid) for thing in things], seconds))
        for thing in things:
            if ref_of(thing.thing) not in remaining:
                self.ports.journal.gone(thing.key)

    def remove(self, found: Iterable[Found], seconds: float) -> list[ObjectRef]:
        """Delete objects side by side, wait until they are gone; returns (and remembers) those that are not."""
        known = list(dict.fromkeys(found))
        accepted = side_by_side(self._delete, known)
        asked = [each for each, yes in zip(known, accepted, strict=True) if yes]
        refused = [ref for (ref, _uid), yes in zip(known, accepted, strict=True) if not yes]
        return [*self.see_gone(asked, seconds), *refused]

    def see_gone(self, found: Sequence[Found], seconds: float) -> list[ObjectRef]:
        """Wait until objects are gone, whoever deletes them."""
        if not found:
            return []
        try:
            remaining = self.ports.cluster.objects.await_gone(found, seconds)
            why = f"still there after {seconds:g} s; its finalizers and owners say what holds it back"
        except SuiteError as error:
            remaining, why = [ref for ref, _uid in found], f"nobody could see it go: {error}"
        uids = dict(found)
        for ref in remaining:
            self.keep(ref, uids[ref], why)
        return remaining

    def ask(
        self, question: Callable[[], Sequence[Value]], about: ObjectRef, realm: Realm = Realm.CLUSTER
    ) -> list[Value]:
        """The answer; on an error nothing, and the object counts as left over with the error as reason."""
        try:
            return list(_LOOKS.copy()(question))
        except SuiteError as error:
            self.keep(about, "", f"nobody could look: {error}", realm)
            return []

    def attempt(self, deed: Callable[[], None], about: ObjectRef, realm: Realm = Realm.CLUSTER) -> None:
        """Do it; on an error the object counts as left over with the error as reason."""
        try:
            deed()
        except SuiteError as error:
            self.keep(about, "", str(error), realm)

    def keep(self, ref: ObjectRef, uid: str, why: str, realm: Realm = Realm.CLUSTER) -> None:
        """Remember something as left over, once."""
        left = Leftover(
            realm=realm,
            kind=ref.kind,
            name=ref.name,
            namespace=ref.namespace,
            cluster=ref.cluster,
            uid=uid,
            why=why,
        )
        with self._lock:
            if all(_place(each) != _place(left) for each in self.leftovers):
                _LOG.warning("left over: %s", left)
                self.leftovers.append(left)

    def _delete(self, found: Found) -> bool:
        """False when the API refused; something that went meanwhile still gets its witness."""
        ref, uid = found
        try:
            self.ports.cluster.objects.delete(ref, uid)
        except SuiteError as error:
            self.keep(ref, uid, str(error))
            return False
        return True


def _place(left: Leftover) -> tuple[Realm, str, str, str, str]:
    return left.realm, left.cluster, left.kind, left.name, left.namespace
