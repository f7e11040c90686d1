"""The ForkliftController: settings of MTV as a whole, which several runs may need changed at the same time."""

from collections.abc import Mapping

from support.adapters.openshift.api import Api
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.holding import SharedSpec
from support.adapters.openshift.readings import operator_state
from support.domain.errors import StartError
from support.domain.migration import OperatorState
from support.domain.names import ObjectRef
from support.ports.cluster import Feed

_NAME = "forklift-controller"
"""What the operator calls its one ForkliftController (forklift.md 6.2)."""
_PRECOPY = "controller_precopy_interval"
_OFFLOAD = "feature_copy_offload"


class OpenShiftController:
    """Port `Controller`."""

    def __init__(self, api: Api, feeds: Feeds, mtv_namespace: str) -> None:
        self._api = api
        self._feeds = feeds
        self._ref = ObjectRef("ForkliftController", _NAME, mtv_namespace)

    def ref(self) -> ObjectRef:
        return self._ref

    def follow(self) -> Feed[OperatorState]:
        return self._feeds.follow_one(self._ref, operator_state)

    def vddk_image(self) -> str | None:
        found = self._api.get(self._ref)
        image = ((found or {}).get("spec") or {}).get("vddk_image")
        return str(image) if image else None

    def offload_switch(self) -> bool | None:
        """Text, or a boolean in releases that take one; anything else is off (forklift.md 6.2)."""
        said = ((self._api.get(self._ref) or {}).get("spec") or {}).get(_OFFLOAD)
        return None if said is None else str(said).lower() == "true"

    def hold_precopy_interval(self, minutes: int, holder: str) -> Mapping[str, str]:
        """A number: MTV up to 2.12 ignores a string in silence, later ones refuse it (forklift.md 2.6)."""
        held = SharedSpec(self._api, self._ref).hold({_PRECOPY: minutes}, holder)
        if held is None:
            raise StartError(f"{self._ref} not found; is MTV installed there (setting mtv_namespace)?")
        return held

    def release_precopy_interval(self, holder: str) -> None:
        SharedSpec(self._api, self._ref).release(holder)
