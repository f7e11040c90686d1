"""HTTP to one trust domain: bounded waits, retries by count where the outcome is known, errors that say what to do.

It is urllib3, as below the `kubernetes` client, without that client's generated models (two seconds of import);
unlike there, no request is without a time-out and NO_PROXY is honoured (facts/openshift.md 1.2).
"""

import ssl
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    HTTPError,
    LocationParseError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from support.domain.errors import ClusterUnreachable

SECONDS = 60.0
"""Longest silence of the server within one request."""

_CONNECT_SECONDS = 15.0
_POOLED = 64
"""Connections kept; every watch holds one for as long as it lasts."""


class _Once(urllib3.Retry):
    """Requests with an effect: repeated when they were never sent, not accepted (429), or answered with an error.

    A lost answer is final. After an answered error the server may have done it all the same: `Answer.doubtful`.
    """

    RETRY_AFTER_STATUS_CODES: ClassVar[frozenset[int]] = frozenset({429})  # type: ignore[misc]

    def increment(self, *args: Any, **kwargs: Any) -> "_Once":
        """What was refused for load waits for its turn, among many that ask a while: only the total counts it."""
        response, counted = kwargs.get("response"), self
        if response is not None and response.status == HTTPStatus.TOO_MANY_REQUESTS:
            counted = self.new(status=_TIMES if self.status is None else self.status + 1)
        return super(_Once, counted).increment(*args, **kwargs)


class _Repeatable(_Once):
    """Requests without an effect, or whose second arrival changes nothing more."""

    RETRY_AFTER_STATUS_CODES: ClassVar[frozenset[int]] = frozenset({429, 503})  # type: ignore[misc]


_PASSING = frozenset({500, 502, 503, 504})
"""500: etcd changes its leader, or a webhook's pod starts again; both pass (facts/openshift.md 4)."""
_TIMES, _REFUSED = 4, 12
"""How often a request is sent again: after failures, and in all."""


def _policy(kind: type[_Once], read: int | bool) -> _Once:
    """`read`: how often a request is sent again whose answer was lost."""
    return kind(
        total=_REFUSED,
        connect=_TIMES,
        read=read,
        other=_TIMES,
        status=_TIMES,
        redirect=False,
        backoff_factor=0.2,
        backoff_max=4,
        status_forcelist=_PASSING,
        allowed_methods=None,
        raise_on_status=False,
    )


_REPEATABLE, _ONCE = _policy(_Repeatable, read=_TIMES), _policy(_Once, read=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `repeatable`: a second arrival does no harm, so it may be sent again after a lost answer."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = SECONDS
    repeatable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whatever its status; header names are lower case.

    Attributes:
        doubtful: an error came first, after which the request may have been carried out once already.
    """

    code: int
    headers: Mapping[str, str]
    body: bytes
    doubtful: bool = False


class Transport:
    """Connections that share one TLS context; safe to use from many threads."""

    def __init__(self, tls: ssl.SSLContext, server_name: str = "") -> None:
        self.tls = tls
        self._server_name = server_name
        self._direct = urllib3.PoolManager(**self._options())
        self._proxied: dict[str, urllib3.PoolManager] = {}

    def close(self) -> None:
        for pool in (self._direct, *self._proxied.values()):
            pool.clear()

    def send(self, call: Call) -> Answer:
        """One request and its whole answer. Raises ClusterUnreachable."""
        response = self._request(call, preload=True)
        headers = {name.lower(): value for name, value in response.headers.items()}
        before = response.retries.history if response.retries is not None else ()
        doubtful = any(each.status in _PASSING for each in before)
        return Answer(code=response.status, headers=headers, body=response.data, doubtful=doubtful)

    def stream(self, call: Call) -> urllib3.BaseHTTPResponse:
        """An open answer to read from; the caller ends it with `hang_up`. Raises ClusterUnreachable."""
        return self._request(call, preload=False)

    def _request(self, call: Call, preload: bool) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool(call.url).request(
                call.method,
                call.url,
                headers=dict(call.headers),
                body=call.body,
                timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, call.seconds), read=call.seconds),
                retries=_REPEATABLE if call.repeatable else _ONCE,
                redirect=False,
                preload_content=preload,
            )
        except HTTPError as error:
            raise unreachable(call.url, error, lost=not call.repeatable) from error

    def _options(self) -> dict[str, Any]:
        named = {"server_hostname": self._server_name, "assert_hostname": self._server_name}
        # A name of our own must not be checked where the context was told to check none.
        renamed = named if self._server_name and self.tls.check_hostname else {}
        return {"ssl_context": self.tls, "maxsize": _POOLED, "num_pools": 8, **renamed}

    def _pool(self, url: str) -> urllib3.PoolManager:
        parts = urlsplit(url)
        proxy = urllib.request.getproxies().get(parts.scheme, "")
        if not proxy or urllib.request.proxy_bypass(parts.netloc):
            return self._direct
        if proxy not in self._proxied:
            self._proxied[proxy] = urllib3.ProxyManager(proxy, **self._options())
        return self._proxied[proxy]


def wake(response: urllib3.BaseHTTPResponse) -> None:
    """Let a reader in another thread find its stream ended: only a shutdown reaches one that is blocked in the socket.

    Closing is the reader's own: what it reads from must not be taken away below it.
    """
    with suppress(HTTPError, OSError, ValueError, RuntimeError, AttributeError):
        response.shutdown()


def hang_up(response: urllib3.BaseHTTPResponse) -> None:
    """End a stream that nobody else reads."""
    wake(response)
    with suppress(HTTPError, OSError, ValueError):
        response.close()


def unreachable(url: str, error: Exception, lost: bool = False) -> ClusterUnreachable:
    """A connection's failure in words a person can act on; never with headers or a body."""
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason is not None else error
    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc}"
    return ClusterUnreachable(f"{place}: {_why(cause, parts.hostname or '', lost)}")


def _why(cause: Exception, host: str, lost: bool) -> str:
    if isinstance(cause, ProxyError):
        return f"the proxy of HTTPS_PROXY did not connect ({cause}); NO_PROXY exempts hosts"
    if isinstance(cause, SSLError):
        return (
            f"its certificate is not trusted ({cause}); give its CA by setting cluster_ca (API and ingress CA in one "
            "file), or, where that is acceptable, insecure_verify_skip=true"
        )
    if isinstance(cause, NameResolutionError):
        return f"host name {host!r} is not known to DNS; check setting cluster_host or the kubeconfig"
    if isinstance(cause, NewConnectionError):
        return f"no connection ({cause}); is the cluster up, and is this the API's port?"
    if isinstance(cause, LocationParseError):
        return "not a URL; check setting cluster_host"
    told = f"the connection broke ({type(cause).__name__}: {cause})"
    return f"{told}; whether the request was carried out is unknown" if lost else told
