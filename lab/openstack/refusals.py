"""Refusals, in the words and forms of each service."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web


class Refused(Exception):
    """A request that is answered with an error; `type_` is the exception that neutron names."""

    def __init__(self, status: int, message: str, type_: str = "BadRequest") -> None:
        super().__init__(message)
        self.status, self.message, self.type = status, message, type_


class NotImplementedHere(Refused):
    """Something that a real service has and the lab has not; `what` is counted."""

    def __init__(self, what: str) -> None:
        super().__init__(501, f"The embedded lab does not implement {what}.", "NotImplementedError")
        self.what = what


Render = Callable[[Refused], Any]

_FAULTS = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    409: "conflictingRequest",
    413: "overLimit",
    501: "notImplemented",
}


def fault(refusal: Refused) -> Any:
    """Nova and cinder name the fault after the status."""
    return {_FAULTS.get(refusal.status, "computeFault"): {"code": refusal.status, "message": refusal.message}}


def neutron_error(refusal: Refused) -> Any:
    return {"NeutronError": {"type": refusal.type, "message": refusal.message, "detail": ""}}


def keystone_error(refusal: Refused) -> Any:
    return {"error": {"code": refusal.status, "message": refusal.message, "title": HTTPStatus(refusal.status).phrase}}


def glance_error(refusal: Refused) -> Any:
    """Glance leaves it to its framework, which writes JSON with the breaks of its HTML."""
    phrase = HTTPStatus(refusal.status).phrase
    return {"message": f"{refusal.message}<br /><br />\n\n\n", "code": f"{refusal.status} {phrase}", "title": phrase}


def unauthorized() -> Refused:
    return Refused(401, "The request you have made requires authentication.")


def respond(refusal: Refused, render: Render) -> web.Response:
    return web.json_response(render(refusal), status=refusal.status)
