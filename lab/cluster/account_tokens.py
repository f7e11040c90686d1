"""Tokens of ServiceAccounts, by TokenRequest: they end with their time or with their account."""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import uuid4

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.bodies import sent_object
from lab.cluster.history import Object
from lab.cluster.kinds import Kind
from lab.cluster.refusals import Cause, invalid, not_found
from lab.cluster.store import Store
from lab.cluster.tokens import Token
from lab.kernel.service import Lab

_HOUR, _SHORTEST, _LONGEST = 3600, 600, 1 << 32
_ISSUER = "https://kubernetes.default.svc"
_PREFIX = "system:serviceaccount:"
_REQUEST = Kind(
    group="authentication.k8s.io", version="v1", kind="TokenRequest", plural="tokenrequests", singular="tokenrequest"
)
_LIMITS = "may not specify a duration less than 10 minutes", "may not specify a duration larger than 2^32 seconds"


async def request_token(lab: Lab, asked: Asked) -> web.Response:
    """`serviceaccounts/NAME/token`; raises Refused (404, 422)."""
    account = lab.store.get("ServiceAccount", asked.namespace, asked.name)
    if account is None:
        raise not_found(asked.kind, asked.name)
    spec = (await sent_object(asked.request)).get("spec") or {}
    seconds = _seconds(spec)
    audiences, issued = list(spec.get("audiences") or [_ISSUER]), int(time.time())
    secret = _signed(_claims(account, audiences, issued, seconds))
    user = f"{_PREFIX}{asked.namespace}:{asked.name}"
    lab.tokens.remember(secret, user=user, account=account["metadata"]["uid"], seconds=seconds)
    made = {
        "kind": _REQUEST.kind,
        "apiVersion": _REQUEST.api_version,
        "metadata": {"name": asked.name, "namespace": asked.namespace, "creationTimestamp": _stamp(issued)},
        "spec": spec | {"audiences": audiences, "expirationSeconds": seconds},
        "status": {"token": secret, "expirationTimestamp": _stamp(issued + seconds)},
    }
    return web.json_response(made, status=201)


def account_lives(store: Store, token: Token) -> bool:
    """Whether the ServiceAccount that a token was made for is still there, and not another one of its name."""
    if not token.account:
        return True
    namespace, _, name = token.user.removeprefix(_PREFIX).partition(":")
    found = store.get("ServiceAccount", namespace, name)
    return found is not None and bool(found["metadata"]["uid"] == token.account)


def _seconds(spec: Object) -> int:
    """What is asked for, within the server's limits; an hour when nothing is."""
    seconds = int(spec.get("expirationSeconds") or _HOUR)
    if _SHORTEST <= seconds <= _LONGEST:
        return seconds
    limit = _LIMITS[seconds > _LONGEST]
    cause: Cause = ("spec.expirationSeconds", "FieldValueInvalid", f"Invalid value: {seconds}: {limit}")
    raise invalid(_REQUEST, "", [cause])


def _claims(account: Object, audiences: list[str], issued: int, seconds: int) -> Object:
    metadata = account["metadata"]
    namespace, name = metadata["namespace"], metadata["name"]
    about = {"namespace": namespace, "serviceaccount": {"name": name, "uid": metadata["uid"]}}
    return {
        "aud": audiences,
        "exp": issued + seconds,
        "iat": issued,
        "nbf": issued,
        "iss": _ISSUER,
        "jti": str(uuid4()),
        "kubernetes.io": about,
        "sub": f"{_PREFIX}{namespace}:{name}",
    }


def _signed(claims: Object) -> str:
    """A JWT by its form: clients read it, and only this API server, which remembers it, has to believe it."""
    parts = (json.dumps({"alg": "RS256", "kid": "embedded-lab"}).encode(), json.dumps(claims).encode())
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, secrets.token_bytes(256)))


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
