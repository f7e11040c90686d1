"""The cluster's API as plain requests: objects by reference in and out, refusals as the suite's errors.

Everything else in this package stands on it. Objects are dicts here and nowhere above.
"""

import json
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError

from support.adapters.openshift.access import kubeconfig, trust
from support.adapters.openshift.access.login import Login
from support.adapters.openshift.kinds import TABLE, Kind, discover, name_of
from support.adapters.openshift.refusals import Conflict, Expired, Refused, refusal
from support.adapters.openshift.transport import SECONDS, Answer, Call, Transport, hang_up, unreachable
from support.domain.access import ClusterAccess, DestinationAccess
from support.domain.errors import ClusterError, StartError
from support.domain.names import ObjectRef
from support.domain.secret import Secret
from support.ports.cluster import Created, TokenRegister

Object = dict[str, Any]
"""One API object, or an answer, as JSON; never leaves the adapter."""

Listed = list[Object]

_PAGE = 500
_RACES = 4
"""How often somebody else may be faster with a change that names no version."""
_MERGE = "application/merge-patch+json"
REVIEWS = "/apis/authorization.k8s.io/v1/"
"""Where questions about access are asked by creating something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelParameters:
    """What a websocket to the API needs; `url` begins with wss:// and has no path."""

    url: str
    headers: Mapping[str, str]
    tls: ssl.SSLContext


