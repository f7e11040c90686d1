"""The connection test of an OpenShift Provider with a URL: real requests with the token of its Secret."""

import asyncio
import os
import ssl
from http import HTTPStatus
from typing import Any

from aiohttp import ClientConnectorCertificateError, ClientConnectorError, ClientError, ClientSession, ClientTimeout

_SECONDS = 5.0
_ATTEMPTS = 10
"""The product's client tries again as often while a server is busy."""
_BUSY = (429, 500, 503)
_AGENT = "forklift-controller"
_LISTED = {
    "namespaces": "/api/v1/namespaces",
    "storageclasses": "/apis/storage.k8s.io/v1/storageclasses",
    "network-attachment-definitions": "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions",
    "virtualmachines": "/apis/kubevirt.io/v1/virtualmachines",
    "virtualmachineinstancetypes": "/apis/instancetype.kubevirt.io/v1beta1/virtualmachineinstancetypes",
    "virtualmachineclusterinstancetypes": "/apis/instancetype.kubevirt.io/v1beta1/virtualmachineclusterinstancetypes",
}
"""What the product lists one item of, in its order (kubev2v/forklift, pkg/lib/inventory/container/ocp/collector.go)."""


class Unusable(Exception):
    """The cluster cannot be used; the message is the product's own."""


async def try_cluster(url: str, token: str, context: ssl.SSLContext) -> None:
    """Discover, then list one of each kind that is needed; raises Unusable.

    A bad token fails in discovery, and the product's client wraps that error so that its status is lost: it counts
    as an endpoint that cannot be used for now, not as refused credentials.
    """
    headers = {"Authorization": f"Bearer {token}", "User-Agent": _AGENT, "Accept": "application/json"}
    root = url.rstrip("/")
    async with ClientSession(headers=headers, timeout=ClientTimeout(total=_SECONDS)) as session:
        first = next(iter(_LISTED))
        for path in ("/api", "/apis"):
            await _ask(
                session, f"{root}{path}", context, f"Failed to get resource {first}: failed to get server groups"
            )
        for resource, path in _LISTED.items():
            await _ask(session, f"{root}{path}?limit=1", context, f"Failed to get resource {resource}")


async def _ask(session: ClientSession, url: str, context: ssl.SSLContext, blame: str) -> None:
    for _ in range(_ATTEMPTS):
        try:
            async with session.get(url, ssl=context) as answer:
                if answer.ok:
                    return
                body = await answer.json(content_type=None)
                pause = float(answer.headers.get("Retry-After", 0))
        except (ClientError, OSError, ValueError, TimeoutError) as error:
            raise Unusable(f'{blame}: Get "{url}": {told(error)}') from error
        if answer.status not in _BUSY:
            break
        await asyncio.sleep(pause)
    raise Unusable(f"{blame}: {_words(body, answer.status)}")


def told(error: Exception) -> str:
    """As the product's client, which is written in Go, says why there was no answer."""
    if isinstance(error, ClientConnectorCertificateError):
        return f"tls: failed to verify certificate: x509: {error.certificate_error}"
    if isinstance(error, ClientConnectorError):
        return f"dial tcp {error.host}:{error.port}: connect: {os.strerror(error.errno or 0).lower()}"
    return str(error) or "context deadline exceeded"


def _words(body: Any, status: int) -> str:
    """The message of a Status; what else answered is no API server."""
    message = body.get("message") if isinstance(body, dict) else None
    return str(message or HTTPStatus(status).phrase)
