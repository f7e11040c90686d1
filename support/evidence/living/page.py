"""Writes the book as a site that needs nothing else: a page to begin with, one for each feature, one for the words."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from support.domain.source import spoken_source
from support.evidence.kept_evidence import to_open
from support.evidence.living.book import Book, FeatureText, Part, Performance, ScenarioText
from support.evidence.living.glossary import terms_of
from support.evidence.living.verdicts import LastVerdict, Verdicts
from support.evidence.pages.page import href, many, templates
from support.evidence.results import Verdict

FOLDER, INDEX, WORDS = "living", "index.html", "words.html"
_TEMPLATES = Path(__file__).parent / "templates"
_WORST_FIRST = (Verdict.FAILED, Verdict.BROKEN, Verdict.PASSED, Verdict.SKIPPED)
_NEVER = "never ran"
_SMOKE = "tier0"
"""Features with scenarios of the smoke slice come first: they are what most readers look for."""
_SAID = {Verdict.PASSED: "passed", Verdict.FAILED: "failed", Verdict.BROKEN: "no verdict", Verdict.SKIPPED: _NEVER}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A scenario on a page, with what became of it.

    Attributes:
        last: of the scenario, or of all its rows, the newest first; of each place one.
        rows: of each row of an outline.
    """

    feature: FeatureText
    part: Part
    text: ScenarioText
    last: tuple[LastVerdict, ...]
    rows: Mapping[tuple[str, ...], tuple[LastVerdict, ...]]

    @property
    def verdict(self) -> Verdict:
        """The worst of all places; `SKIPPED` stands for a scenario that never ran."""
        return min((each.verdict for each in self.last), key=_WORST_FIRST.index, default=Verdict.SKIPPED)

    def of_row(self, row: Performance) -> tuple[LastVerdict, ...]:
        return self.rows.get(tuple(row.cells.values()), ())

    @property
    def said(self) -> str:
        return _SAID[self.verdict]

    @property
    def link(self) -> str:
        return f"{self.feature.page}#{self.text.anchor}"

    def reworded(self, last: LastVerdict) -> bool:
        """The verdict is about what the scenario said before."""
        return last.verdict is not Verdict.SKIPPED and not any(
            last.was_of(each.spoken) for each in self.text.performances
        )

    @property
    def sought(self) -> str:
        """What a reader may look for."""
        text = self.text
        parts = [self.feature.title, self.part.title, text.title, *(f"@{tag}" for tag in text.tags), *text.roles]
        return " ".join([*parts, *(each.words for each in text.sentences), *text.sources]).casefold()


def write_site(book: Book, verdicts: Verdicts, reports: Path) -> Path:
    """Replace the site among the reports; returns its first page. Each page is whole at any moment."""
    folder = reports / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    shown = [_shown(feature, part, text, verdicts) for feature in book.features for part, text in feature.scenarios]
    pages = _pages(book, shown, verdicts, folder)
    for name, text in pages.items():
        part = folder / f".{name}.{os.getpid()}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / name)
    for old in folder.glob("*.html"):
        if old.name not in pages:
            old.unlink(missing_ok=True)
    return folder / INDEX


def _pages(book: Book, shown: Sequence[_Shown], verdicts: Verdicts, folder: Path) -> dict[str, str]:
    environment = templates(_TEMPLATES)
    environment.filters |= {
        "date": _date,
        "place": _place,
        "many": many,
        "platform": spoken_source,
        "said": _SAID.__getitem__,
    }
    environment.globals |= {
        "details": lambda last: _details(last, folder),
        "evidence": lambda last: href(to_open(last.evidence), folder) if last.evidence is not None else "",
        "index": INDEX,
        "words": WORDS,
    }
    known = {"book": book, "shown": shown, "verdicts": verdicts}
    first_to_last = sorted(book.features, key=lambda each: not _is_smoke(each))
    of = {feature.file: [each for each in shown if each.feature == feature] for feature in book.features}
    first = environment.get_template("index.html").render(
        **known,
        features=first_to_last,
        of=of,
        headline=_headline(book, shown),
        tiles=_tiles(shown),
        families=_families(shown),
    )
    pages = {INDEX: first, WORDS: environment.get_template(WORDS).render(**known)}
    page = environment.get_template("feature.html")
    return pages | {
        each.page: page.render(**known, feature=each, of=of[each.file], terms=terms_of(each)) for each in book.features
    }


def _is_smoke(feature: FeatureText) -> bool:
    return any(_SMOKE in text.tags for _part, text in feature.scenarios)


def _shown(feature: FeatureText, part: Part, text: ScenarioText, verdicts: Verdicts) -> _Shown:
    each = [(row, _of(feature, part, text, row, verdicts)) for row in text.performances]
    rows = {tuple(row.cells.values()): last for row, last in each if row.cells}
    return _Shown(feature=feature, part=part, text=text, last=_joined(last for _row, last in each), rows=rows)


def _of(
    feature: FeatureText, part: Part, text: ScenarioText, row: Performance, verdicts: Verdicts
) -> tuple[LastVerdict, ...]:
    return verdicts.of(feature.file, part.title, text.title, row.cells)


def _joined(rows: Iterator[tuple[LastVerdict, ...]]) -> tuple[LastVerdict, ...]:
    """Of each place the worst of all rows."""
    worst: dict[tuple[str, str, str], LastVerdict] = {}
    for last in (each for row in rows for each in row):
        known = worst.get(last.place)
        if known is None or _WORST_FIRST.index(last.verdict) < _WORST_FIRST.index(known.verdict):
            worst[last.place] = last
    return tuple(sorted(worst.values(), key=lambda each: -each.when))


def _headline(book: Book, shown: Sequence[_Shown]) -> str:
    return f"{many(len(shown), 'scenario')} in {many(len(book.features), 'feature')}"


def _tiles(shown: Sequence[_Shown]) -> dict[Verdict, int]:
    told = Counter(each.verdict for each in shown)
    return {verdict: told[verdict] for verdict in _SAID}


def _families(shown: Sequence[_Shown]) -> list[str]:
    """Tags that stand for many scenarios; the others name one, or say what it needs."""
    return sorted({tag for each in shown for tag in each.text.tags if tag.isalnum()})


def _details(last: LastVerdict, folder: Path) -> str:
    """Where more is told of a verdict; empty when it is gone."""
    if last.summary is None:
        return ""
    return f"{href(last.summary, folder)}#{last.anchor}"


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %B %Y, %H:%M UTC")


def _place(last: LastVerdict) -> str:
    """Where it ran, for people."""
    facts = last.facts
    source = facts.source or "a source"
    profile = f" ({facts.source_profile})" if facts.source_profile else ""
    where = "the embedded lab" if facts.simulated else f"cluster {facts.cluster}"
    stored = f", storage class {facts.storage_class}" if facts.storage_class else ""
    return f"{source}{profile} to {where}, MTV {facts.mtv}, OpenShift {facts.openshift}{stored}"