class Api:
    """One cluster and one login; safe to use from many threads once connected."""

    def __init__(self, access: ClusterAccess, learn: Callable[[str], None] = lambda _token: None) -> None:
        """`learn` is told each token of the login before it is used."""
        self._access = access
        self._login = Login(access, learn)
        self._proved = False
        self._routes: Transport | None = None
        self._kinds: dict[str, Kind] = dict(TABLE)
        self._discovered: tuple[Kind, ...] = ()

    @property
    def server(self) -> str:
        """URL of the API."""
        return self._login.server

    def report_tokens(self, register: TokenRegister) -> None:
        """Tell the register of tokens that the login makes for itself; to be called before `connect`."""
        self._login.report_tokens(register)

    def connect(self) -> None:
        """Log in and prove it with one request. Raises StartError, ClusterLoginError, ClusterUnreachable."""
        self._login.open()
        ref = ObjectRef("Namespace", "kube-system")
        if self.get(ref) is None:
            raise StartError(f"{self.server}: {ref} not found; is this a Kubernetes API?")
        self._proved = True

    def close(self) -> None:
        """Delete the session's own OAuth token and drop all connections; a second call does nothing."""
        self._proved = False
        if self._routes is not None:
            self._routes.close()
            self._routes = None
        self._login.close()

    def get(self, ref: ObjectRef) -> Object | None:
        """The object; None when it, its namespace or its kind does not exist."""
        kind = self.find_kind(ref.kind)
        if kind is None:
            return None
        try:
            return self._json(f"get {ref}", "GET", kind.path(ref.namespace, quote(ref.name)))
        except Refused as error:
            if error.code == 404:
                return None
            raise

    def list(self, kind: str, namespace: str = "", labels: Mapping[str, str] | None = None) -> Listed:
        """All objects of a kind; `namespace` "" means all namespaces, or a cluster-scoped kind."""
        return self.list_at(self.kind(kind), namespace, labels)[0]

    def list_at(self, kind: Kind, namespace: str = "", labels: Mapping[str, str] | None = None) -> tuple[Listed, str]:
        """Objects and the resourceVersion a watch goes on from."""
        selector = {"labelSelector": ",".join(f"{k}={v}" for k, v in labels.items())} if labels else {}
        try:
            return self._pages(kind, namespace, {**selector, "limit": str(_PAGE)})
        except Expired:
            # The continue token outlived the server's memory: once more, in one piece.
            return self._pages(kind, namespace, selector)

    def create(self, obj: Object) -> Created:
        """Create; raises AlreadyExists, ClusterError. A lost answer is never followed by a second request.

        A request that was answered with an error is repeated; what it had made all the same is known by its labels.
        """
        meta = obj["metadata"]
        kind = self._kind_of(obj)
        ref = ObjectRef(name_of(kind, self._kinds), str(meta.get("name", "")), str(meta.get("namespace", "")))
        answer = self._asked("POST", kind.path(ref.namespace), obj)
        made = self._made_before(ref, obj) if answer.code == 409 and answer.doubtful else None
        made = made or _taken(f"create {ref}", answer)
        return Created(ref=ObjectRef(ref.kind, made["metadata"]["name"], ref.namespace), uid=made["metadata"]["uid"])

    def merge(self, ref: ObjectRef, change: Object, *, subresource: str = "", version: str = "") -> Object | None:
        """Merge patch: objects merge, null deletes, lists replace wholesale; None when the object is gone.

        Args:
            version: resourceVersion that must still hold; else Conflict.
        """
        body = change
        if version:
            body = {**change, "metadata": {**change.get("metadata", {}), "resourceVersion": version}}
        path = self.kind(ref.kind).path(ref.namespace, quote(ref.name), subresource)
        # Without a version of ours a conflict is the server's own race with somebody else's write.
        for _ in range(0 if version else _RACES):
            with suppress(Conflict):
                return self._patched(ref, path, body)
        return self._patched(ref, path, body)

    def delete(self, ref: ObjectRef, uid: str) -> bool:
        """Ask for deletion of exactly this object; False when it is gone or another one has its name."""
        kind = self.find_kind(ref.kind)
        if kind is None:
            return False
        # A namespace takes its content along in any case; foreground is for owners and their dependents.
        policy = "Background" if kind.plural == "namespaces" else "Foreground"
        body = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "preconditions": {"uid": uid},
            "propagationPolicy": policy,
        }
        try:
            self._json(f"delete {ref}", "DELETE", kind.path(ref.namespace, quote(ref.name)), body)
        except Conflict:
            # Either another uid, or a second delete of a terminating namespace (openshift.md 1.6).
            return self._goes_already(ref, uid)
        except Refused as error:
            if error.code == 404:
                return False
            raise
        return True

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Any request, such as a subresource's: `path` below the API, or a whole https URL behind a Route.

        Carries the login, which is renewed once on 401. Raises ClusterLoginError, ClusterUnreachable; other codes
        are the caller's to judge.
        """
        return self._sent(method, path, body, headers or {})

    def download(self, url: str, largest: int) -> bytes:
        """A file behind the ingress, without the login: a download needs no token, and gets none.

        Raises ClusterUnreachable, and ClusterError for an answer that is not the file or larger than `largest` bytes.
        """
        if not url.startswith("https://"):
            raise ClusterError(f"get {url}: not https, so nobody vouches for what would come")
        response = self._route_transport().stream(Call(method="GET", url=url))
        try:
            if response.status != 200:
                raise ClusterError(f"get {url}: HTTP {response.status}")
            content = response.read(largest + 1)
        except HTTPError as error:
            raise unreachable(url, error) from error
        finally:
            hang_up(response)
        if len(content) > largest:
            raise ClusterError(f"get {url}: more than {largest} bytes")
        return content

    def stream(self, path: str, query: Mapping[str, str], seconds: float) -> urllib3.BaseHTTPResponse:
        """An open GET, for watches; silence longer than the seconds ends it. Raises as `raw`, and Refused."""
        for last in (False, True):
            generation = self._login.generation
            call = Call(
                method="GET",
                url=f"{self.server}{path}?{urlencode(query)}",
                headers={"Accept": "application/json", **self._login.authorization()},
                seconds=seconds,
            )
            response = self._login.transport.stream(call)
            if response.status == 200:
                return response
            body = response.read()
            hang_up(response)
            if response.status != 401 or last or not self._login.renew(generation):
                raise refusal(f"watch {path}", response.status, body)
        raise AssertionError("unreachable: the second answer returns or raises")

    def find_kind(self, name: str) -> Kind | None:
        """The resource of a kind, or of `Kind.group`; None when the cluster does not serve it."""
        if name not in self._kinds:
            self.discovered()
        return self._kinds.get(name)

    def kind(self, name: str) -> Kind:
        found = self.find_kind(name)
        if found is None:
            raise ClusterError(f"{self.server}: serves no kind {name}; is its operator installed?")
        return found

    def discovered(self) -> tuple[Kind, ...]:
        """Everything the cluster serves; asked once per connection."""
        if not self._discovered:
            self._discovered = discover(self._read)
            for kind in self._discovered:
                self._kinds.setdefault(kind.kind, kind)
                self._kinds.setdefault(f"{kind.kind}.{kind.group}", kind)
        return self._discovered

    def name_of(self, kind: Kind) -> str:
        """What an ObjectRef calls this kind, so that `get` and `delete` find the same one again."""
        return name_of(kind, self._kinds)

    @property
    def connected(self) -> bool:
        """Whether `connect` has succeeded and `close` was not called since."""
        return self._proved

    def by_url(self) -> DestinationAccess:
        """What another program needs to reach this API as we do; without token for a client certificate."""
        token, login = self._login.token() or Secret(""), self._login
        return DestinationAccess(url=self.server, token=token, ca_pem=login.ca_pem, verify=login.verify)

    def token(self) -> Secret | None:
        """The login's token, for worker processes of the run; None with a client certificate."""
        return self._login.token()

    def tunnel_parameters(self) -> TunnelParameters:
        """For websockets to the API, such as the guest tunnel; the token is as fresh as the last request."""
        return TunnelParameters(
            url="wss://" + self.server.split("://", 1)[1],
            headers=self._login.authorization(),
            tls=self._login.transport.tls,
        )

    def route_tls(self) -> ssl.SSLContext:
        """TLS context for hosts behind the ingress (Routes, downloads)."""
        return self._route_transport().tls

    def write_kubeconfig(self, path: Path) -> None:
        """A private kubeconfig for virtctl and the like: a token has no place on a command line."""
        token = self._login.token()
        if token is None:
            raise ClusterError(f"{self.server}: this login has no token that a tool could be given")
        kubeconfig.write(path, self.server, token, self._login.ca_pem, self._login.verify)

    def _goes_already(self, ref: ObjectRef, uid: str) -> bool:
        found = self.get(ref)
        return found is not None and found["metadata"]["uid"] == uid

    def _kind_of(self, obj: Object) -> Kind:
        group = obj["apiVersion"].rpartition("/")[0]
        known = self._kinds.get(obj["kind"])
        if known is not None and known.group == group:
            return known
        return self.kind(f"{obj['kind']}.{group}")

    def _pages(self, kind: Kind, namespace: str, query: Mapping[str, str]) -> tuple[Listed, str]:
        found: Listed = []
        token, version = "", ""
        subject = f"list {kind.plural} in {namespace or 'all namespaces'}" if kind.namespaced else f"list {kind.plural}"
        while True:
            turned = {**query, "continue": token} if token else query
            page = self._json(subject, "GET", f"{kind.path(namespace)}?{urlencode(turned)}")
            # Items of core lists carry neither kind nor apiVersion (openshift.md 1.3).
            found += [{"apiVersion": kind.api_version, "kind": kind.kind, **item} for item in page.get("items") or ()]
            version = str(page.get("metadata", {}).get("resourceVersion", ""))
            token = page.get("metadata", {}).get("continue") or ""
            if not token:
                return found, version

    def _read(self, path: str, accept: str = "application/json") -> Object:
        answer = self._sent("GET", path, None, {"Accept": accept})
        if answer.code != 200:
            raise refusal(f"get {path}", answer.code, answer.body)
        return _parsed(path, answer)

    def _patched(self, ref: ObjectRef, path: str, body: Object) -> Object | None:
        try:
            return self._json(f"change {ref}", "PATCH", path, body)
        except Refused as error:
            if error.code == 404:
                return None
            raise

    def _made_before(self, ref: ObjectRef, obj: Object) -> Object | None:
        """The object of that name when it carries all labels we gave it, the run's among them."""
        found, given = self.get(ref), obj["metadata"].get("labels") or {}
        there = (found or {}).get("metadata", {}).get("labels") or {}
        return found if given and given.items() <= there.items() else None

    def _json(self, subject: str, method: str, path: str, body: Object | None = None) -> Object:
        return _taken(subject, self._asked(method, path, body))

    def _asked(self, method: str, path: str, body: Object | None) -> Answer:
        content = _MERGE if method == "PATCH" else "application/json"
        headers = {"Accept": "application/json", **({"Content-Type": content} if body is not None else {})}
        return self._sent(method, path, json.dumps(body).encode() if body is not None else None, headers)

    def _sent(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Send with the login; a 401 means that nothing happened, so one renewal and one repetition are safe."""
        here = path.startswith("/")
        transport = self._login.transport if here else self._route_transport()
        generation = self._login.generation
        answer = transport.send(self._call(method, path, body, headers))
        if answer.code == 401 and self._login.renew(generation):
            answer = transport.send(self._call(method, path, body, headers))
        if answer.code == 401:
            raise refusal(self.server if here else path, answer.code, answer.body)
        return answer

    def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Call:
        return Call(
            method=method,
            url=f"{self.server}{path}" if path.startswith("/") else path,
            headers={**headers, **self._login.authorization()},
            body=body,
            seconds=SECONDS,
            # A delete carries a uid and a merge patch says the same twice; a second create is another object. A
            # review is a question, of which nothing is kept.
            repeatable=method in ("GET", "HEAD", "DELETE", "PATCH") or path.startswith(REVIEWS),
        )

    def _route_transport(self) -> Transport:
        if self._routes is None:
            self._routes = Transport(trust.for_routes(self._ingress_bundle, self._access, self._login))
        return self._routes

    def _ingress_bundle(self) -> str:
        found = self.get(trust.INGRESS_BUNDLE)
        return str((found or {}).get("data", {}).get(trust.BUNDLE_KEY, ""))


def _taken(subject: str, answer: Answer) -> Object:
    """The object in an answer that says yes; raises the refusal in any other."""
    if not 200 <= answer.code < 300:
        raise refusal(subject, answer.code, answer.body)
    return _parsed(subject, answer)


def _parsed(subject: str, answer: Answer) -> Object:
    try:
        parsed = json.loads(answer.body)
    except ValueError as error:
        raise ClusterError(f"{subject}: the answer (HTTP {answer.code}) is not JSON; a proxy in between?") from error
    if not isinstance(parsed, dict):
        raise ClusterError(f"{subject}: the answer (HTTP {answer.code}) is not an object")
    return parsed
