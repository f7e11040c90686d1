"""pods/exec over a websocket: a command for a container, its output by channels, its end as a Status.

Channels are the first byte of every message (Kubernetes' remotecommand protocol, v4 and v5): 1 is standard output, 2 is
standard error, 3 tells how it ended. No command here reads standard input.
"""

import json
from typing import Any

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.containers import container_of
from lab.cluster.refusals import bad_request, not_found, not_implemented
from lab.kernel.programs import Outcome
from lab.kernel.service import Lab

_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_OUT, _ERR, _END = 1, 2, 3
_CHUNK = 32 * 1024
_GOODBYE_SECONDS = 2.0


async def serve_exec(lab: Lab, asked: Asked) -> web.StreamResponse:
    """Run it where the lab knows the container's commands; every other container is refused with 501."""
    pod = lab.store.get("Pod", asked.namespace, asked.name)
    if pod is None:
        raise not_found(asked.kind, asked.name)
    program = lab.programs.get((str(pod["metadata"]["uid"]), container_of(asked, pod)))
    if program is None:
        raise not_implemented(asked.what)
    command = asked.request.query.getall("command", [])
    if not command:
        raise bad_request("you must specify at least one command for the container")
    socket = await _upgraded(asked)
    await _tell(socket, asked, program(command))
    await socket.close()
    return socket


async def _upgraded(asked: Asked) -> web.WebSocketResponse:
    """Raises Refused for what is no websocket, and for those of other protocols."""
    headers = asked.request.headers
    if "upgrade" not in headers.get("Connection", "").lower():
        raise bad_request("Upgrade request required")
    offered = [item.strip() for item in headers.get("Sec-WebSocket-Protocol", "").split(",")]
    if headers.get("Upgrade", "").lower() != "websocket" or not set(offered) & set(_PROTOCOLS):
        raise not_implemented(f"{asked.what} over {headers.get('Upgrade', '')} {' '.join(offered)}".strip())
    socket = web.WebSocketResponse(protocols=_PROTOCOLS, timeout=_GOODBYE_SECONDS)
    await socket.prepare(asked.request)
    return socket


async def _tell(socket: web.WebSocketResponse, asked: Asked, outcome: Outcome) -> None:
    """An empty message comes first: it tells clients that the channels are open."""
    await socket.send_bytes(bytes([_OUT]))
    for channel, wanted, written in ((_OUT, "stdout", outcome.out), (_ERR, "stderr", outcome.err)):
        for start in range(0, len(written) if asked.flag(wanted) else 0, _CHUNK):
            await socket.send_bytes(bytes([channel]) + written[start : start + _CHUNK])
    await socket.send_bytes(bytes([_END]) + json.dumps(_status(outcome.code)).encode())


def _status(code: int) -> dict[str, Any]:
    if not code:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }
