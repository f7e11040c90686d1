"""One list-and-watch loop: keeps the objects of a kind and namespace current whatever happens to the stream.

It lists again on 410, at the end of every stream, on silence and after transient errors, so no single event ever
decides anything; what cannot get better by trying again (403, a login that cannot be renewed) ends it.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.kinds import Kind
from support.adapters.openshift.refusals import Expired, Refused, refusal
from support.adapters.openshift.transport import hang_up, wake
from support.domain.errors import ClusterError, ClusterLoginError, ClusterUnreachable

_LOG = logging.getLogger(__name__)

_JOIN_SECONDS = 2.0

Saw = Callable[[Object | None, Object | None], None]
"""Told of every change, with the object before and after; None for what was not, or is no longer, there."""


def _looks_away(_before: Object | None, _after: Object | None) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long a stream may last and be silent, and how often in a row the API may fail; seconds.

    A stream ends by the server's hand before silence would: a half-open connection costs one `silence`, not a budget.
    """

    stream: int = 30
    silence: float = 40.0
    attempts: int = 30
    first_pause: float = 0.1
    longest_pause: float = 5.0

    def pause(self, failures: int) -> float:
        return min(self.longest_pause, self.first_pause * float(2 ** min(failures - 1, 16)))


class Loop:
    """The objects of one kind in one namespace ("" = everywhere), by name; by "namespace/name" when everywhere."""

    def __init__(self, api: Api, kind: Kind, namespace: str, pace: Pace, saw: Saw = _looks_away) -> None:
        self._api = api
        self._kind = kind
        self._namespace = namespace
        self._pace = pace
        self._saw = saw
        self._changed = threading.Condition()
        self._objects: dict[str, Object] | None = None
        self._version = 0
        self._error: ClusterError | None = None
        self._closing = threading.Event()
        self._stream: urllib3.BaseHTTPResponse | None = None
        self._thread = threading.Thread(target=self._run, name=f"watch {self._subject}", daemon=True)

    @property
    def _subject(self) -> str:
        return f"{self._kind.plural} in {self._namespace or 'all namespaces'}"

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop; whoever still waits gets a ClusterError. A blocked read is woken, and the thread is a daemon."""
        self._closing.set()
        with self._changed:
            stream = self._stream
        if stream is not None:
            wake(stream)
        self._thread.join(timeout=_JOIN_SECONDS)
        if self._error is None:
            self._fail(ClusterError(f"watch {self._subject}: the connection was closed"))

    @property
    def error(self) -> ClusterError | None:
        return self._error

    @property
    def ended(self) -> bool:
        """Whether it gave up or was closed; a new loop may be luckier."""
        return self._error is not None

    def version(self) -> int:
        with self._changed:
            return self._version

    def look(self) -> tuple[int, Mapping[str, Object] | None]:
        """Version and objects, None before the first list. Raises what ended the loop."""
        with self._changed:
            if self._error is not None:
                raise self._error
            return self._version, None if self._objects is None else dict(self._objects)

    def wait(self, seen: int, seconds: float) -> None:
        """Until the version is no longer `seen`, the seconds are over, or the loop is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen or self._closing.is_set(), max(0.0, seconds))

    def _run(self) -> None:
        failures = 0
        while not self._closing.is_set():
            started = time.monotonic()
            try:
                news = self._follow(self._list())
            except (Expired, ReadTimeoutError) as error:
                _LOG.debug("watch %s: listing again (%s)", self._subject, type(error).__name__)
                news = False
            except (ClusterError, HTTPError, OSError, ValueError) as error:
                if self._closing.is_set():
                    return
                failures += 1
                if _final(error) or failures >= self._pace.attempts:
                    self._fail(error)
                    return
                _LOG.info("watch %s: attempt %s failed (%s)", self._subject, failures, error)
                self._closing.wait(self._pace.pause(failures))
                continue
            failures = 0
            # A server that ends every stream at once must not be listed in a tight circle.
            if not news and time.monotonic() - started < self._pace.first_pause:
                self._closing.wait(self._pace.first_pause)

    def _list(self) -> str:
        found, version = self._api.list_at(self._kind, self._namespace)
        fresh = {self._key(obj): obj for obj in found}
        with self._changed:
            if self._objects is None or _versions(fresh) != _versions(self._objects):
                known, self._objects = self._objects or {}, fresh
                self._version += 1
                self._changed.notify_all()
                for key in known.keys() | fresh.keys():
                    self._saw(known.get(key), fresh.get(key))
        return version

    def _follow(self, version: str) -> bool:
        """Apply events until the stream ends; whether there were any."""
        query = {
            "watch": "true",
            "resourceVersion": version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(self._pace.stream),
        }
        stream = self._api.stream(self._kind.path(self._namespace), query, self._pace.silence)
        with self._changed:
            self._stream = stream
        try:
            if self._closing.is_set():
                return False
            return self._apply_all(stream)
        finally:
            with self._changed:
                self._stream = None
            hang_up(stream)

    def _apply_all(self, stream: urllib3.BaseHTTPResponse) -> bool:
        news = False
        for event in _events(stream):
            obj = event.get("object") or {}
            if event.get("type") == "ERROR":
                code = int(obj.get("code") or 500)
                raise refusal(f"watch {self._subject}", code, json.dumps(obj).encode())
            if event.get("type") != "BOOKMARK":
                self._apply(str(event.get("type")), obj)
                news = True
        return news

    def _apply(self, change: str, obj: Object) -> None:
        with self._changed:
            objects = self._objects if self._objects is not None else {}
            key = self._key(obj)
            self._saw(objects.get(key), None if change == "DELETED" else obj)
            if change == "DELETED":
                objects.pop(key, None)
            else:
                objects[key] = obj
            self._objects = objects
            self._version += 1
            self._changed.notify_all()

    def _key(self, obj: Object) -> str:
        meta = obj["metadata"]
        everywhere = self._kind.namespaced and not self._namespace
        return f"{meta['namespace']}/{meta['name']}" if everywhere else str(meta["name"])

    def _fail(self, error: Exception) -> None:
        wrapped = error if isinstance(error, ClusterError) else ClusterUnreachable(f"watch {self._subject}: {error}")
        with self._changed:
            self._error = wrapped
            self._version += 1
            self._changed.notify_all()


def _final(error: Exception) -> bool:
    if isinstance(error, ClusterLoginError):
        return True
    return isinstance(error, Refused) and not error.transient


def _versions(objects: Mapping[str, Object]) -> dict[str, tuple[str, str]]:
    return {
        key: (str(obj["metadata"].get("uid")), str(obj["metadata"].get("resourceVersion")))
        for key, obj in objects.items()
    }


def _events(stream: urllib3.BaseHTTPResponse) -> Iterator[dict[str, Any]]:
    """One event per line; a line may arrive in pieces, and a last one without its end is no event."""
    rest = b""
    for piece in stream.stream(decode_content=True):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.strip():
                yield json.loads(line)
