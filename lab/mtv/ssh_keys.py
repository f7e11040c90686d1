"""The pair of Secrets with SSH keys that every vSphere Provider gets (facts/forklift.md 4.4)."""

import asyncio
from base64 import b64encode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of, owner_reference

_BITS = 2048
_NAME_LIMIT = 228


async def ensure_keys(lab: Lab, provider: Object) -> None:
    """Make what is missing; an existing private key is never replaced."""
    if lab.store.get("Secret", namespace_of(provider), f"{stem(provider)}-private") is not None:
        return
    private, public = await asyncio.to_thread(_pair)
    if lab.store.get("Provider", namespace_of(provider), name_of(provider)) is None:
        return
    for side, key, text in (("private", "private-key", private), ("public", "public-key", public)):
        name = f"{stem(provider)}-{side}"
        if lab.store.get("Secret", namespace_of(provider), name) is None:
            lab.store.create(_secret(provider, name, {key: b64encode(text).decode()}))


def stem(provider: Object) -> str:
    """What the names of both Secrets begin with."""
    return f"offload-ssh-keys-{name_of(provider)[:_NAME_LIMIT]}"


def _pair() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private, public + b"\n"


def _secret(provider: Object, name: str, data: dict[str, str]) -> Object:
    labels = {
        "app.kubernetes.io/name": "forklift",
        "app.kubernetes.io/component": "ssh-keys",
        "app.kubernetes.io/managed-by": "forklift-controller",
        "forklift.konveyor.io/provider": name_of(provider),
    }
    metadata = {
        "name": name,
        "namespace": namespace_of(provider),
        "labels": labels,
        "ownerReferences": [owner_reference(provider)],
    }
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data}
