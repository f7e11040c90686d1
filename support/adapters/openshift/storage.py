"""Storage classes, and a StorageProfile that several runs may need changed at the same time."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.refusals import Conflict
from support.domain.errors import ClusterError, StartError
from support.domain.names import ObjectRef

_LOG = logging.getLogger(__name__)

HELD = "mtv-acceptance/held"
"""Annotation `{original, wanted, holders}` on a shared object: the last holder gives the original back."""

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hold:
    original: Mapping[str, object]
    wanted: Mapping[str, object]
    holders: tuple[str, ...]

    def annotation(self) -> str:
        return json.dumps({"original": self.original, "wanted": self.wanted, "holders": self.holders}, sort_keys=True)

    @property
    def names(self) -> str:
        return ", ".join(self.holders)


class OpenShiftStorage:
    """Port `Storage`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def storage_class_exists(self, name: str) -> bool:
        return self._api.get(ObjectRef("StorageClass", name)) is not None

    def storage_classes(self) -> list[str]:
        return sorted(each["metadata"]["name"] for each in self._api.list("StorageClass"))

    def hold_profile(self, name: str, wanted: Mapping[str, object], holder: str) -> Mapping[str, str]:
        """Set top-level spec fields for a holder. Empty details: it was as wanted already and stays unheld.

        Raises StartError when another run holds it with another value.
        """
        ref = ObjectRef("StorageProfile", name)
        original: dict[str, object] = {}

        def change(profile: Object) -> Object | None:
            hold, current = _hold_of(ref, profile), _fields(profile, wanted)
            original.clear()
            if hold is None and current == dict(wanted):
                return None
            if hold is not None and current != dict(wanted):
                raise StartError(f"{ref}: this run needs {dict(wanted)}, but {hold.names} holds it at {current}")
            original.update(hold.original if hold else current)
            holders = tuple(dict.fromkeys((*(hold.holders if hold else ()), holder)))
            held = _Hold(original=dict(original), wanted=wanted, holders=holders)
            spec = {} if hold else {"spec": dict(wanted)}
            return {"metadata": {"annotations": {HELD: held.annotation()}}, **spec}

        if not self._changed(ref, change):
            raise StartError(f"{ref} not found; does CDI know this storage class?")
        return {"original": json.dumps(original, sort_keys=True)} if original else {}

    def release_profile(self, name: str, holder: str) -> None:
        ref = ObjectRef("StorageProfile", name)

        def change(profile: Object) -> Object | None:
            hold = _hold_of(ref, profile)
            if hold is None or holder not in hold.holders:
                return None
            left = tuple(each for each in hold.holders if each != holder)
            if left:
                rest = _Hold(original=hold.original, wanted=hold.wanted, holders=left)
                return {"metadata": {"annotations": {HELD: rest.annotation()}}}
            free: Object = {"metadata": {"annotations": {HELD: None}}}
            if _fields(profile, hold.wanted) != dict(hold.wanted):
                _LOG.warning("%s: changed by somebody else since %s set it; their value stays", ref, holder)
                return free
            return {**free, "spec": dict(hold.original)}

        self._changed(ref, change)

    def _changed(self, ref: ObjectRef, change: Callable[[Object], Object | None]) -> bool:
        """Read, decide, patch what was read; again when somebody was faster. False when there is no such object."""
        for _ in range(_ATTEMPTS):
            found = self._api.get(ref)
            if found is None:
                return False
            wanted = change(found)
            if wanted is None:
                return True
            try:
                return self._api.merge(ref, wanted, version=found["metadata"]["resourceVersion"]) is not None
            except Conflict as error:
                _LOG.info("%s: changed meanwhile, reading it again (%s)", ref, error.reason)
        raise ClusterError(f"{ref}: somebody changes it all the time; gave up after {_ATTEMPTS} attempts")


def _hold_of(ref: ObjectRef, profile: Object) -> _Hold | None:
    text = (profile["metadata"].get("annotations") or {}).get(HELD)
    if text is None:
        return None
    try:
        parsed = json.loads(text)
        return _Hold(original=parsed["original"], wanted=parsed["wanted"], holders=tuple(parsed["holders"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ClusterError(f"{ref}: annotation {HELD} is not what a run writes: {text!r}") from error


def _fields(profile: Object, names: Mapping[str, object]) -> dict[str, Any]:
    """The named spec fields; None is one that is absent, which a merge patch restores by that very value."""
    spec = profile.get("spec") or {}
    return {name: spec.get(name) for name in names}
