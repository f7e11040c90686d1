"""Providers and their Secrets on the cluster MTV runs on."""

import base64
import binascii
from collections.abc import Callable, Mapping

from support.adapters.openshift import bodies
from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.readings import provider_state
from support.domain.access import DestinationAccess, SourceAccess
from support.domain.errors import ClusterError
from support.domain.migration import ProviderState
from support.domain.names import RUN_LABEL, ObjectRef, RunId
from support.ports.cluster import Created, Feed

_TLS_KEY = "insecureSkipVerify"
_PUBLIC_KEY = "public-key"
_TRUE = frozenset({"1", "t", "T", "true", "True", "TRUE"})
_FALSE = frozenset({"0", "f", "F", "false", "False", "FALSE"})
"""What Go's ParseBool, by which MTV reads the key, takes for a truth value."""


class OpenShiftProviders:
    """The port Providers; everything created carries the run's label.

    Args:
        learn: told of each token before it is sent, so that reports and logs can be kept clean of it.
    """

    def __init__(self, api: Api, feeds: Feeds, run: RunId, learn: Callable[[str], None] | None = None) -> None:
        self._api = api
        self._learn = learn
        self._feeds = feeds
        self._labels = {RUN_LABEL: run}

    def create_secret(self, ref: ObjectRef, access: SourceAccess, labels: Mapping[str, str]) -> Created:
        return self._api.create(bodies.secret(ref, access, {**labels, **self._labels}))

    def create_source(
        self, ref: ObjectRef, access: SourceAccess, secret: ObjectRef, options: Mapping[str, str]
    ) -> Created:
        return self._api.create(bodies.source_provider(ref, access, secret, options, self._labels))

    def create_token_secret(self, ref: ObjectRef, access: DestinationAccess) -> Created:
        if self._learn is not None:
            self._learn(access.token.reveal())
        return self._api.create(bodies.destination_secret(ref, access, self._labels))

    def create_by_url(self, ref: ObjectRef, url: str, secret: ObjectRef) -> Created:
        return self._api.create(bodies.destination(ref, url, secret, self._labels))

    def create_local_destination(self, ref: ObjectRef) -> Created:
        return self._api.create(bodies.local_destination(ref, self._labels))

    def follow(self, ref: ObjectRef) -> Feed[ProviderState]:
        return self._feeds.follow_one(ref, provider_state)

    def follow_public_key(self, ref: ObjectRef) -> Feed[str]:
        secret = ObjectRef("Secret", f"offload-ssh-keys-{ref.name}-public", ref.namespace)
        return self._feeds.follow_one(secret, lambda found: _public_key(secret, found))

    def secret_skips_tls(self, ref: ObjectRef) -> bool | None:
        """The Secret's own word. Raises ClusterError when the Secret is gone, or says what MTV cannot read."""
        found = self._api.get(ref)
        if found is None:
            raise ClusterError(f"{ref}: not found, so its {_TLS_KEY} cannot be read")
        encoded = (found.get("data") or {}).get(_TLS_KEY)
        return None if encoded is None else _truth(ref, encoded)


def _truth(ref: ObjectRef, encoded: str) -> bool:
    text = _decoded(ref, _TLS_KEY, encoded)
    if text not in _TRUE | _FALSE:
        raise ClusterError(f"{ref}: {_TLS_KEY} is {text!r}, expected true or false")
    return text in _TRUE


def _public_key(ref: ObjectRef, found: Object) -> str:
    """MTV ends it with a newline and writes no comment (sources.md 2.2)."""
    return _decoded(ref, _PUBLIC_KEY, (found.get("data") or {}).get(_PUBLIC_KEY, "")).strip()


def _decoded(ref: ObjectRef, key: str, encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ClusterError(f"{ref}: {key} is not base64 of text") from error
