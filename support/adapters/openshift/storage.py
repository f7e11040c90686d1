"""Storage classes, and a StorageProfile that several runs may need changed at the same time."""

from collections.abc import Mapping

from support.adapters.openshift.api import Api
from support.adapters.openshift.holding import SharedSpec
from support.domain.errors import StartError
from support.domain.names import ObjectRef
from support.domain.offload import BLOCK, SHARED, SINGLE


class OpenShiftStorage:
    """Port `Storage`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def storage_class_exists(self, name: str) -> bool:
        return self._api.get(ObjectRef("StorageClass", name)) is not None

    def storage_classes(self) -> list[str]:
        return sorted(each["metadata"]["name"] for each in self._api.list("StorageClass"))

    def block_access(self, name: str) -> str | None:
        """As CDI's StorageProfile tells in its status, what its own spec adds included."""
        profile = self._api.get(ObjectRef("StorageProfile", name)) or {}
        sets = (profile.get("status") or {}).get("claimPropertySets") or ()
        known = {mode for each in sets if each.get("volumeMode") == BLOCK for mode in each.get("accessModes") or ()}
        return next((mode for mode in (SHARED, SINGLE) if mode in known or not sets), None)

    def hold_profile(self, name: str, wanted: Mapping[str, object], holder: str) -> Mapping[str, str]:
        """Set top-level spec fields for a holder. Empty details: it was as wanted already and stays unheld.

        Raises StartError when another run holds it with another value.
        """
        ref = ObjectRef("StorageProfile", name)
        held = SharedSpec(self._api, ref).hold(wanted, holder)
        if held is None:
            raise StartError(f"{ref} not found; does CDI know this storage class?")
        return held

    def release_profile(self, name: str, holder: str) -> None:
        SharedSpec(self._api, ObjectRef("StorageProfile", name)).release(holder)
