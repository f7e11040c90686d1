"""One look for all pages that people open by a double click, and one way to say verdicts, times, amounts and links."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, select_autoescape

from support.evidence.results import Verdict

_SHARED = Path(__file__).parent / "templates"
MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.BROKEN: "!", Verdict.SKIPPED: "–"}


def templates(folder: Path) -> Environment:
    """Templates of a folder, which may extend `base.html`; HTML is escaped, other formats have escapes of their own."""
    environment = Environment(
        loader=FileSystemLoader([folder, _SHARED]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        bytecode_cache=_compiled(),
    )
    environment.filters |= {"mark": MARKS.__getitem__, "duration": duration, "data": data, "tag_apart": tag_apart}
    return environment


def _compiled() -> FileSystemBytecodeCache | None:
    """Where Python keeps compiled modules, if it may: compiling templates is a tenth of what a short run computes."""
    folder = Path(__file__).parent / "__pycache__"
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


def href(target: Path, folder: Path) -> str:
    """Address of a file on a page that lies in a folder."""
    return quote(os.path.relpath(target.absolute(), folder.absolute()))


def tag_apart(reason: str) -> tuple[str, str]:
    """The tag before a reason, if there is one, and the reason: pages say first what people who set no tags read."""
    found = re.fullmatch(r"(@[^\s:]+): (.+)", reason, re.DOTALL)
    return (found[1], found[2]) if found else ("", reason)


def many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """As people say it: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def data(megabytes: int) -> str:
    """MTV counts in units of 1024 x 1024 bytes."""
    if megabytes < 1024:
        return f"{megabytes} MiB"
    size, unit = megabytes / 1024, "GiB"
    if size >= 1024:
        size, unit = size / 1024, "TiB"
    return f"{size:.1f}".removesuffix(".0") + f" {unit}"
