"""The progress view of a worker: written on paper that is shown in one piece, but for lines that people wait for."""

import io
from collections.abc import Callable

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener

from support.evidence.live import LiveMigration
from support.evidence.progress import ProgressView
from support.evidence.redaction import Redactor
from support.run.parallel.messages import Paper


class PaperView(ProgressView):
    """`say` gets what moved on, line by line, at once; `text` is what a view of one process would show."""

    def __init__(self, config: Configuration, paper: Paper, say: Callable[[str], None]) -> None:
        self._say = say
        self._sheet = _Sheet(paper)
        super().__init__(StreamOpener(stream=self._sheet), config)
        self._verbose = paper.verbose  # as the run was asked to be; a worker's own would write about its start

    @property
    def text(self) -> str:
        return self._sheet.getvalue()

    def began(self, title: str) -> None:
        self._say(self._redactor.clean(title))

    def _live_migration(self, redactor: Redactor) -> LiveMigration:
        return LiveMigration(redactor, _Lines(self._say))


class _Sheet(io.StringIO):
    """Looks like the stream that the text is going to be shown on."""

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self._paper = paper

    @property
    def encoding(self) -> str:  # type: ignore[override]  # StringIO has none of its own
        return self._paper.encoding

    def isatty(self) -> bool:
        return self._paper.terminal


class _Lines(io.StringIO):
    """A stream whose lines are told as they are finished."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._say(line.strip())
        return len(text)
