"""One logged-in session at an oVirt engine; the SDK renews its token by itself, and serves several threads."""

import logging
import tempfile
from collections.abc import Callable
from typing import IO, Any, TypeVar

from support.adapters.addresses import Address
from support.adapters.ovirt.faults import is_lost, translated
from support.adapters.ovirt.sdk import sdk, types
from support.adapters.ovirt.trust import prove, server_of
from support.domain.access import SourceAccess
from support.domain.errors import SourceError, StartError

_LOG = logging.getLogger(__name__)

Value = TypeVar("Value")

REQUEST_SECONDS = 60
"""The SDK has no time-out of its own: an engine that dies in mid-call would hang the run."""

_ATTEMPTS = 3


class Session:
    """A login at one engine; `open` before anything else.

    Args:
        authority: PEM that the engine is verified with; None does not verify it.
    """

    def __init__(self, access: SourceAccess, authority: str | None) -> None:
        self.server: Address = server_of(access.url)
        self.data_center: Any = None
        self._access = access
        self._authority = authority
        self._ca_file: IO[str] | None = None
        self._connection: Any = None

    def open(self) -> None:
        """Log in and look at the data centre; raises SourceLoginError, SourceUnreachable or StartError."""
        prove(self.server, self._authority)  # the SDK logs in without a time-out
        self._connection = self._connected()
        try:
            with translated(f"oVirt engine {self.server}: login as {self._access.username}"):
                self._connection.authenticate()
            _LOG.info("oVirt engine %s: logged in as %s", self.server, self._access.username)
            self.data_center = self._usable_data_center()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Log out; a dead engine is no reason to complain."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            with translated(f"oVirt engine {self.server}: logout"):
                connection.close()
        except SourceError as error:
            _LOG.debug("oVirt engine %s: logout not confirmed (%s)", self.server, type(error).__name__)
        finally:
            self._forget_authority()

    @property
    def system(self) -> Any:
        """The SDK's root service."""
        if self._connection is None:
            raise SourceError(f"oVirt engine {self.server}: not connected")
        return self._connection.system_service()

    def machine(self, machine_id: str) -> Any:
        """The SDK's service of a machine; nothing is asked."""
        return self.system.vms_service().vm_service(machine_id)

    def read(self, ask: Callable[[], Value]) -> Value:
        """A request without an effect, repeated a few times when its connection fails."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return ask()
            except sdk.Error as error:
                if not is_lost(error):
                    raise
                _LOG.info("oVirt engine %s: a request is repeated, its connection failed", self.server)
        return ask()

    def _connected(self) -> Any:
        return sdk.Connection(
            url=self._access.url.rstrip("/"),
            username=self._access.username,
            password=self._access.password.reveal(),
            insecure=self._authority is None,
            ca_file=self._kept_authority(),
            timeout=REQUEST_SECONDS,
        )

    def _kept_authority(self) -> str | None:
        """The SDK reads its CA from a file, at each request."""
        if self._authority is None:
            return None
        self._ca_file = tempfile.NamedTemporaryFile("w", prefix="ovirt-ca-", suffix=".pem")  # noqa: SIM115
        self._ca_file.write(self._authority)
        self._ca_file.flush()
        return self._ca_file.name

    def _forget_authority(self) -> None:
        kept, self._ca_file = self._ca_file, None
        if kept is not None:
            kept.close()

    def _usable_data_center(self) -> Any:
        wanted = self._access.data_center
        subject = f"profile {self._access.profile!r}: data_center {wanted!r} on oVirt engine {self.server}"
        with translated(subject):
            known = self.read(lambda: self.system.data_centers_service().list())
        found = next((each for each in known if each.name == wanted), None)
        if found is None:
            names = ", ".join(sorted(each.name for each in known)) or "none"
            raise StartError(f"{subject}: not there; visible are: {names}")
        if found.status is not types.DataCenterStatus.UP:
            raise StartError(f"{subject}: expected to be up, it is {found.status or 'in an unknown state'}")
        return found
