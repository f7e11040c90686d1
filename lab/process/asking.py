"""Questions to a running lab by what it wrote into its folder."""

import http.client
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from lab.kernel.folder import LOCK, remove_files

_ANSWER_SECONDS = 10.0
_END_SECONDS = 15.0


class LabUnreachable(Exception):
    """No lab answers for this folder."""


def ask(folder: Path, path: str, method: str = "GET") -> dict[str, Any]:
    """Ask the control service; raises LabUnreachable."""
    try:
        endpoints = json.loads((folder / "endpoints.json").read_text())
        address = urlsplit(endpoints["control"])
        trust = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        connection = http.client.HTTPSConnection(address.netloc, timeout=_ANSWER_SECONDS, context=trust)
        try:
            connection.request(method, path, headers={"Authorization": f"Bearer {endpoints['control_token']}"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
    except FileNotFoundError:
        raise LabUnreachable(f"no lab is running in {folder}") from None
    except (OSError, KeyError, ValueError, http.client.HTTPException) as problem:
        raise LabUnreachable(f"the lab in {folder} does not answer: {problem}") from problem
    if answer.status != http.HTTPStatus.OK:
        raise LabUnreachable(f"the lab in {folder} answered {answer.status} to {path}")
    found: dict[str, Any] = json.loads(body)
    return found


def end(folder: Path) -> str:
    """Stop the lab of a folder and wait until it is gone; says what happened; raises LabUnreachable."""
    if not (folder / LOCK).exists() or _sweep(folder, 0):
        return f"no lab is running in {folder}"
    ask(folder, "/stop", "POST")
    if not _sweep(folder, _END_SECONDS):
        raise LabUnreachable(f"the lab in {folder} is still there {_END_SECONDS:g} s after it was told to stop")
    return f"the lab in {folder} has ended"


def _sweep(folder: Path, seconds: float) -> bool:
    """Wait until no lab lives in the folder and remove what one that was killed has left; False when one still does."""
    try:
        with FileLock(folder / LOCK).acquire(timeout=seconds):
            remove_files(folder)
            (folder / LOCK).unlink(missing_ok=True)
    except Timeout:
        return False
    return True


_MARKS = (("added", "+"), ("removed", "-"), ("changed", "~"))


def describe(found: dict[str, list[str]]) -> str:
    """One line per difference."""
    lines = [f"  {mark} {path}" for kind, mark in _MARKS for path in found[kind]]
    if not lines:
        return "nothing differs from the pristine lab"
    return "\n".join([f"{len(lines)} difference(s) from the pristine lab:", *lines])
