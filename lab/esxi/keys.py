"""Lines of `authorized_keys`: which key may do what (sshd(8), facts/sources.md 2.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lab.guests.answers import Answer

_LINE = re.compile(
    r'^(?:(?P<options>(?:[^\s"]|"(?:[^"\\]|\\.)*")+)[ \t]+)?'
    r"(?P<kind>ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+)[ \t]+(?P<blob>[A-Za-z0-9+/=]+)"
)
_COMMAND = re.compile(r'(?:^|,)command="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_ASKED = re.compile(r"^DS=(?P<store>[^;]*);\s*CMD=(?P<command>.*)$", re.DOTALL)
_OLD = re.compile(r"^python3?\s+(?P<script>/vmfs/volumes/\S+)")


@dataclass(frozen=True, slots=True)
class Line:
    """One key with what it is bound to; `command` is empty for a key that may do anything."""

    kind: str
    blob: str
    command: str


def lines(text: str) -> Iterator[Line]:
    """Readable lines in their order; sshd passes over the others, too."""
    for raw in text.splitlines():
        found = _LINE.match(raw.strip())
        if found is not None:
            bound = _COMMAND.search(found["options"] or "")
            command = re.sub(r'\\(["\\])', r"\1", bound[1]) if bound else ""
            yield Line(found["kind"], found["blob"], command)


def line_for(text: str, blob: str) -> Line | None:
    """The first line with a key counts, so that an outdated one hides its successor."""
    return next((line for line in lines(text) if line.blob == blob), None)


def forced(command: str, original: str) -> Answer:
    """What MTV's restricted commands answer; the wrapper is on no datastore before a copy has put it there."""
    old = _OLD.match(command)
    if old is not None:
        return Answer(2, err=f"python: can't open file '{old['script']}': [Errno 2] No such file or directory\n")
    if "SSH_ORIGINAL_COMMAND" not in command or "SSH_OK" not in command:
        return Answer(127, err=f"sh: {command.split(maxsplit=1)[0]}: command not found: this guest runs no scripts\n")
    asked = _ASKED.match(original)
    store = asked["store"] if asked is not None else ""
    if not store:
        return Answer(out="SSH_OK\n")
    return Answer(
        2, err=f"sh: can't open '/vmfs/volumes/{store}/secure-vmkfstools-wrapper': No such file or directory\n"
    )


def is_ready(text: str, blob: str) -> bool:
    """MTV's own test of a host: its key is taken, and an empty datastore is answered (facts/forklift.md 4.4)."""
    line = line_for(text, blob)
    return line is not None and forced(line.command, "DS=;CMD=status test-task-id").out.strip() == "SSH_OK"
