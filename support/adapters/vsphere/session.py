"""One logged-in vCenter session that several threads may share, and that logs in again when it expired.

Unlike pyVmomi's own session stub it never repeats a request that may have had an effect, and its login does not
read `currentSession` first, which not every server answers (facts, sources 1.3).
"""

import logging
import re
import threading
from http.client import HTTPException, HTTPSConnection
from ssl import SSLContext
from typing import Any

from pyVmomi.SoapAdapter import StubAdapterBase

from support.adapters.addresses import Address
from support.adapters.vsphere.faults import TRANSPORT, translated
from support.adapters.vsphere.sdk import newest_versions, soap_stub, vim, vmodl
from support.domain.errors import SourceError, SourceUnreachable
from support.domain.secret import Secret

_LOG = logging.getLogger(__name__)

REQUEST_SECONDS = 60.0
"""pyVmomi has no time-out of its own: a server that dies in mid-call would hang the run."""

_IDLE_SECONDS = 30
"""Shorter than any server's keep-alive, so that no request is lost on a connection the server just closed."""

_ATTEMPTS = 3
_REPEATABLE = frozenset(
    {
        "RetrieveServiceContent",
        "RetrievePropertiesEx",
        "WaitForUpdatesEx",
        "CreateContainerView",
        "CreatePropertyCollector",
        "CurrentTime",
        "ListProcessesInGuest",
    }
)
"""Requests without an effect, by wire name. Continuation tokens work once only, so following one is not among them."""


class _SharedStub(StubAdapterBase):
    """Hands every call on a managed object to its session."""

    def __init__(self, session: "Session", version: str) -> None:
        super().__init__(version=version)  # type: ignore[no-untyped-call]
        self._session = session

    def InvokeMethod(self, mo: Any, info: Any, args: Any) -> Any:  # noqa: N802 - pyVmomi's name
        return self._session.invoke(mo, info, args)


class Session:
    """A login at one vCenter; `open` before anything else, `generation` counts the logins."""

    def __init__(self, endpoint: Address, tls: SSLContext, username: str, password: Secret) -> None:
        self.endpoint = endpoint
        self.generation = 0
        self.content: Any = None
        self._tls = tls
        self._username = username
        self._password = password
        self._lock = threading.Lock()
        self._soap: Any = None
        self._stub: Any = None

    def open(self) -> None:
        """Log in; raises SourceLoginError or SourceUnreachable."""
        with translated(f"vCenter {self.endpoint}"):
            version = self._negotiate()
            self._soap = soap_stub(
                host=self.endpoint.host,
                port=self.endpoint.port,
                path=self.endpoint.path,
                version=version,
                sslContext=self._tls,
                httpConnectionTimeout=REQUEST_SECONDS,
                connectionPoolTimeout=_IDLE_SECONDS,
            )
            self._stub = _SharedStub(self, version)
        try:
            with translated(f"vCenter {self.endpoint}"):
                self.content = vim.ServiceInstance("ServiceInstance", self._stub).RetrieveContent()
            self._renew(self.generation)
        except BaseException:
            soap, self._soap = self._soap, None
            soap.DropConnections()
            raise

    def close(self) -> None:
        """Log out; a session that is already gone, or a dead server, is no reason to complain."""
        soap, self._soap = self._soap, None
        if soap is None:
            return
        try:
            vim.SessionManager(self.content.sessionManager._moId, soap).Logout()
        except (vmodl.MethodFault, *TRANSPORT) as error:
            _LOG.debug("vCenter %s: logout not confirmed (%s)", self.endpoint, type(error).__name__)
        finally:
            soap.DropConnections()

    def ref(self, kind: Any, moid: str) -> Any:
        """A managed object by type and id; nothing is asked."""
        return kind(moid, self._stub)

    def invoke(self, mo: Any, info: Any, args: Any) -> Any:
        """One request; logs in again at most once, since a refused request had no effect."""
        generation = self.generation
        status, answer = self._send(mo, info, args)
        if isinstance(answer, vim.fault.NotAuthenticated) and generation:
            self._renew(generation)
            status, answer = self._send(mo, info, args)
        if status != 200:
            raise answer
        return answer

    def _send(self, mo: Any, info: Any, args: Any) -> tuple[int, Any]:
        attempts = _ATTEMPTS if info.wsdlName in _REPEATABLE else 1
        for attempt in range(1, attempts + 1):
            soap = self._soap
            if soap is None:
                raise SourceError(f"vCenter {self.endpoint}: not connected")
            try:
                answer: tuple[int, Any] = soap.InvokeMethod(mo, info, args, self._stub)
            except TRANSPORT as error:
                # A time-out has cost a minute already, and a certificate does not get better by trying again.
                if attempt == attempts or isinstance(error, TimeoutError):
                    raise
                _LOG.info("vCenter %s: %s repeated after %s", self.endpoint, info.wsdlName, type(error).__name__)
            else:
                return answer
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _renew(self, seen: int) -> None:
        """Log in, unless another thread has done so since generation `seen`."""
        with self._lock, translated(f"vCenter {self.endpoint}: login as {self._username}"):
            if self.generation != seen or self._soap is None:
                return
            manager = vim.SessionManager(self.content.sessionManager._moId, self._soap)
            manager.Login(self._username, self._password.reveal())
            self.generation += 1
        _LOG.info("vCenter %s: logged in as %s", self.endpoint, self._username)

    def _negotiate(self) -> str:
        """The newest API version that both sides know.

        pyVmomi's own look-up has no time-out, and reads the document without one.
        """
        offered = self._offered()
        for version, announced in newest_versions().items():
            if announced in offered:
                return version
        raise SourceUnreachable(f"vCenter {self.endpoint}: offers none of the API versions this SDK knows")

    def _offered(self) -> frozenset[str]:
        connection = HTTPSConnection(self.endpoint.host, self.endpoint.port, context=self._tls, timeout=REQUEST_SECONDS)
        try:
            connection.request("GET", f"{self.endpoint.path}/vimServiceVersions.xml")
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        if response.status != 200 or "urn:vim25" not in text:
            raise HTTPException(f"not a vSphere SDK: HTTP {response.status} for vimServiceVersions.xml")
        return frozenset(re.findall(r"<version>\s*([^<\s]+)\s*</version>", text))
