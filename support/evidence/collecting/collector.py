"""Writes one folder of evidence per failure; whatever goes wrong on the way, the run goes on and the folder says so."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from support.domain.evidence import Exhibit, Happening
from support.domain.secret import without_credentials
from support.evidence.collecting.case import Case, Collected
from support.evidence.collecting.gathering import Gathering, Question
from support.evidence.collecting.questions import Clusters, questions
from support.evidence.collecting.telling import TIMELINE, first_page
from support.evidence.collecting.timeline import timeline
from support.evidence.collecting.writing import write_first_page
from support.evidence.redaction import Redactor
from support.ports.diagnosing import GathersByTool

_LOG = logging.getLogger("support.evidence.collector")
_BY_TOOL = "must-gather"

LooksAfter = Callable[[], object]
"""Reads one machine of the source as it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """One per process.

    Attributes:
        seconds: for all of one failure.
        tool: None where it is not at hand.
    """

    clusters: Clusters
    redactor: Redactor
    seconds: float
    tool: GathersByTool | None = None

    def collect(self, case: Case, folder: Path, after: Mapping[str, LooksAfter]) -> Collected:
        """Write what explains the case into the folder; `after`: the source's machines, by name."""
        began, gathering = time.monotonic(), Gathering(self.seconds)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = [self._write(folder, each) for each in _recorded(case)]
        asked = {**questions(case, self.clusters), **_source(after), **self._tool_question(case, folder, gathering)}
        files += [self._write(folder, each) for each in gathering.ask(asked)]
        files += _brought(folder)
        files.append(self._write(folder, self._timeline(case, gathering)))
        collected = Collected(
            folder=folder,
            files=tuple(sorted(set(files))),
            missing=dict(sorted(gathering.missing.items())),
            seconds=time.monotonic() - began,
        )
        write_first_page(first_page(case, collected, self._clean), folder)
        _LOG.info("%s: %d files in %s, %d missing", case.title, len(files), folder, len(collected.missing))
        return collected

    def _timeline(self, case: Case, gathering: Gathering) -> Exhibit:
        """Events once more, as happenings: they are few, and their text is on disk already where this fails."""
        happened: list[Happening] = []
        namespaces = {(place.cluster, place.namespace) for place in case.places}

        def ask(cluster: str, namespace: str) -> Iterable[Exhibit]:
            happened.extend(self.clusters[cluster].events(namespace))
            return ()

        asked: dict[str, Question] = {
            f"events of {namespace} for the timeline": partial(ask, cluster, namespace)
            for cluster, namespace in namespaces
            if cluster in self.clusters
        }
        list(gathering.ask(asked))
        seen = [cluster.changes() for cluster in self.clusters.values()]
        return Exhibit(path=TIMELINE, text=timeline(case.since, case.steps, happened, *seen))

    def _tool_question(self, case: Case, folder: Path, gathering: Gathering) -> dict[str, Question]:
        tool = self.tool
        if tool is None:
            return {}

        def ask() -> Iterable[Exhibit]:
            said = tool.gather(folder / _BY_TOOL, case.plan, gathering.left)
            return [Exhibit(path=f"{_BY_TOOL}/what-it-said.txt", text=said)]

        return {_BY_TOOL: ask}

    def _write(self, folder: Path, exhibit: Exhibit) -> str:
        path = folder / exhibit.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._clean(exhibit.text))
        return exhibit.path

    def _clean(self, text: str) -> str:
        return self.redactor.clean(without_credentials(text))


def _brought(folder: Path) -> Iterable[str]:
    """What the tool wrote by itself, so that the first page leads there, too."""
    return [str(path.relative_to(folder)) for path in (folder / _BY_TOOL).rglob("*") if path.is_file()]


def _recorded(case: Case) -> Iterable[Exhibit]:
    for name, facts in case.before.items():
        yield _facts(name, "before", facts)


def _source(after: Mapping[str, LooksAfter]) -> dict[str, Question]:
    def ask(name: str, look: LooksAfter) -> Iterable[Exhibit]:
        return [_facts(name, "after", look())]

    return {f"{name} on the source, as it is now": partial(ask, name, look) for name, look in after.items()}


def _facts(name: str, when: str, facts: object) -> Exhibit:
    return Exhibit(
        path=f"source/{name.replace('/', '_')}-{when}.yaml", text=yaml.safe_dump(_plain(facts), sort_keys=False)
    )


def _plain(value: Any) -> Any:
    """Domain values as YAML knows them."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int | float | bool | str | date | datetime) or value is None:
        return value if type(value) in (int, float, bool, str, type(None)) else str(value)
    return str(value)
