"""An engine's CA: what it publishes, and what its web server shows where that has a certificate of somebody else."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lab.kernel.tls import Authority, new_authority
from support.adapters.addresses import Address
from support.adapters.ovirt.trust import fetch_authority, prove, proved_authority
from support.domain.errors import SourceError, SourceUnreachable


@pytest.fixture
def authority(tmp_path: Path) -> Callable[[str], Authority]:
    def make(name: str) -> Authority:
        (tmp_path / name).mkdir()
        return new_authority(tmp_path / name)

    return make


@pytest.fixture
def web() -> Iterator[Callable[[Authority, str], Address]]:
    """Starts a web server with a certificate of one authority that publishes what it is told."""
    running: list[ThreadingHTTPServer] = []

    def start(own: Authority, published: str) -> Address:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _publisher(published))
        server.socket = own.server.wrap_socket(server.socket, server_side=True)
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return Address("127.0.0.1", int(server.server_address[1]))

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def _publisher(text: str) -> type[BaseHTTPRequestHandler]:
    class Publisher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = "/ovirt-engine/services/pki-resource?resource=ca-certificate&format=X509-PEM-CA"
            self.send_response(200 if self.path == asked else 404)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args: Any) -> None:
            """Nobody reads it."""

    return Publisher


def test_an_engine_whose_ca_vouches_for_its_web_server_needs_no_more(
    authority: Callable[[str], Authority], web: Callable[[Authority, str], Address]
) -> None:
    own = authority("own")
    assert proved_authority(web(own, own.ca_pem)) == own.ca_pem


def test_a_web_server_of_another_authority_is_trusted_beside_the_engines(
    authority: Callable[[str], Authority], web: Callable[[Authority, str], Address]
) -> None:
    """MTV needs both: one for the API, and the engine's own for imageio."""
    engine, site = authority("engine"), authority("site")
    server = web(site, engine.ca_pem)
    both = proved_authority(server)
    assert engine.ca_pem.strip() in both
    assert site.leaf_pem.strip() in both
    prove(server, both)
    with pytest.raises(SourceUnreachable, match="no trusted connection"):
        prove(server, engine.ca_pem)


def test_an_answer_without_a_certificate_is_no_ca(
    authority: Callable[[str], Authority], web: Callable[[Authority, str], Address]
) -> None:
    with pytest.raises(SourceError, match="expected a certificate at /ovirt-engine/services/pki-resource"):
        fetch_authority(web(authority("own"), "<html>welcome</html>"))
