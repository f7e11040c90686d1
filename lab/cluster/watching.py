"""WATCH: one JSON line per change, with bookmarks, initial events and resumption (facts/openshift.md 1.4, 1.8)."""

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.bad_days import BadDays
from lab.cluster.history import Event, Object, Subscription
from lab.cluster.metadata import with_metadata
from lab.cluster.reading import table, wants_table
from lab.cluster.refusals import Refused, invalid
from lab.cluster.selectors import Selector
from lab.cluster.store import Store

_BOOKMARK_SECONDS = 30.0
_GLANCE_SECONDS = 2.0
"""How long a vanished client can go unnoticed when nothing happens."""
_LONGEST = (1800, 1800)
"""Seconds: at least this long and up to that much longer, when the client does not say."""


async def watch(store: Store, asked: Asked, days: BadDays) -> web.StreamResponse:
    """Stream until the client goes away or its time is over."""
    _check(asked)
    watcher = _Watcher(store, asked, asked.selector, days)
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    try:
        days.resume(asked)
        initial, changes = _begin(store, asked)
    except Refused as refusal:  # too old: told inside the stream, as a watch cache does
        await response.prepare(asked.request)
        await response.write(_line("ERROR", refusal.status()))
        return response
    await response.prepare(asked.request)
    with suppress(ConnectionResetError):  # the client has seen enough
        await watcher.follow(response, initial, changes)
        await response.write_eof()
    return response


def _check(asked: Asked) -> None:
    given, match = "sendInitialEvents" in asked.request.query, asked.text("resourceVersionMatch")
    if given and match != "NotOlderThan":
        why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        raise invalid(asked.kind, "", [("resourceVersionMatch", "FieldValueForbidden", f"Forbidden: {why}")])
    if match and not given:
        why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        raise invalid(asked.kind, "", [("resourceVersionMatch", "FieldValueForbidden", f"Forbidden: {why}")])


def _begin(store: Store, asked: Asked) -> tuple[list[Object] | None, Subscription]:
    """What exists now, None when the client knows it already; and everything after it."""
    version = asked.number("resourceVersion")
    initial = asked.flag("sendInitialEvents") or (version == 0 and "sendInitialEvents" not in asked.request.query)
    if initial:
        return store.list(asked.kind.kind, asked.everywhere), store.resume(asked.kind.kind, store.version)
    return None, store.resume(asked.kind.kind, version or store.version)


@dataclass(slots=True)
class _Watcher:
    store: Store
    asked: Asked
    selector: Selector
    days: BadDays

    async def follow(self, response: web.StreamResponse, initial: list[Object] | None, changes: Subscription) -> None:
        version = self.store.version
        existing = [obj for obj in initial or () if self.selector.matches(obj)]
        if existing:
            await response.write(b"".join(self._shown("ADDED", obj) for obj in existing))
        if self.asked.flag("sendInitialEvents"):
            await self._bookmark(response, version, last_initial=True)
        dropped = self.days.longest_watch(self.asked)
        seconds = self._seconds() if dropped is None else dropped
        end, bookmarked = time.monotonic() + seconds, time.monotonic()
        while (left := end - time.monotonic()) > 0 and not _gone(self.asked.request):
            event = await _next(changes, min(left, _GLANCE_SECONDS))
            if event is not None:
                await response.write(b"".join(self._lines(event)))
            elif time.monotonic() - bookmarked > _BOOKMARK_SECONDS:
                bookmarked = time.monotonic()
                await self._bookmark(response, self.store.version)
        if dropped is None:
            await self._bookmark(response, self.store.version)

    def _seconds(self) -> float:
        return self.asked.number("timeoutSeconds") or _LONGEST[0] + secrets.randbelow(_LONGEST[1])

    def _lines(self, event: Event) -> Iterator[bytes]:
        """An object that begins or ceases to match is added or deleted for this client."""
        is_, was = self._mine(event.object), event.previous is not None and self._mine(event.previous)
        if event.type == "DELETED" or (was and not is_):
            if was:
                last = event.object if event.type == "DELETED" else event.previous or event.object
                yield self._shown("DELETED", with_metadata(last, resourceVersion=str(event.version)))
        elif is_:
            yield self._shown("MODIFIED" if was else "ADDED", event.object)

    def _mine(self, obj: Object) -> bool:
        namespace = self.asked.everywhere
        return (namespace is None or obj["metadata"].get("namespace") == namespace) and self.selector.matches(obj)

    def _shown(self, type_: str, obj: Object) -> bytes:
        if wants_table(self.asked):
            obj = table(self.asked, [obj], {"resourceVersion": obj["metadata"]["resourceVersion"]})
        return _line(type_, obj)

    async def _bookmark(self, response: web.StreamResponse, version: int, *, last_initial: bool = False) -> None:
        if not self.asked.flag("allowWatchBookmarks"):
            return
        metadata: Object = {"resourceVersion": str(version)}
        if last_initial:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        kind = self.asked.kind
        bookmark: Object = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
        if wants_table(self.asked):
            bookmark = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "rows": []}
        await response.write(_line("BOOKMARK", bookmark))


def _line(type_: str, obj: Object) -> bytes:
    return json.dumps({"type": type_, "object": obj}).encode() + b"\n"


async def _next(changes: Subscription, seconds: float) -> Event | None:
    try:
        async with asyncio.timeout(seconds):
            return await anext(changes)
    except TimeoutError:
        return None


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
