"""The run's identity at the API: a token or client certificate, renewed where the credentials allow it."""

import logging
import ssl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from support.adapters.openshift.access import kubeconfig, tls
from support.adapters.openshift.access.oauth import PasswordLogin, token_object_name
from support.adapters.openshift.transport import Call, Transport
from support.domain.access import ClusterAccess
from support.domain.errors import ClusterError, ClusterLoginError, ClusterUnreachable, StartError
from support.domain.secret import Secret
from support.ports.cluster import TokenRegister

_LOG = logging.getLogger(__name__)


class Login:
    """One login; `generation` counts the tokens it had, `transport` carries every request to the API."""

    def __init__(self, access: ClusterAccess, learn: Callable[[str], None]) -> None:
        """`learn` is told every token before it is used, renewed ones too: it keeps them out of everything shown."""
        self.server = ""
        self.verify = access.verify
        self.ca_pem = ""
        self.generation = 0
        self._access = access
        self._learn = learn
        self._token: Secret | None = None
        self._issued: list[str] = []
        self._register: TokenRegister | None = None
        self._password: PasswordLogin | None = None
        self._transport: Transport | None = None
        self._lock = threading.Lock()

    @property
    def transport(self) -> Transport:
        if self._transport is None:
            raise ClusterUnreachable("cluster API: not connected yet")
        return self._transport

    def report_tokens(self, register: TokenRegister) -> None:
        """Tell the register of tokens this login makes for itself, from now on."""
        self._register = register

    def open(self) -> None:
        """Settle where the API is and get a token. Raises StartError, ClusterLoginError, ClusterUnreachable."""
        if self._access.kubeconfig is not None:
            self._open_kubeconfig(self._access.kubeconfig)
        else:
            self._open_host()
        self.generation = 1

    def close(self) -> None:
        """Give the session's own OAuth tokens back; one that was given to us stays valid."""
        if self._transport is None:
            return
        if not self._give_back(self._issued) and self._renewed_to_leave():
            self._give_back(self._issued)
        self._transport.close()
        self._transport = None

    def authorization(self) -> dict[str, str]:
        """Header of every request; empty when a client certificate speaks for the run."""
        token = self._token
        return {"Authorization": f"Bearer {token.reveal()}"} if token else {}

    def token(self) -> Secret | None:
        return self._token

    def renew(self, seen: int) -> bool:
        """A fresh token after a 401 with token generation `seen`; False when these credentials make none.

        Raises ClusterLoginError, ClusterUnreachable.
        """
        with self._lock:
            if self.generation != seen:
                return True
            before = tuple(self._issued)
            fresh = self._fresh()
            if fresh is None or (self._token and fresh.reveal() == self._token.reveal()):
                return False
            self._hold(fresh)
            self.generation += 1
            # The object of a token that timed out by inactivity outlives its use (facts/openshift.md 2.2).
            self._give_back(before)
        _LOG.info("%s: the login was renewed", self.server)
        return True

    def _hold(self, token: Secret | None) -> None:
        if token:
            self._learn(token.reveal())
        self._token = token

    def _fresh(self) -> Secret | None:
        if self._password is not None:
            return self._logged_in(self._password)
        path = self._access.kubeconfig
        if path is None:
            return None
        context = kubeconfig.read(path)
        return _delegated_token(path) if context.delegated else context.token

    def _open_host(self) -> None:
        access = self._access
        if not access.host:
            raise StartError("no cluster to log in to: give kubeconfig, or cluster_host with a token or a password")
        self.server = access.host.rstrip("/") if "://" in access.host else f"https://{access.host.rstrip('/')}"
        self._connect(access.ca_file, "")
        if access.username and access.password:
            self._password = PasswordLogin(host=self.server, username=access.username, password=access.password)
        if access.token:  # beside a password: one that somebody has got by it already
            self._hold(access.token)
        elif self._password is not None:
            self._hold(self._logged_in(self._password))
        else:
            raise StartError(
                "setting cluster_host: needs cluster_token, or cluster_username and cluster_password, beside it"
            )

    def _open_kubeconfig(self, path: Path) -> None:
        context = kubeconfig.read(path)
        self.server = context.server
        self.verify = self._access.verify and not context.skip_verify
        made = self._connect(self._access.ca_file, context.ca_pem, context.server_name)
        if context.client_certificate:
            tls.add_client_certificate(made, context.client_certificate, context.client_key)
        self._hold(self._access.token or (_delegated_token(path) if context.delegated else context.token))
        if not self._token and not context.client_certificate:
            raise StartError(f"setting kubeconfig: the user of {path} has neither token nor client certificate")

    def _connect(self, ca_file: Path | None, ca_pem: str, server_name: str = "") -> ssl.SSLContext:
        made = tls.context(verify=self.verify, ca_file=ca_file, ca_pem=ca_pem)
        self.ca_pem = "\n".join(filter(None, (ca_pem, ca_file.read_text() if ca_file and self.verify else "")))
        self._transport = Transport(made, server_name)
        return made

    def _logged_in(self, password: PasswordLogin) -> Secret:
        """A fresh token, entered in the register before it is used: whatever happens next, somebody can revoke it."""
        token = password.token(self.transport)
        name = token_object_name(token)
        if name is not None:
            self._issued.append(name)
            if self._register is not None:
                self._register.issued(name)
        return token

    def _give_back(self, names: Sequence[str]) -> bool:
        """Delete tokens of our own by the one we have now; False when that one is not accepted any longer."""
        codes = [self._deleted(name) for name in tuple(names)]
        return 401 not in codes

    def _deleted(self, name: str) -> int:
        """Status of the deletion; a token that could not be deleted expires, or `acceptance cleanup` finds it."""
        url = f"{self.server}/apis/oauth.openshift.io/v1/useroauthaccesstokens/{name}"
        try:
            code = self.transport.send(Call(method="DELETE", url=url, headers=self.authorization())).code
        except ClusterUnreachable as error:
            _LOG.warning("%s: the session's OAuth token was not deleted (%s); it expires by itself", self.server, error)
            return 0
        # 404: somebody deleted it, or it expired.
        if code in (200, 202, 404):
            self._issued.remove(name)
            if self._register is not None:
                self._register.revoked(name)
        else:
            _LOG.warning("%s: the session's OAuth token was not deleted (HTTP %s)", self.server, code)
        return code

    def _renewed_to_leave(self) -> bool:
        """A last renewal: the session's token expired, and only a valid one may delete it."""
        try:
            return self.renew(self.generation)
        except ClusterError as error:
            _LOG.warning("%s: no login to delete the session's OAuth token with (%s)", self.server, error)
            return False


def _delegated_token(path: Path) -> Secret:
    """A token from the kubeconfig's exec plugin or auth provider; only the `kubernetes` client knows them all."""
    from kubernetes import client, config

    made = client.Configuration()
    try:
        config.load_kube_config(str(path), client_configuration=made, persist_config=False)
    except config.ConfigException as error:
        raise ClusterLoginError(f"setting kubeconfig: {path}: its exec plugin gave no credentials") from error
    bearer = str(made.api_key.get("authorization") or "")
    if not bearer.startswith("Bearer "):
        raise ClusterLoginError(f"setting kubeconfig: {path}: its exec plugin gave no token")
    return Secret(bearer.removeprefix("Bearer "))
