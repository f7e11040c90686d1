"""Login and identity of the destination cluster."""

import logging
from typing import Any
from urllib.parse import quote

from support.adapters.openshift.access.token_life import lives
from support.adapters.openshift.api import Api
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.refusals import Refused
from support.domain.access import DestinationAccess
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef
from support.ports.cluster import TokenRegister

_LOG = logging.getLogger(__name__)

_CSV_PACKAGES = ("mtv-operator.", "forklift-operator.")
"""The product's package, and the upstream one (facts/forklift.md on Subscription and CSV)."""


class OpenShiftCluster:
    """Port `Cluster`; identity does not change within a run, so it is read once."""

    def __init__(self, api: Api, feeds: Feeds) -> None:
        self._api = api
        self._feeds = feeds
        self._read: dict[ObjectRef, dict[str, Any]] = {}

    def report_tokens(self, register: TokenRegister) -> None:
        self._api.report_tokens(register)

    def connect(self) -> None:
        self._api.connect()

    def close(self) -> None:
        self._feeds.close()
        self._api.close()

    def revoke_token(self, name: str) -> None:
        """First as our own user's token, then by an administrator's right: the run may have been another user's."""
        codes = []
        for plural in ("useroauthaccesstokens", "oauthaccesstokens"):
            answer = self._api.raw("DELETE", f"/apis/oauth.openshift.io/v1/{plural}/{quote(name)}")
            codes.append(answer.code)
            if answer.code in (200, 202):
                return
        if codes[0] != 404 or codes[1] not in (403, 404):
            raise ClusterError(f"{self._api.server}: OAuth token {name} was not deleted (HTTP {codes[0]}, {codes[1]})")
        if codes[1] == 403:
            _LOG.warning("OAuth token %s: not this user's, whose rights end there; if it exists, it will expire", name)

    def by_url(self) -> DestinationAccess:
        return self._api.by_url()

    def token_lives(self) -> float | None:
        return lives(self._api)

    def cluster_uid(self) -> str:
        return str(self._once(ObjectRef("Namespace", "kube-system"))["metadata"]["uid"])

    def cluster_name(self) -> str:
        found = self._once(ObjectRef("Infrastructure", "cluster"))
        return str(found.get("status", {}).get("infrastructureName") or self._api.server)

    def openshift_version(self) -> str:
        """The release that is really installed: `desired` runs ahead during an upgrade."""
        status = self._once(ObjectRef("ClusterVersion", "version")).get("status", {})
        done = [each["version"] for each in status.get("history") or () if each.get("state") == "Completed"]
        return str(done[0] if done else status.get("desired", {}).get("version", ""))

    def mtv_version(self, namespace: str) -> str | None:
        try:
            found = self._api.list("ClusterServiceVersion", namespace)
        except Refused as error:
            if error.code in (403, 404):
                return None
            raise
        ours = [csv for csv in found if csv["metadata"]["name"].startswith(_CSV_PACKAGES)]
        # During an upgrade two are there; the one that works is the one that was installed successfully.
        ours.sort(key=lambda csv: csv.get("status", {}).get("phase") != "Succeeded")
        version = ours[0].get("spec", {}).get("version") if ours else None
        return str(version) if version else None

    def _once(self, ref: ObjectRef) -> dict[str, Any]:
        if ref not in self._read:
            found = self._api.get(ref)
            if found is None:
                raise ClusterError(f"{self._api.server}: {ref} not found, expected on every OpenShift cluster")
            self._read[ref] = found
        return self._read[ref]
