"""A search for planted secrets in everything that a run leaves or shows, in any form they could take."""

import base64
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from support.evidence.results import Attachment, RunRecord, StepResult
from support.evidence.stored import FILE, stored


def forms(secret: str) -> set[bytes]:
    """As it is, and as it travels: base64 wherever in a longer text it stood, and in URLs."""
    shifted = {base64.b64encode(b"x" * offset + secret.encode())[4 if offset else 0 : -4] for offset in range(3)}
    return {secret.encode(), quote(secret, safe="").encode(), *(each for each in shifted if len(each) >= 8)}


def found_in(content: bytes, secrets: Iterable[str]) -> list[str]:
    return [secret for secret in secrets if any(form in content for form in forms(secret))]


def found_below(folder: Path, secrets: Iterable[str]) -> list[str]:
    """`file: secret` for each file below a folder that holds one, attachments of stored results unpacked."""
    known = tuple(secrets)
    found = [f"{path}: {secret}" for path in files_below(folder) for secret in found_in(path.read_bytes(), known)]
    for path in folder.rglob(FILE):
        for attachment in _attachments(stored(path.parent)):
            found += [f"{path}, {attachment.title}: {secret}" for secret in found_in(attachment.body, known)]
    return found


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def _attachments(record: RunRecord) -> Iterator[Attachment]:
    for result in record.results:
        yield from result.attachments
        for step in result.steps:
            yield from _of_step(step)


def _of_step(step: StepResult) -> Iterator[Attachment]:
    yield from step.attachments
    for below in step.steps:
        yield from _of_step(below)


class ProcessList:
    """Command lines of a process and all that it starts, as anybody on the machine can read them."""

    def __init__(self, root: int) -> None:
        self._root = root
        self.seen: set[bytes] = set()

    @contextmanager
    def watched(self) -> Iterator["ProcessList"]:
        stop = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(stop,), daemon=True)
        watcher.start()
        try:
            yield self
        finally:
            stop.set()
            watcher.join()

    def _watch(self, stop: threading.Event) -> None:
        while not stop.wait(0.02):
            parents = _parents()
            ours = {self._root}
            for _ in range(5):
                ours |= {child for child, parent in parents.items() if parent in ours}
            self.seen |= {line for each in ours if (line := _read(each, "cmdline"))}


def _parents() -> dict[int, int]:
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    stats = {number: _read(number, "stat").rpartition(b")")[2].split() for number in numbers}
    return {number: int(fields[1]) for number, fields in stats.items() if len(fields) > 1}


def _read(process: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except OSError:  # it has ended
        return b""
