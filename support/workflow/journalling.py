"""The journal on disk: one file per process, one line per record, durable before the deed is done."""

import json
import os
import signal
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from support.domain.errors import SuiteError
from support.domain.journal import Act, OpenThing, Realm, Record, Thing
from support.domain.names import random_part

DIE_AFTER = "MTV_ACCEPTANCE_DIE_AFTER_RECORD"
"""Environment variable of the kill drill: the process kills itself right after writing its record of this number."""

_TORN = " (torn)"


class FileJournal:
    """Append-only JSON lines, mode 0600; every record is one write, flushed to the disk before the call returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._records: list[Record] = []
        self._session = f"{os.getpid()}-{random_part()}"
        self._keys = 0
        self._dies_after = int(os.environ.get(DIE_AFTER, "0"))
        self._file: int | None = None

    def opened(self, details: Mapping[str, str]) -> None:
        self._write(Record(act=Act.OPENED, key=self._next_key(), details=details))

    def intent(self, thing: Thing) -> str:
        return self._announce(Act.INTENT, thing)

    def noted(self, key: str, details: Mapping[str, str]) -> None:
        self._write(Record(act=Act.NOTED, key=key, details=details))

    def created(self, key: str, uid: str) -> None:
        self._write(Record(act=Act.CREATED, key=key, uid=uid))

    def patching(self, thing: Thing) -> str:
        return self._announce(Act.PATCHING, thing)

    def patched(self, key: str) -> None:
        self._write(Record(act=Act.PATCHED, key=key))

    def gone(self, key: str) -> None:
        self._write(Record(act=Act.GONE, key=key))

    def restored(self, key: str) -> None:
        self._write(Record(act=Act.RESTORED, key=key))

    def closed(self) -> None:
        self._write(Record(act=Act.CLOSED, key=self._next_key()))

    def records(self) -> Sequence[Record]:
        return tuple(self._records)

    def _announce(self, act: Act, thing: Thing) -> str:
        key = self._next_key()
        self._write(Record(act=act, key=key, thing=thing))
        return key

    def _next_key(self) -> str:
        with self._lock:
            self._keys += 1
            return f"{self._session}-{self._keys}"

    def _write(self, record: Record) -> None:
        with self._lock:
            stamped = Record(
                act=record.act,
                key=record.key,
                thing=record.thing,
                uid=record.uid,
                details=dict(record.details),
                at=datetime.now(UTC).isoformat(timespec="microseconds"),
            )
            self._append(_line(stamped))
            self._records.append(stamped)
            if len(self._records) == self._dies_after:  # never so outside the kill drill, see DIE_AFTER
                os.kill(os.getpid(), signal.SIGKILL)

    def _append(self, line: bytes) -> None:
        if self._file is None:
            self._file = _open(self._path)
        if os.write(self._file, line) != len(line):
            raise SuiteError(f"{self._path}: the journal could not be written whole; is the disk full?")
        os.fsync(self._file)


def _open(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A process number can come back within a run; a line torn by its first owner's death stays a line of its own.
    before = path.read_bytes() if path.exists() else b""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if before and not before.endswith(b"\n"):
        os.write(file, f"{_TORN}\n".encode())
    return file


def _line(record: Record) -> bytes:
    content = {name: value for name, value in asdict(record).items() if value not in (None, "", {})}
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def read_journals(folder: Path) -> list[Record]:
    """All records of a run in the order they were written; a line torn by a sudden death is left out.

    Raises SuiteError for a complete line that is no record: a damaged journal must not pass for a short one.
    """
    records: list[Record] = []
    for path in sorted(folder.glob("*.jsonl")):
        *whole, _torn = path.read_text(errors="replace").split("\n")
        for number, line in enumerate(whole, start=1):
            if not line.endswith(_TORN):
                records.append(_record(line, f"{path}:{number}"))
    return sorted(records, key=lambda record: record.at)


def _record(line: str, where: str) -> Record:
    try:
        content = json.loads(line)
        thing = content.pop("thing", None)
        if thing is not None:
            thing = Thing(**{**thing, "realm": Realm(thing["realm"])})
        return Record(**{**content, "act": Act(content["act"]), "thing": thing})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SuiteError(f"{where}: not a journal record ({error}); mend or remove the line by hand") from error


def has_begun(records: Iterable[Record]) -> bool:
    """Whether a process got as far as making things; a login's token may be journalled before."""
    return any(record.act is Act.OPENED for record in records)


def open_things(records: Iterable[Record]) -> list[OpenThing]:
    """Things announced and not gone, in the order of their announcement; the result may be missing.

    The order of records does not matter otherwise: two processes' clocks may disagree, an end is an end.
    """
    known = list(records)
    ended = {record.key for record in known if record.act in (Act.GONE, Act.RESTORED)}
    things = {r.key: _announced(r, r.thing) for r in known if r.thing is not None and r.key not in ended}
    for record in known:
        if record.thing is None and record.key in things:
            things[record.key] = _learnt(things[record.key], record)
    return list(things.values())


def _announced(record: Record, thing: Thing) -> OpenThing:
    shared = record.act is Act.PATCHING
    return OpenThing(key=record.key, thing=thing, uid=record.uid, shared=shared, details=dict(thing.details))


def _learnt(thing: OpenThing, record: Record) -> OpenThing:
    return replace(thing, uid=record.uid or thing.uid, details={**thing.details, **record.details})
