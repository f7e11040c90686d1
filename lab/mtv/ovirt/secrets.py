"""What Forklift's webhook makes of an oVirt Provider's Secret in secure mode (facts/forklift.md 7.2)."""

from base64 import b64encode

from cryptography import x509

from lab.cluster.store import Object
from lab.kernel.addresses import endpoint, same
from lab.kernel.service import Lab
from lab.mtv.provider_secrets import authority, insecure, value

_UPDATED = "ca-cert-updated"


class SecretRefused(Exception):
    """The message is the webhook's own, or that of the client it asks the engine with."""


def settle_authority(lab: Lab, secret: Object) -> None:
    """Ask the engine for its CA and add it to the Secret's, unless it is among them; raises SecretRefused."""
    if insecure(secret):
        return
    known = authority(secret)
    if not known:
        raise SecretRefused("CA certificate is required for oVirt provider in secure mode (insecureSkipVerify=false).")
    certificates = _parsed(known)
    own = lab.authority.ca_pem
    if not _reached(lab, value(secret, "url")):
        raise SecretRefused(f"{_asked(secret)}: connect: connection refused")
    if not set(_parsed(own + lab.authority.leaf_pem)) & set(certificates):
        why = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
        raise SecretRefused(f"{_asked(secret)}: {why}")
    if _flat(own) not in _flat(known):
        secret["data"].pop("cacert", None)
        secret["data"]["ca.crt"] = b64encode(f"{known.rstrip()}\n{own}".encode()).decode()
        secret["metadata"]["labels"][_UPDATED] = "true"


def _parsed(pem: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError as problem:
        raise SecretRefused("The certificate is not valid, can't proceed.") from problem


def _reached(lab: Lab, url: str) -> bool:
    try:
        return same(url, lab.endpoints.get("ovirt", ""))
    except ValueError:
        return False


def _asked(secret: Object) -> str:
    try:
        at = endpoint(value(secret, "url"))
    except ValueError:
        return 'Get "": unsupported protocol scheme'
    place = f"https://{at.host}:{at.port}/ovirt-engine/services/pki-resource"
    return f'Get "{place}?resource=ca-certificate&format=X509-PEM-CA": dial tcp {at.host}:{at.port}'


def _flat(pem: str) -> str:
    return pem.replace("\n", "")
