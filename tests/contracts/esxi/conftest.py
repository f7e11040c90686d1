"""The lab's ESXi host, or a real one: ESXI_URL=ssh://root:password@host:port; ESXI_HOST_KEY is its fingerprint."""

import os
import urllib.parse
from collections.abc import Iterator

import pytest

from lab.esxi.service import EsxiService
from lab.kernel.service import Options
from support.domain.access import HostAccess
from support.domain.secret import Secret
from tests.harness.lab_in_thread import LabInThread

URL = os.environ.get("ESXI_URL")


def _access(url: str, name: str = "") -> HostAccess:
    parts = urllib.parse.urlsplit(url)
    return HostAccess(
        name=name or parts.hostname or "",
        address=parts.hostname or "",
        port=parts.port or 22,
        user=urllib.parse.unquote(parts.username or "root"),
        password=Secret(urllib.parse.unquote(parts.password or "")),
        fingerprint=os.environ.get("ESXI_HOST_KEY"),
    )


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostAccess]:
    if URL:
        yield _access(URL)
        return
    lab = LabInThread(tmp_path_factory.mktemp("esxi"), Options(speed=100), [EsxiService()])
    lab.start()
    console = next(iter(lab.world.consoles.values()))
    account = console.account
    yield _access(f"ssh://{account.user}:{account.password}@{console.address}", console.name)
    lab.stop()
