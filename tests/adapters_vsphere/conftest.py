"""The far end of a file transfer: an HTTPS server with a certificate made out to some name."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class FarEnd:
    """What was put and can be got, by path and query; `status` is the answer's."""

    port: int = 0
    certificate: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    status: int = 200


def _certificate(name: str) -> tuple[str, str]:
    """PEM of a self-signed certificate for an address or a host name, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    known = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def _handler(end: FarEnd) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            end.files[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"")

        def do_GET(self) -> None:
            self._answer(end.files[self.path])

        def _answer(self, body: bytes) -> None:
            self.send_response(end.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Nothing: the path holds a token."""

    return Handler


@contextmanager
def serving(folder: Path, name: str) -> Iterator[FarEnd]:
    """A far end on this machine whose certificate is made out to `name`."""
    end = FarEnd()
    end.certificate, key = _certificate(name)
    pem = folder / f"{name}.pem"
    pem.write_text(end.certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(end)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        end.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield end
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def vcenter(tmp_path: Path) -> Iterator[FarEnd]:
    with serving(tmp_path, "127.0.0.1") as end:
        yield end


@pytest.fixture
def esxi(tmp_path: Path) -> Iterator[FarEnd]:
    """A host whose certificate knows its name only, not the address it is reached at."""
    with serving(tmp_path, "esxi1.example.com") as end:
        yield end
