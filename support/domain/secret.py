"""Text that must never be shown."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password or token; only `reveal` gives it out."""

    _text: str

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


_BEARER = re.compile(
    r"(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}|sha256~[A-Za-z0-9_-]{20,}|eyJ[A-Za-z0-9_-]{10,}\.[\w.-]+"
)
_NAMED = re.compile(
    r"((?:password|passwd|passphrase|secret_?key|access_?token|token|authorization)[\"']?[ \t]*[:=][ \t]*)"
    r"(?!true\b|false\b|[\"']?\*\*\*)(\"[^\"]+\"|'[^']+'|[^\s,;}&]+)",
    re.IGNORECASE,
)
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)


def without_credentials(text: str) -> str:
    """For texts of others, such as a product's log: what looks like a credential goes, known or not."""
    return _NAMED.sub(r"\1***", _BEARER.sub("***", _KEY.sub("***", text)))
