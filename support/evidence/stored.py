"""A run's results as a file of their own, from which other reports can be made later and elsewhere."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from support.domain.errors import StartError
from support.evidence.results import RunRecord

FILE = "results.json"


def store(record: RunRecord, folder: Path, name: str = FILE) -> None:
    """Write the record into a run's folder, attachments included; what a finding compared is kept as its text."""
    (folder / name).write_bytes(_adapter().dump_json(record, fallback=str))


def stored(folder: Path) -> RunRecord:
    """Read what a run has stored in its folder; raises StartError where there is none, or it is damaged."""
    path = folder / FILE
    try:
        return _adapter().validate_json(path.read_bytes())
    except OSError as error:
        raise StartError(f"{path}: expected the results of a finished run, found {error.strerror}") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        raise StartError(
            f"{path}: expected the results of a finished run, found {wrong['msg']} at {_place(wrong['loc'])}"
        ) from error


def _adapter() -> TypeAdapter[RunRecord]:
    return TypeAdapter(RunRecord)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "its beginning"
