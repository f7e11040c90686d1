"""The name a machine gets on the destination (facts/forklift.md 3.3)."""

import re
import secrets
import string
from collections.abc import Callable

LIMIT, SHORTENED = 63, 58
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SUBDOMAIN_LIMIT = 253
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_ALPHABET = string.ascii_lowercase + string.digits


def is_subdomain(name: str) -> bool:
    """DNS-1123 subdomain: what a VirtualMachine may be called, dots and leading digits included."""
    return len(name) <= _SUBDOMAIN_LIMIT and _SUBDOMAIN.fullmatch(name) is not None


def is_label(name: str) -> bool:
    return len(name) <= LIMIT and _LABEL.fullmatch(name) is not None


def adjusted(name: str) -> str:
    """A source name as Forklift rewrites it; something random when nothing usable is left."""
    parts = name.lower().strip(".-").split(".")
    joined = ".".join(kept for part in parts if (kept := _part(part)))[:LIMIT].strip(".-")
    return joined or f"vm-{random_suffix()}"


def _part(part: str) -> str:
    dashed = re.sub(r"[_+* /\\]", "-", part)
    plain = re.sub(r"[^a-z0-9-]", "", dashed).strip("-")
    return re.sub(r"-+", "-", plain)[:LIMIT].strip("-")


def random_suffix() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def new_name(source: str, taken: Callable[[str], bool]) -> str:
    """The name that replaces an illegal one, made different from those that are taken."""
    name = adjusted(source)
    if not taken(name):
        return name
    return f"{name[:SHORTENED]}-{random_suffix()}"
