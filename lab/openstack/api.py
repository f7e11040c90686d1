"""Requests and routes, the same for every service of the cloud."""

import inspect
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from aiohttp import web

from lab.kernel.http import WHAT
from lab.openstack.platform import Platform, Version
from lab.openstack.refusals import NotImplementedHere, Refused, Render, keystone_error, respond, unauthorized
from lab.world.cloud import Cloud

Object = dict[str, Any]
_HEADER = "OpenStack-API-Version"
PATCH = "patch"
_JSON_PATCH = "-json-patch"
_NOVA_HEADER = "X-OpenStack-Nova-API-Version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one service."""

    platform: Platform
    request: web.Request
    body: Object
    version: Version
    """The microversion that was agreed on; (0, 0) for services without."""

    @property
    def cloud(self) -> Cloud:
        return self.platform.cloud

    @property
    def base(self) -> str:
        """`https://host:port` as the client wrote it, so that every answer's links work for it, too."""
        return base_of(self.request)

    def match(self, name: str) -> str:
        return self.request.match_info[name]

    def wanted(self, key: str) -> Object:
        """The object under the body's one key; raises Refused."""
        inner = self.body.get(key)
        if not isinstance(inner, dict):
            raise Refused(
                400, f"Invalid input for field/attribute {key}. Value: {inner}. '{key}' is a required property"
            )
        return inner


def base_of(request: web.Request) -> str:
    return f"https://{request.host}"


Answer = web.Response
Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    """Below the service's prefix."""
    handler: Handler
    public: bool = False
    """Whether it is answered without a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One service of the cloud."""

    name: str
    prefix: str
    render: Render
    routes: Sequence[Route] = field(default_factory=tuple)
    kind: str = ""
    """What its microversion header calls it; empty for a service without microversions."""
    oldest: Version = (0, 0)


def ok(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return web.json_response(body, status=status, headers=headers)


def empty(status: int = 204) -> Answer:
    return web.Response(status=status)


def serve(app: web.Application, platform: Platform, part: Part) -> None:
    """Join a service's routes, and a loud refusal for everything else below its prefix."""
    for route in part.routes:
        app.router.add_route(route.method, f"{part.prefix}{route.path}", partial(_serve, platform, part, route))
    rest = Route("*", "/{rest:.*}", _unknown)
    app.router.add_route("*", f"{part.prefix}{rest.path}", partial(_serve, platform, part, rest))


def _unknown(call: Call) -> Answer:
    raise NotImplementedHere(f"{call.request.method} {call.request.path}")


async def _serve(platform: Platform, part: Part, route: Route, request: web.Request) -> web.StreamResponse:
    request[WHAT] = f"{request.method} {part.name}{route.path}"
    response = await _answer(platform, part, route, request)
    response.headers["x-openstack-request-id"] = f"req-{uuid4()}"
    if part.kind:
        response.headers["Vary"] = _HEADER
    return response


async def _answer(platform: Platform, part: Part, route: Route, request: web.Request) -> Answer:
    try:
        if not route.public and platform.tokens.find(request.headers.get("X-Auth-Token", "")) is None:
            return _rejected(request)
        version = _version(platform, part, request)
        call = Call(platform=platform, request=request, body=await _body(request), version=version)
        found = route.handler(call)
        response = await found if inspect.isawaitable(found) else found
        if part.kind:
            response.headers[_HEADER] = f"{part.kind} {version[0]}.{version[1]}"
        return response
    except Refused as refusal:
        if isinstance(refusal, NotImplementedHere):
            platform.lab.requests.refused[f"openstack {refusal.what}"] += 1
        return respond(refusal, part.render)
    except Exception:  # noqa: BLE001 - a client must get an error, not a dropped connection; the trace is logged
        traceback.print_exc(file=sys.stderr)
        return respond(Refused(500, "The embedded lab failed; see its log."), part.render)


def _rejected(request: web.Request) -> Answer:
    """Every service has the same filter in front, and that speaks as keystone does."""
    response = respond(unauthorized(), keystone_error)
    response.headers["WWW-Authenticate"] = f'Keystone uri="{base_of(request)}/identity"'
    return response


async def _body(request: web.Request) -> Object:
    """The body's object; a JSON patch, which is a list, stands below PATCH."""
    text = await request.text()
    if not text:
        return {}
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if isinstance(body, list) and request.content_type.endswith(_JSON_PATCH):
        return {PATCH: body}
    if not isinstance(body, dict):
        raise Refused(400, "Malformed request body")
    return body


def _version(platform: Platform, part: Part, request: web.Request) -> Version:
    """The microversion that a request asks for, the oldest when it asks for none; raises Refused."""
    if not part.kind:
        return (0, 0)
    newest = platform.newest[part.kind]
    asked = [each.split() for each in request.headers.get(_HEADER, "").split(",")]
    text = next((words[1] for words in asked if len(words) == 2 and words[0] == part.kind), "")
    if not text and part.kind == "compute":
        text = request.headers.get(_NOVA_HEADER, "")
    if text in ("", "latest"):
        return newest if text else part.oldest
    major, _, minor = text.partition(".")
    if not (major.isdigit() and minor.isdigit()):
        message = f"API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum."
        raise Refused(400, message)
    if not part.oldest <= (version := (int(major), int(minor))) <= newest:
        low, high = f"{part.oldest[0]}.{part.oldest[1]}", f"{newest[0]}.{newest[1]}"
        message = f"Version {text} is not supported by the API. Minimum is {low} and maximum is {high}."
        raise Refused(406, message)
    return version
