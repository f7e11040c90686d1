"""Which certificates the suite trusts, set per connection and never by environment."""

import os
import ssl
import tempfile
from pathlib import Path

from support.domain.errors import StartError


def context(*, verify: bool, ca_file: Path | None = None, ca_pem: str = "") -> ssl.SSLContext:
    """A client context; without a CA of its own the operating system's store decides. Raises StartError."""
    if not verify:
        return _unverified()
    try:
        if ca_file is None and not ca_pem:
            return ssl.create_default_context()
        made = ssl.create_default_context(cafile=str(ca_file) if ca_file else None, cadata=ca_pem or None)
    except (OSError, ValueError) as error:
        where = f"setting cluster_ca: {ca_file}" if ca_file else "the cluster's CA"
        raise StartError(f"{where}: not a file of PEM certificates ({error})") from error
    # A bundle may end below its root; up to Python 3.12 that is refused without this flag (facts/sources.md 1.2).
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return made


def add_client_certificate(to: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """Present a client certificate; the ssl module reads it from a file only, which is private and gone at once."""
    descriptor, name = tempfile.mkstemp(prefix="client-", suffix=".pem")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(certificate.rstrip() + b"\n" + key)
        to.load_cert_chain(name)
    except ssl.SSLError as error:
        raise StartError(f"setting kubeconfig: its client certificate and key are not usable ({error})") from error
    finally:
        Path(name).unlink()


def _unverified() -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made
