"""One login at a cloud, which several threads may share; the SDK logs in again by itself when a token expired."""

import logging
from typing import Any

from support.adapters.certificates import presented_chain
from support.adapters.openstack.faults import translated
from support.adapters.openstack.sdk import Connection, errors, http_session, password_of
from support.adapters.openstack.trust import Transport, is_encrypted, peer_of
from support.domain.access import CloudScope, SourceAccess
from support.domain.errors import SourceError, SourceUnreachable, StartError

_LOG = logging.getLogger(__name__)

REQUEST_SECONDS = 60.0
"""The SDK has no time-out of its own: a server that dies in mid-call would hang the run."""

_NEEDED = ("compute", "block-storage", "image", "network")


class Session:
    """A project in a region of a cloud; `open` before anything else."""

    def __init__(self, access: SourceAccess) -> None:
        if access.cloud is None:
            raise StartError(f"profile {access.profile}: an OpenStack profile needs project_name and region_name")
        self.peer = peer_of(access.url)
        self.scope: CloudScope = access.cloud
        self.instance_id = ""
        self._access = access
        self._chain = access.ca_pem
        self._transport: Transport | None = None
        self._cloud: Any = None

    def open(self) -> None:
        """Log in and look whether the region has what a source needs; raises SourceLoginError, SourceUnreachable."""
        transport = Transport(self.ca_pem(), verify=self._access.verify)
        try:
            with translated(f"{self.peer.name}: login as {self._access.username}"):
                http = self._http(transport)
                token = http.auth.get_access(http)
            self._must_offer(http)
            self._cloud = Connection(session=http, region_name=self.scope.region_name)
        except BaseException:
            transport.close()
            raise
        self._transport = transport
        self.instance_id = f"{token.project_id}@{self.scope.region_name}"
        _LOG.info("%s: logged in as %s", self.peer.name, self._access.username)

    def close(self) -> None:
        """Forget the login; its token ends by itself, and a dead server is no reason to complain."""
        cloud, transport, self._cloud, self._transport = self._cloud, self._transport, None, None
        if cloud is not None:
            try:
                cloud.close()
            except errors.SDKException as error:
                _LOG.debug("%s: not closed (%s)", self.peer.name, type(error).__name__)
        if transport is not None:
            transport.close()

    def ca_pem(self) -> str | None:
        """The profile's CA, or the chain that the identity service's own host and port presents."""
        if not self._access.verify or not is_encrypted(self._access.url):
            return None
        if self._chain is None:
            self._chain = presented_chain(self.peer)
        return self._chain

    @property
    def compute(self) -> Any:
        return self._open.compute

    @property
    def volumes(self) -> Any:
        """Cinder: volumes and their snapshots."""
        return self._open.block_storage

    @property
    def images(self) -> Any:
        return self._open.image

    @property
    def networks(self) -> Any:
        return self._open.network

    @property
    def _open(self) -> Any:
        if self._cloud is None:
            raise SourceError(f"{self.peer.name}: not connected; call connect first")
        return self._cloud

    def _http(self, transport: Transport) -> Any:
        scope = self.scope
        login = password_of(
            auth_url=self._access.url,
            username=self._access.username,
            password=self._access.password.reveal(),
            user_domain_id=scope.user_domain.id,
            user_domain_name=scope.user_domain.name,
            project_name=scope.project_name,
            project_domain_id=scope.project_domain.id,
            project_domain_name=scope.project_domain.name,
        )
        return http_session(
            auth=login,
            session=transport.http,
            verify=transport.verify,
            timeout=REQUEST_SECONDS,
            app_name="mtv-acceptance",
        )

    def _must_offer(self, http: Any) -> None:
        region = self.scope.region_name
        with translated(f"{self.peer.name}: its catalog"):
            found = [http.get_endpoint(service_type=each, region_name=region, interface="public") for each in _NEEDED]
        missing = [each for each, url in zip(_NEEDED, found, strict=True) if not url]
        if missing:
            raise SourceUnreachable(
                f"{self.peer.name}: its catalog has no {', '.join(missing)} in region {region}; "
                "correct region_name in the profile"
            )
