"""One defect, one lab, one run of the scenario: who noticed, and was it the one who should have?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from acceptance.expecting import Expectation
from acceptance.processes import behave, lab_up, results_in
from support.checks.bundle import CHECKS

SPEED = "40"
_BUDGETS = {"migration": 20, "settled": 8, "guest_agent": 8, "ssh": 5}
"""Seconds in which the lab's work is done many times over at this speed; a defect should not take an hour to show."""
_LONGEST_SECONDS = 180
_KEYWORDS = ("Given ", "When ", "Then ", "And ", "But ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A check, or a sentence, that did not pass, with what it said."""

    who: str
    status: str
    """As Allure has it: failed is the product's fault, broken is anything else."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one drill brought to light."""

    defect: str
    expected: str
    """The owning check; empty for a variation in which nothing is wrong."""
    profile: str
    """The source profile it was drilled on."""
    verdict: str
    """noticed, silent (both right), missed, wrong owner, false alarm, or no result."""
    fired: tuple[Fired, ...] = ()
    not_run: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.verdict in ("noticed", "silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillPlace:
    """Where drills happen: a folder for all they write, the speed of their labs, settings for their runs."""

    folder: Path
    lab_speed: str = SPEED
    defines: Mapping[str, str] = field(default_factory=dict)

    def of(self, defect: str) -> "DrillPlace":
        """The place of one drill among them."""
        return replace(self, folder=self.folder / defect)


def drill_all(expectations: Sequence[Expectation], place: DrillPlace, jobs: int) -> Iterator[Outcome]:
    """Outcomes in the order of the expectations, as they become known; `jobs` labs at a time."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda each: drill(each, place.of(each.defect)), expectations)


def drill(expectation: Expectation, place: DrillPlace) -> Outcome:
    """Run the scenario on a lab with the defect; whatever happens is an outcome."""
    folder = place.folder
    folder.mkdir(parents=True, exist_ok=True)
    with lab_up(folder / "lab", "--speed", place.lab_speed, "--defect", expectation.defect) as started:
        if not started:
            return _nothing(expectation, "the lab did not start")
        _choose_machine(folder / "lab" / "providers.json", expectation)
        said = _behave(place, expectation)
    results = results_in(folder / "reports")
    if len(results) != 1:
        return _nothing(expectation, f"expected the result of one scenario, found {len(results)}: {said[-2000:]}")
    return judge(expectation, results[0])


def judge(expectation: Expectation, result: dict[str, Any]) -> Outcome:
    """Compare who fired in a scenario's Allure result with who should have."""
    fired = tuple(_fired(result))
    return Outcome(
        defect=expectation.defect,
        expected=expectation.owner,
        profile=expectation.profile,
        verdict=_verdict(expectation, result["status"], {each.who: each.status for each in fired}),
        fired=fired,
        not_run=tuple(_not_run(result)),
    )


def without(result: dict[str, Any], check: str) -> dict[str, Any]:
    """The same scenario as it would have ended with one check switched off; sentences stay as they are.

    The sentence that compares the machine fails through its checks alone, so without any finding it passes.
    """
    steps = [_without(step, check) for step in result["steps"]]
    bad = any(step["status"] in ("failed", "broken") for step in steps)
    return {**result, "steps": steps, "status": result["status"] if bad else "passed"}


def _without(step: dict[str, Any], check: str) -> dict[str, Any]:
    before = step.get("steps") or []
    kept = [each for each in before if check_of(each) != check]
    if len(kept) == len(before) or any(each["status"] in ("failed", "broken") for each in kept):
        return {**step, "steps": kept}
    return {**step, "steps": kept, "status": "passed"}


def _verdict(expectation: Expectation, status: str, fired: dict[str, str]) -> str:
    if expectation.benign:
        return "silent" if status == "passed" and not fired else "false alarm"
    if not fired:
        return "missed"
    owned = expectation.owner in fired
    strangers = fired.keys() - {expectation.owner} - expectation.also
    return "noticed" if owned and not strangers else "wrong owner"


def _fired(result: dict[str, Any]) -> Iterator[Fired]:
    """Checks that found something; a sentence only when none of its checks did, since it fails through them."""
    seen: set[str] = set()
    for step in result["steps"]:
        checks = [each for each in step.get("steps") or [] if _bad(each) and check_of(each)]
        for each in checks:
            name = check_of(each)
            if name not in seen:
                seen.add(name)
                yield Fired(who=name, status=each["status"], message=_message(each))
        if _bad(step) and not checks:
            yield Fired(who=_sentence(step["name"]), status=step["status"], message=_message(step))


def _not_run(result: dict[str, Any]) -> Iterator[str]:
    for step in result["steps"]:
        for each in step.get("steps") or []:
            if each["status"] == "skipped" and check_of(each):
                yield f"{check_of(each)}: {_message(each)}"


def _bad(step: dict[str, Any]) -> bool:
    return step["status"] in ("failed", "broken")


def check_of(step: dict[str, Any]) -> str:
    """The check that a sub-step `machine: check` tells of; empty for any other sub-step."""
    name = step["name"].rpartition(": ")[2]
    return name if name in CHECKS else ""


def _sentence(title: str) -> str:
    keyword = next((each for each in _KEYWORDS if title.startswith(each)), "")
    return title.removeprefix(keyword)


def _message(step: dict[str, Any]) -> str:
    return str((step.get("statusDetails") or {}).get("message") or "")


def _nothing(expectation: Expectation, why: str) -> Outcome:
    fired = (Fired(who="the drill itself", status="broken", message=why),)
    return Outcome(
        defect=expectation.defect,
        expected=expectation.owner,
        profile=expectation.profile,
        verdict="no result",
        fired=fired,
    )


def _choose_machine(profiles: Path, expectation: Expectation) -> None:
    """Which machine of the estate plays the role in the scenario is a matter of the profile."""
    known = json.loads(profiles.read_text())
    profile = known[expectation.profile]
    profile["machines"] = profile.get("machines", {}) | {expectation.scenario.role: expectation.machine}
    profiles.write_text(json.dumps(known))


def _behave(place: DrillPlace, expectation: Expectation) -> str:
    """What the suite said; its results lie in the folder `reports` of the place."""
    defines = {f"wait_{name}": str(seconds) for name, seconds in _BUDGETS.items()} | dict(place.defines)
    defines |= {"lab": str(place.folder / "lab"), "reports_dir": str(place.folder / "reports")}
    defines["source_provider"] = expectation.profile
    return behave([expectation.scenario.chosen], defines, _LONGEST_SECONDS).said


def as_data(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """For JSON."""
    return [asdict(outcome) for outcome in outcomes]
