"""A shared object that several runs need changed at the same time: the first changes it, the last restores it."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.changing import change
from support.domain.errors import ClusterError, StartError
from support.domain.names import ObjectRef

_LOG = logging.getLogger(__name__)

HELD = "mtv-acceptance/held"
"""Annotation `{original, wanted, holders}` on a shared object: the last holder gives the original back."""


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


class SharedSpec:
    """Top-level spec fields of one shared object; a change carries the resourceVersion it was decided on."""

    def __init__(self, api: Api, ref: ObjectRef) -> None:
        self._api = api
        self._ref = ref

    def hold(self, wanted: Mapping[str, object], holder: str) -> Mapping[str, str] | None:
        """Set the fields for a holder; returns journal details, None when there is no such object.

        Details: `original`, and `joined` with the names of those who held it already. Empty when it was as wanted
        already; then it stays unheld.
        Raises StartError when another run holds it with another value.
        """
        original: dict[str, object] = {}
        others: list[str] = []

        def decide(found: Object) -> Object | None:
            hold, current = self._hold_of(found), _fields(found, wanted)
            original.clear()
            others[:] = hold.holders if hold else ()
            if hold is None and current == dict(wanted):
                return None
            if hold is not None and current != dict(wanted):
                raise StartError(f"{self._ref}: this run needs {dict(wanted)}, but {hold.names} holds it at {current}")
            original.update(hold.original if hold else current)
            holders = tuple(dict.fromkeys((*(hold.holders if hold else ()), holder)))
            held = _Hold(original=dict(original), wanted=wanted, holders=holders)
            spec = {} if hold else {"spec": dict(wanted)}
            return {"metadata": {"annotations": {HELD: held.annotation()}}, **spec}

        if not change(self._api, self._ref, decide):
            return None
        if not original:
            return {}
        joined = {"joined": ", ".join(others)} if others else {}
        return {"original": json.dumps(original, sort_keys=True), **joined}

    def release(self, holder: str) -> None:
        """Drop a holder; the last one restores the original. A no-op when not held by it."""

        def decide(found: Object) -> Object | None:
            hold = self._hold_of(found)
            if hold is None or holder not in hold.holders:
                return None
            left = tuple(each for each in hold.holders if each != holder)
            if left:
                rest = _Hold(original=hold.original, wanted=hold.wanted, holders=left)
                return {"metadata": {"annotations": {HELD: rest.annotation()}}}
            free: Object = {"metadata": {"annotations": {HELD: None}}}
            if _fields(found, hold.wanted) != dict(hold.wanted):
                _LOG.warning("%s: changed by somebody else since %s set it; their value stays", self._ref, holder)
                return free
            return {**free, "spec": dict(hold.original)}

        change(self._api, self._ref, decide)

    def _hold_of(self, found: Object) -> _Hold | None:
        text = (found["metadata"].get("annotations") or {}).get(HELD)
        if text is None:
            return None
        try:
            parsed = json.loads(text)
            return _Hold(original=parsed["original"], wanted=parsed["wanted"], holders=tuple(parsed["holders"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ClusterError(f"{self._ref}: annotation {HELD} is not what a run writes: {text!r}") from error


def _fields(found: Object, names: Mapping[str, object]) -> dict[str, Any]:
    """The named spec fields; None is one that is absent, which a merge patch restores by that very value."""
    spec = found.get("spec") or {}
    return {name: spec.get(name) for name in names}
