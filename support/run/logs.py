"""Where log records go: one file per run, cleaned of every secret; only views print to the terminal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.evidence.redaction import RedactingFormatter, Redactor

_CHATTY = ("urllib3", "kubernetes", "paramiko", "websocket", "asyncio", "filelock")
"""Libraries that log bodies or each request at levels a reader of run.log does not want."""


@contextmanager
def logging_to(path: Path, level: str, redactor: Redactor) -> Iterator[None]:
    """Send the records of this process to a file of mode 0600 while the block runs."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    handler = logging.FileHandler(path)
    handler.setFormatter(RedactingFormatter(redactor))
    root, own = logging.getLogger(), logging.getLogger("support")
    before = (root.level, own.level)
    root.addHandler(handler)
    for logger in (root, own):  # a library may have set our level, which would count more than the root's
        logger.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        own.setLevel(before[1])
        handler.close()
