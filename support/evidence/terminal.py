"""Writes to a terminal or file that may go away or know few letters: a view must never end the run it shows.

An exception in a formatter ends Behave without any teardown (facts/behave.md 1.14); `| head` is enough to get one.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO


@dataclass(slots=True)
class ForgivingStream:
    """A text stream that drops what can no longer be written and replaces what the encoding lacks."""

    stream: TextIO
    gone: bool = False

    @property
    def encoding(self) -> str:
        return getattr(self.stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        if not self.gone:
            try:
                self.stream.write(text.encode(self.encoding, "replace").decode(self.encoding))
            except (OSError, ValueError):  # ValueError: the stream was closed
                self.gone = True
        return len(text)

    def flush(self) -> None:
        if not self.gone:
            try:
                self.stream.flush()
            except (OSError, ValueError):
                self.gone = True

    def isatty(self) -> bool:
        return not self.gone and self.stream.isatty()

    def fileno(self) -> int:
        return self.stream.fileno()

    def speaks(self, text: str) -> bool:
        """Whether the encoding has these letters."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


def wrapped(line: str, width: int) -> Iterator[str]:
    """A list of names in lines of that many columns; no name is torn, for a reader searches for it."""
    kept = line.replace(" ", "\xa0").replace(",\xa0", ", ").replace(":\xa0", ": ")
    for part in textwrap.wrap(kept, max(width, 1), break_long_words=False, break_on_hyphens=False):
        yield part.replace("\xa0", " ")
