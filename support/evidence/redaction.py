"""Takes known secrets out of any text before it is kept."""

import base64
import json
import logging
from dataclasses import dataclass, field
from urllib.parse import quote

_SHORTEST = 4
"""Shorter texts occur by chance everywhere."""


@dataclass(slots=True)
class Redactor:
    """Knows every secret of the run, also base64- and URL-encoded, and as JSON has it."""

    _known: set[str] = field(default_factory=set)

    def learn(self, secret: str) -> None:
        if len(secret) >= _SHORTEST:
            encoded = base64.b64encode(secret.encode()).decode()
            quoted = json.dumps(secret)[1:-1]
            # Twice where a machine's definition, itself JSON, has it in what cloud-init is told.
            self._known.update((secret, encoded, quote(secret, safe=""), quoted, json.dumps(quoted)[1:-1]))

    def clean(self, text: str) -> str:
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


class RedactingFormatter(logging.Formatter):
    """Log formatter that cleans the finished line, traceback included."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))
