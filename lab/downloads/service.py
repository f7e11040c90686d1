"""HTTPS endpoint with virtctl archives, and the ConsoleCLIDownload that points to it (facts/openshift.md 5.4)."""

from collections.abc import Mapping

from aiohttp import web

from lab.cluster.store import Object
from lab.downloads.archives import script, tar_gz, zipped
from lab.kernel.fingerprint import digest
from lab.kernel.http import WHAT, Listener, journalled
from lab.kernel.service import Lab
from lab.virtualization.furniture import CNV

NAME = "virtctl-clidownloads-kubevirt-hyperconverged"
_LINKS = (
    ("Linux for x86_64", "amd64/linux/virtctl.tar.gz"),
    ("Linux for ARM 64", "arm64/linux/virtctl.tar.gz"),
    ("Linux for IBM Z", "s390x/linux/virtctl.tar.gz"),
    ("Mac for x86_64", "amd64/mac/virtctl.zip"),
    ("Mac for ARM 64", "arm64/mac/virtctl.zip"),
    ("Windows for x86_64", "amd64/windows/virtctl.zip"),
    ("Windows for ARM 64", "arm64/windows/virtctl.zip"),
)
_DEAD = "arm64/windows/virtctl.zip"
"""Listed, but not there: as on a real cluster."""


class DownloadsService:
    """Like the real one it asks nobody who they are."""

    name = "downloads"

    def __init__(self) -> None:
        self._listener: Listener | None = None
        self._archives: dict[str, bytes] = {}

    async def start(self, lab: Lab) -> None:
        self._archives = {path: _archive(path) for _, path in _LINKS if path != _DEAD}
        app = web.Application(middlewares=[journalled(lab, self.name)])
        app.add_routes([web.get("/{path:.*}", self._serve)])
        self._listener = Listener(app)
        address = await self._listener.open(lab)
        lab.endpoints[self.name] = address
        for cluster in filter(None, (lab, lab.remote)):
            cluster.store.create(_download(address))
            cluster.store.create(_route(address.removeprefix("https://")))

    async def stop(self) -> None:
        if self._listener is not None:
            await self._listener.close()

    def fingerprint(self) -> Mapping[str, str]:
        return {path: digest(content) for path, content in self._archives.items()}

    async def _serve(self, request: web.Request) -> web.Response:
        request[WHAT] = f"{request.method} archive"
        content = self._archives.get(request.match_info["path"])
        if content is None:
            raise web.HTTPNotFound(text="404 Not Found\n")
        return web.Response(body=content, content_type="application/octet-stream")


def _archive(path: str) -> bytes:
    binary = "virtctl.exe" if "/windows/" in path else "virtctl"
    pack = zipped if path.endswith(".zip") else tar_gz
    return pack(script(), binary)


def _download(address: str) -> Object:
    links = [{"text": f"Download virtctl for {what}", "href": f"{address}/{path}"} for what, path in _LINKS]
    description = "The virtctl client is a supplemental command-line utility for managing virtualization resources."
    return {
        "apiVersion": "console.openshift.io/v1",
        "kind": "ConsoleCLIDownload",
        "metadata": {"name": NAME},
        "spec": {
            "displayName": "virtctl - KubeVirt command line interface",
            "description": description,
            "links": links,
        },
    }


def _route(host: str) -> Object:
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": "hyperconverged-cluster-cli-download", "namespace": CNV},
        "spec": {
            "host": host,
            "to": {"kind": "Service", "name": "hyperconverged-cluster-cli-download", "weight": 100},
            "tls": {"termination": "edge", "insecureEdgeTerminationPolicy": "Redirect"},
        },
    }
