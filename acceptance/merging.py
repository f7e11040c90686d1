"""`acceptance merge`: the results of several runs, such as the shards of one Job, as those of one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acceptance.documentation import documented
from support.domain.errors import StartError
from support.domain.names import random_part
from support.evidence.kept_evidence import evidence_in
from support.evidence.publish import publish_records
from support.evidence.results import RunFacts, RunRecord, ScenarioResult, Verdict
from support.evidence.stored import FILE, store, stored
from support.evidence.summary.account import account_of
from support.evidence.summary.page import headline
from support.run.documenting import notes_of

_ABOUT = "run.json"
_Identity = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of it.

    Attributes:
        folder: of the joint results.
        headline: the verdict in words.
        unfinished: runs that never finished.
        notes: what is amiss with pages, and changes no verdict.
    """

    folder: Path
    headline: str
    unfinished: tuple[Path, ...]
    notes: tuple[str, ...]
    good: bool


def merge(folders: Sequence[Path], reports: Path) -> Merged:
    """Join the last run of each folder and publish the whole among the reports.

    A folder without any run is a shard that had nothing to do. Raises StartError for one that is not there, holds
    damaged results, or when no folder holds any.
    """
    runs = [run for folder in folders for run in _last_run(folder)]
    unfinished = tuple(run for run in runs if not (run / FILE).is_file())
    records = _distinct([brought(stored(run), run) for run in runs if run not in unfinished])
    if not records:
        raise StartError(f"nothing to merge: no finished run in {', '.join(map(str, folders))}")
    folder = (reports / f"merged-{random_part()}").absolute()
    notes = _documented(records, folder)
    publish_records(records, folder)
    account = account_of(records)
    return Merged(
        folder=folder,
        headline=headline(account),
        unfinished=unfinished,
        notes=notes,
        good=account.good and not unfinished,
    )


def _documented(records: Sequence[RunRecord], folder: Path) -> tuple[str, ...]:
    """Keep what is read for the living documentation, since shards need not lie among the reports, and write it."""
    folder.mkdir(parents=True)
    for record in records:
        store(record, folder, f"results-{record.facts.run_id}.json")
    return notes_of(lambda: documented(folder.parent, folder))


def _last_run(folder: Path) -> list[Path]:
    """A run's own folder, or the newest run in a folder of reports; none is a state, too."""
    if not folder.is_dir():
        raise StartError(f"{folder}: expected the folder of a run, or one that a shard wrote its reports into")
    if (folder / _ABOUT).is_file() or (folder / FILE).is_file():
        return [folder.absolute()]
    runs = [path.parent.absolute() for path in folder.glob(f"*/{_ABOUT}")]
    return sorted(runs, key=_started)[-1:]


def _started(run: Path) -> str:
    try:
        return str(json.loads((run / _ABOUT).read_text())["started"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StartError(f"{run / _ABOUT}: expected JSON as the run wrote it, found {error}") from error


def brought(record: RunRecord, run: Path) -> RunRecord:
    """Evidence lies where the run's folder is now, which need not be where it was written."""
    results = tuple(replace(each, evidence=_evidence(each.evidence, run)) for each in record.results)
    return replace(record, results=results)


def _evidence(told: str, run: Path) -> str:
    here = evidence_in(run, told)
    return str(here) if here is not None else told


def _distinct(records: Sequence[RunRecord]) -> list[RunRecord]:
    """Without results that say a scenario was skipped which another shard ran: Allure would show the later one."""
    ran = {_identity(each, record.facts) for record in records for each in _executed(record.results)}
    return [
        replace(
            record,
            results=tuple(
                each
                for each in record.results
                if each.verdict is not Verdict.SKIPPED or _identity(each, record.facts) not in ran
            ),
        )
        for record in records
    ]


def _executed(results: Iterable[ScenarioResult]) -> Iterable[ScenarioResult]:
    return (each for each in results if each.verdict is not Verdict.SKIPPED)


def _identity(result: ScenarioResult, facts: RunFacts) -> _Identity:
    cells = json.dumps(result.cells, sort_keys=True)
    return result.file, result.template_title, cells, facts.source_profile, facts.storage_class
