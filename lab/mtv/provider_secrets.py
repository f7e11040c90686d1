"""What a Provider's Secret says, decoded."""

from base64 import b64decode
from binascii import Error as NotBase64

from lab.cluster.store import Object


def value(secret: Object | None, key: str) -> str:
    """One decoded value; empty when it is absent or cannot be decoded."""
    raw = ((secret or {}).get("data") or {}).get(key, "")
    try:
        return b64decode(raw, validate=True).decode().strip()
    except (NotBase64, UnicodeDecodeError):
        return ""


def insecure(secret: Object | None) -> bool:
    return value(secret, "insecureSkipVerify").lower() in ("true", "1", "t")


def authority(secret: Object | None) -> str:
    """PEM of the CA: `ca.crt` before the older `cacert` (facts/forklift.md 1.1)."""
    return value(secret, "ca.crt") or value(secret, "cacert")


def missing(secret: Object, *keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys if key not in (secret.get("data") or {}))
