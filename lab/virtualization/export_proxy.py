"""The export proxy of a cluster: what is exported can be fetched from outside with the token of the export."""

import hmac
from base64 import b64decode

from aiohttp import web

from lab.cluster.store import Object
from lab.kernel.http import WHAT, Listener, journalled
from lab.kernel.service import Lab
from lab.virtualization.export_forms import KIND, TOKEN_HEADER, base_path, manifest, token_header_secret
from lab.virtualization.exports import ENDPOINT

_PROXY, _NAMESPACE = "virt-exportproxy", "openshift-cnv"


class ExportProxy:
    """Publishes `export`, behind the Route virt-exportproxy. Manifests are served; disks are digests, not bytes.

    Whoever copies a disk inside the lab looks its URL up in `World.served`; a request for its bytes is refused.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        app = web.Application(middlewares=[journalled(lab, ENDPOINT)])
        root = base_path("{namespace}", "{name}")
        app.router.add_get(f"{root}/external/manifests/all", self._manifest)
        app.router.add_get(f"{root}/external/manifests/secret", self._secret)
        app.router.add_get(f"{root}/volumes/{{claim}}/{{file}}", self._bytes)
        self._listener = Listener(app)

    async def open(self) -> None:
        self._lab.endpoints[ENDPOINT] = address = await self._listener.open(self._lab)
        self._lab.store.create(_route(address.removeprefix("https://")))

    async def close(self) -> None:
        await self._listener.close()

    async def _manifest(self, request: web.Request) -> web.Response:
        export = self._export(request)
        machine = self._lab.store.get(
            "VirtualMachine", request.match_info["namespace"], export["spec"]["source"]["name"]
        )
        if machine is None:
            raise web.HTTPInternalServerError(text="")
        root = f"{self._lab.endpoints[ENDPOINT]}{base_path(**request.match_info)}"
        return web.json_response(manifest(self._lab.store, export, machine, root, self._lab.authority.ca_pem))

    async def _secret(self, request: web.Request) -> web.Response:
        export = self._export(request)
        return web.json_response(token_header_secret(export, request.headers[TOKEN_HEADER]))

    async def _bytes(self, request: web.Request) -> web.Response:
        self._export(request)
        self._lab.requests.refused[f"{request.method} bytes of an exported disk"] += 1
        raise web.HTTPNotImplemented(text="the embedded lab has digests for disks, not bytes")

    def _export(self, request: web.Request) -> Object:
        """The export that is ready, for whoever has its token: 404 and 401 otherwise."""
        namespace, name = request.match_info["namespace"], request.match_info["name"]
        request[WHAT] = f"{request.method} {KIND}"
        export = self._lab.store.get(KIND, namespace, name)
        status = (export or {}).get("status") or {}
        if export is None or status.get("phase") != "Ready":
            raise web.HTTPNotFound(text="")
        secret = self._lab.store.get("Secret", namespace, status["tokenSecretRef"])
        token = b64decode(secret["data"]["token"]) if secret is not None else b""
        shown = request.headers.get(TOKEN_HEADER, "").encode()
        if not token or not hmac.compare_digest(shown, token):
            raise web.HTTPUnauthorized(text="")
        return export


def _route(host: str) -> Object:
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": _PROXY, "namespace": _NAMESPACE},
        "spec": {
            "host": host,
            "to": {"kind": "Service", "name": _PROXY, "weight": 100},
            "tls": {"termination": "reencrypt", "insecureEdgeTerminationPolicy": "Redirect"},
        },
        "status": {"ingress": [{"host": host, "routerName": "default"}]},
    }
