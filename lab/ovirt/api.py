"""The REST API: who asks, for what, and the answer or the fault."""

import sys
import traceback
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from lab.kernel.http import WHAT
from lab.ovirt import following, log_view
from lab.ovirt.documents import Doc, NotXml, decode, encode
from lab.ovirt.engine import Engine
from lab.ovirt.faults import OPERATION_FAILED, Refused, not_implemented
from lab.ovirt.operations import OPERATIONS, Request
from lab.ovirt.paths import ROOT
from lab.ovirt.resources import Place, find, members, place, roots
from lab.ovirt.searching import search

_XML = "application/xml"
_READ = frozenset({"search", "max", "from", "follow", "all_content", "case_sensitive"})
_ANYWHERE = frozenset({"correlation_id", "async"})


class Api:
    """Answers everything below the API's root."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def answer(self, request: web.Request) -> web.Response:
        """One request; whatever goes wrong is a fault."""
        path = request.path.removeprefix(ROOT).strip("/")
        request[WHAT] = _described(request.method, path)
        try:
            user = self._user(request)
            if request.method == "GET":
                return _response(*self._get(path, request))
            return await self._change(request, path, user)
        except Refused as refusal:
            return self._refusal(refusal)
        except Exception:  # noqa: BLE001 - a client must get a fault, not a dropped connection; the trace is logged
            traceback.print_exc(file=sys.stderr)
            return self._refusal(Refused(500, OPERATION_FAILED, "The embedded lab failed; see its log."))

    def _user(self, request: web.Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        session = self._engine.sessions.of(token) if scheme == "Bearer" else None
        if session is None:
            raise Refused(401, "Authentication required", "The user is not logged in.")
        if _XML not in request.headers.get("Accept", _XML) and "*/*" not in request.headers.get("Accept", ""):
            raise not_implemented(f"answers as {request.headers['Accept']}")
        return session.user

    def _get(self, path: str, request: web.Request) -> tuple[str, Any]:
        if not path:
            return "api", log_view.root(self._engine, roots())
        where = place(path)
        if where is None:
            raise not_implemented(_described("GET", path))
        _only(request.query, _READ)
        tree = following.wanted(request.query.get("follow", ""))
        if where.id:
            doc = find(self._engine, where)
            following.follow(self._engine, doc, tree)
            return where.collection.member, doc
        docs = self._listed(where, request.query)
        for doc in docs:
            following.follow(self._engine, doc, tree)
        return where.collection.root, {where.collection.member: docs}

    def _listed(self, where: Place, query: Mapping[str, str]) -> list[Doc]:
        docs = members(self._engine, where)
        if "from" in query:
            if where.names != ("events",):
                raise not_implemented(f"from of {where.names[-1]}")
            after = _number("from", query["from"])
            docs = [doc for doc in reversed(docs) if int(doc["@id"]) > after]
        if "search" in query:
            exact = query.get("case_sensitive", "true") == "true"
            docs = search("/".join(where.names), docs, query["search"], exact_case=exact)
        most = _number("max", query.get("max", "-1"))
        return docs if most < 0 else docs[:most]

    async def _change(self, request: web.Request, path: str, user: str) -> web.Response:
        parts = path.split("/")
        names, ids = parts[::2], parts[1::2]
        operation = OPERATIONS.get((request.method, *names))
        if operation is None or operation.ids != len(ids):
            raise not_implemented(_described(request.method, path))
        _only(request.query, operation.parameters | _ANYWHERE)
        asked = Request(self._engine, user, ids, _body(await request.read()), request.query)
        try:
            return _response(*await operation.run(asked), status=operation.status)
        except Refused as refusal:
            if not operation.action or not refusal.reason:
                raise
            return _response("action", {"fault": refusal.fault(), "status": "failed"}, status=refusal.status)

    def _refusal(self, refusal: Refused) -> web.Response:
        if refusal.status == 501:
            self._engine.lab.requests.refused[f"ovirt {refusal.detail}"] += 1
        if not refusal.reason:
            return web.Response(status=refusal.status)
        return _response("fault", refusal.fault(), status=refusal.status)


def _response(root: str, content: Any, *, status: int = 200) -> web.Response:
    return web.Response(body=encode(root, content), status=status, content_type=_XML, charset="UTF-8")


def _body(text: bytes) -> Doc:
    if not text.strip():
        return {}
    try:
        return decode(text)[1]
    except NotXml as problem:
        raise Refused(400, "Bad Request", str(problem)) from problem


def _only(query: Mapping[str, str], known: frozenset[str]) -> None:
    for name in query:
        if name not in known:
            raise not_implemented(f"the parameter {name}")


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused(400, "Bad Request", f"{name} must be a number, not '{text}'") from None


def _described(method: str, path: str) -> str:
    """`GET vms/ID/nics`, for the journal."""
    parts = ["ID" if number % 2 else part for number, part in enumerate(path.split("/"))]
    return f"{method} {'/'.join(parts) or 'api'}"
