"""GET and LIST: objects as they are stored, in pages when asked for, as tables for people (facts/openshift.md 1.3)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

from aiohttp import web

from lab.cluster import printing
from lab.cluster.asked import Asked
from lab.cluster.bad_days import BadDays
from lab.cluster.history import Object
from lab.cluster.kinds import Kind
from lab.cluster.refusals import Refused, bad_request, not_found
from lab.cluster.store import Store


def one(store: Store, asked: Asked) -> web.Response:
    found = store.get(asked.kind.kind, asked.namespace, asked.name)
    if found is None:
        raise not_found(asked.kind, asked.name)
    return answer(asked, found)


def many(store: Store, asked: Asked, days: BadDays) -> web.Response:
    _check_version(store, asked)
    selector = asked.selector
    selected = [obj for obj in store.list(asked.kind.kind, asked.everywhere) if selector.matches(obj)]
    limit = asked.number("limit")
    paged = asked.text("continue") or (limit and len(selected) > limit)
    return collection(store, asked, selected if paged else days.ordered(asked, selected))


def collection(store: Store, asked: Asked, selected: Sequence[Object]) -> web.Response:
    """A list of these objects, or the page of it that was asked for."""
    meta: Object = {"resourceVersion": str(store.version)}
    limit = asked.number("limit")
    if asked.text("continue"):
        after, meta["resourceVersion"] = _continued(store, asked)
        selected = [obj for obj in selected if _place(obj) > after]
    if limit and len(selected) > limit:
        page = selected[:limit]
        meta["continue"] = _continue(_place(page[-1]), str(meta["resourceVersion"]))
        meta["remainingItemCount"] = len(selected) - limit
        selected = page
    if wants_table(asked):
        return web.json_response(table(asked, selected, meta))
    return web.json_response(listed(asked.kind, selected, meta))


def listed(kind: Kind, objects: Sequence[Object], meta: Object) -> Object:
    """Items of core lists come without apiVersion and kind, those of custom resources with them."""
    items = list(objects) if kind.custom else [_anonymous(obj) for obj in objects]
    return {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": meta, "items": items}


def answer(asked: Asked, obj: Object, *, status: int = 200) -> web.Response:
    """One object, as a table where the client prefers it."""
    if wants_table(asked):
        meta = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        return web.json_response(table(asked, [obj], meta), status=status)
    return web.json_response(obj, status=status)


def wants_table(asked: Asked) -> bool:
    accepted = asked.request.headers.get("Accept", "").split(",")
    return any("as=Table" in item and "g=meta.k8s.io" in item for item in accepted)


def table(asked: Asked, objects: Sequence[Object], meta: Object) -> Object:
    """`includeObject` says how much of each object goes with its row: Metadata (default), Object or None."""
    printed = printing.table(asked.kind, objects, datetime.now(UTC), list_meta=meta)
    wanted = asked.text("includeObject")
    for row, obj in zip(printed["rows"], objects, strict=True):
        if wanted == "Object":
            row["object"] = obj
        elif wanted == "None":
            row.pop("object", None)
    return printed


def _anonymous(obj: Object) -> Object:
    return {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}


def _check_version(store: Store, asked: Asked) -> None:
    version = asked.number("resourceVersion")
    if version > store.version:
        message = f"Too large resource version: {version}, current: {store.version}"
        raise Refused(504, "Timeout", message)


def _place(obj: Object) -> tuple[str, str]:
    return (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])


def _continue(place: tuple[str, str], version: str) -> str:
    return urlsafe_b64encode(json.dumps([version, *place]).encode()).decode().rstrip("=")


def _continued(store: Store, asked: Asked) -> tuple[tuple[str, str], str]:
    """Where the last page ended and the version of the first; raises Refused (400, 410)."""
    token = asked.text("continue")
    try:
        version, namespace, name = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        started = int(version)
    except ValueError as broken:
        raise bad_request("continue key is not valid: unable to decode the continue token") from broken
    if store.forgotten > started:
        message = "The provided continue parameter is too old to display a consistent list result."
        raise Refused(410, "Expired", message)
    return (namespace, name), str(version)
