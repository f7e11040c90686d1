"""The cold sanity scenario on one source after the other: what became of it, and how much of it was checked."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from acceptance.drill import check_of
from acceptance.processes import Ended, behave, results_in
from support.domain.source import ProviderKind

SCENARIO = "@test_sanity_cold_mtv_migration"
PROFILES = tuple(kind.value for kind in ProviderKind)
"""As the lab calls its profiles, one for each type of source."""
SPEED = "20"
_ON_THE_LAB = {"migration": 60, "provider": 60, "inventory": 60, "settled": 30, "guest_agent": 30, "ssh": 20}
"""Seconds in which the lab's work is done many times over at this speed; what is not done by then never will be."""
LONGEST_SECONDS = 240
_NOT_STARTED = 2
_ERROR = re.compile(r"^\w*(?:Error|Refused|NotReady|Timeout|NotFound)\b.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the runs happen: a folder for all they write, settings for each, and how long one may take.

    Attributes:
        lab: folder of the lab they go to; None where their settings name a cluster.
        seconds: None for as long as the settings let it take.
    """

    folder: Path
    lab: Path | None = None
    defines: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None

    def reports_of(self, profile: str) -> Path:
        return self.folder / re.sub(r"[^A-Za-z0-9.-]", "_", profile) / "reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One source.

    Attributes:
        verdict: as Allure has it (passed, failed, broken, skipped), else "could not start" or "no result".
        checks: names of those that compared something.
        not_run: name of a check, or of a part of one, and why nobody could look.
        message: what people need to know of a verdict that is not passed.
    """

    source: str
    verdict: str
    checks: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    seconds: float
    code: int | None
    message: str = ""

    @property
    def right(self) -> bool:
        """A scenario that passed in a run that left nothing over; one that compared nothing proves nothing."""
        return self.verdict == "passed" and self.code == 0 and bool(self.checks)


def rows(profiles: Sequence[str], place: Place, jobs: int) -> Iterator[Row]:
    """In the order of the profiles, as they become known; `jobs` runs at a time."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda profile: row(profile, place), profiles)


def row(profile: str, place: Place) -> Row:
    """Run the scenario; whatever happens is a row."""
    reports = place.reports_of(profile)
    reports.mkdir(parents=True)
    started = time.monotonic()
    ended = behave([f"--tags={SCENARIO}"], _defines(profile, place, reports), place.seconds)
    return judged(profile, results_in(reports), ended, time.monotonic() - started)


def _defines(profile: str, place: Place, reports: Path) -> dict[str, str]:
    quick = {f"wait_{name}": str(seconds) for name, seconds in _ON_THE_LAB.items()}
    reached = {**quick, "lab": str(place.lab)} if place.lab is not None else {}
    return {**reached, **place.defines, "source_provider": profile, "reports_dir": str(reports)}


def judged(profile: str, results: Sequence[Mapping[str, Any]], ended: Ended, seconds: float) -> Row:
    """From the results of a run and its last words."""
    if len(results) != 1:
        why = _last_words(ended) if not results else f"expected the result of one scenario, found {len(results)}"
        verdict = "could not start" if ended.code == _NOT_STARTED else "no result"
        return Row(source=profile, verdict=verdict, seconds=seconds, code=ended.code, message=why)
    steps = [inner for outer in results[0]["steps"] for inner in outer.get("steps") or [] if check_of(inner)]
    return Row(
        source=profile,
        verdict=str(results[0]["status"]),
        checks=tuple(dict.fromkeys(check_of(step) for step in steps if step["status"] != "skipped")),
        not_run=tuple(dict.fromkeys(_told(step) for step in steps if step["status"] == "skipped")),
        seconds=seconds,
        code=ended.code,
        message=_message(results[0], ended),
    )


def _message(result: Mapping[str, Any], ended: Ended) -> str:
    """What is left over comes after a verdict, which it does not change."""
    if result["status"] != "passed":
        return str((result.get("statusDetails") or {}).get("message") or "")
    return "" if ended.code == 0 else f"the run ended with {ended.code}: {_last_words(ended)}"


def _told(step: Mapping[str, Any]) -> str:
    reason = str((step.get("statusDetails") or {}).get("message") or "")
    return f"{check_of(dict(step))}: {reason.removeprefix('not run: ')}"


def _last_words(ended: Ended) -> str:
    """The line that says what went wrong, else the last one."""
    lines = [line.strip() for line in ended.said.splitlines() if line.strip()]
    errors = [line for line in lines if _ERROR.match(line)]
    return (errors or lines or ["it said nothing"])[-1]
