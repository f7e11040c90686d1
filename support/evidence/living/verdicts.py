"""The last verdict of each scenario on each source, from the results that runs have left among the reports."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from support.evidence.kept_evidence import evidence_in
from support.evidence.results import UNKNOWN, RunFacts, Verdict
from support.evidence.summary.account import first_words
from support.evidence.summary.page import HTML, anchor

_RESULTS = "*/results*.json"
"""That of a run in its folder, and those of the shards in the folder where they were joined."""
_HIDDEN = "***"
"""What the redactor puts in place of a secret."""

_Key = tuple[str, str, str, str]
_Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    title: str
    sentence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What is read of a scenario's result; whatever else is in the file may change with any release."""

    template_title: str
    file: str
    line: int
    verdict: Verdict
    rule: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    start: float = 0.0
    stop: float = 0.0
    message: str = ""
    skip_reason: str = ""
    evidence: str = ""
    steps: list[_Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    facts: RunFacts
    results: tuple[_Result, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastVerdict:
    """What became of a scenario, or of a row, the last time it ran on one source.

    Attributes:
        when: seconds since the epoch.
        why: what went wrong, in the words of the report.
        skip_reason: why it was not run, where it never was; then the verdict is `SKIPPED`.
        summary: page that tells more of it, None when none does; `anchor`: where on the page.
        evidence: first page of what explains it, None when there is none.
        spoken: its sentences as they were said; empty where that is not known.
    """

    verdict: Verdict
    when: float
    facts: RunFacts
    why: str = ""
    skip_reason: str = ""
    summary: Path | None = None
    anchor: str = ""
    evidence: Path | None = None
    spoken: tuple[str, ...] = ()

    @property
    def place(self) -> _Place:
        """Where it ran: verdicts from elsewhere are others."""
        return self.facts.cluster, self.facts.source_profile, self.facts.storage_class

    def was_of(self, spoken: Iterable[str]) -> bool:
        """Whether it is a verdict about these sentences, as far as can be told: a feature changes with time."""
        now = tuple(spoken)
        return not self.spoken or self.spoken == now or any(_HIDDEN in each for each in self.spoken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """All there are; `unreadable` says in a line each which results could not be read, and why."""

    by_scenario: Mapping[_Key, Mapping[_Place, LastVerdict]] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

    def of(self, file: str, rule: str, title: str, cells: Mapping[str, str]) -> tuple[LastVerdict, ...]:
        """One for each place it was looked at, the newest first."""
        known = self.by_scenario.get(_key(file, rule, title, cells), {})
        return tuple(sorted(known.values(), key=lambda each: -each.when))

    @property
    def places(self) -> tuple[LastVerdict, ...]:
        """The newest verdict of each place, whichever scenario it is about."""
        newest: dict[_Place, LastVerdict] = {}
        for each in (last for known in self.by_scenario.values() for last in known.values()):
            if each.place not in newest or newest[each.place].when < each.when:
                newest[each.place] = each
        return tuple(sorted(newest.values(), key=lambda each: -each.when))


def verdicts_in(reports: Path, publishing: Path | None = None) -> Verdicts:
    """Of all runs whose folders are among the reports.

    Args:
        publishing: folder of a run whose summary is about to be written.
    """
    found: dict[_Key, dict[_Place, LastVerdict]] = {}
    unreadable = []
    for path in sorted(reports.glob(_RESULTS)):
        try:
            record = _ADAPTER.validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            unreadable.append(f"{path.parent.name}/{path.name}: {_why(error)}")
            continue
        for key, last in _verdicts(record, path, _summary_of(path.parent, publishing)):
            known = found.setdefault(key, {})
            if last.place not in known or _tells_more(last, known[last.place]):
                known[last.place] = last
    return Verdicts(by_scenario=found, unreadable=tuple(unreadable))


@dataclass(frozen=True, slots=True)
class _Summary:
    """The page beside some results; `text` is None for one that is about to be written with all of them."""

    page: Path
    text: str | None

    def tells_of(self, place: str) -> bool:
        return self.text is None or f'id="{place}"' in self.text


def _summary_of(folder: Path, publishing: Path | None) -> _Summary:
    page = folder / HTML
    if folder.absolute() == publishing:
        return _Summary(page, None)
    return _Summary(page, page.read_text(encoding="utf-8", errors="replace") if page.is_file() else "")


def _counts(result: _Result, facts: RunFacts) -> bool:
    """What was rehearsed, whose turn never came, or was skipped before any cluster was asked, tells nothing new."""
    never = result.verdict is Verdict.BROKEN and not result.start
    unasked = result.verdict is Verdict.SKIPPED and facts.cluster == UNKNOWN
    return not (facts.rehearses or never or unasked)


def _verdicts(record: _Record, path: Path, summary: _Summary) -> Iterator[tuple[_Key, LastVerdict]]:
    ended = max((each.stop for each in record.results), default=0.0) or path.stat().st_mtime
    for each in record.results:
        if not _counts(each, record.facts):
            continue
        place = anchor(record.facts.run_id, each.file, each.line)
        yield (
            _key(each.file, each.rule, each.template_title, each.cells),
            LastVerdict(
                verdict=each.verdict,
                when=each.stop or ended,
                facts=record.facts,
                why=first_words(each.message) if each.verdict in (Verdict.FAILED, Verdict.BROKEN) else "",
                skip_reason=each.skip_reason,
                summary=summary.page if each.verdict is not Verdict.SKIPPED and summary.tells_of(place) else None,
                anchor=place,
                evidence=evidence_in(path.parent, each.evidence),
                spoken=tuple(step.title for step in each.steps if step.sentence),
            ),
        )


def _tells_more(new: LastVerdict, old: LastVerdict) -> bool:
    """What ran tells more than what did not, whichever came later."""
    return _weight(new) > _weight(old)


def _weight(last: LastVerdict) -> tuple[bool, float]:
    return last.verdict is not Verdict.SKIPPED, last.when


def _key(file: str, rule: str, title: str, cells: Mapping[str, str]) -> _Key:
    return file, rule, title, json.dumps(cells, sort_keys=True)


def _why(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return error.strerror or "cannot be read"
    wrong = error.errors()[0]
    return f"{wrong['msg']} at {'.'.join(map(str, wrong['loc'])) or 'its beginning'}"


_ADAPTER = TypeAdapter(_Record)
