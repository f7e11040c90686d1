"""Days on which nothing is wrong: the whole catalogue on a lab of its own, first in silence, then with noise."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from acceptance.processes import behave, difference_of_lab, lab_up, results_in
from support.checks.bundle import CHECKS

KUBECONFIG, PASSWORD = "kubeconfig", "password"
THE_RUN, THE_LAB = "the run", "the lab afterwards"
"""What a verdict is about beside the scenarios: the exit code, and what is left."""
_LABS_CHOICE = {"source_provider": "vsphere", "storage_class": "lab-block"}
"""What a run takes where nothing else is asked for; on days with a password it knows of no lab, and chooses nothing."""
_LONGEST_SECONDS = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One run of the suite on one lab.

    Attributes:
        number: 0 and below are silent days; what they bring is what the others are held against.
        login: by whom the run is known to the cluster; only a password's tokens can expire.
        defect: for tests of the drill itself: on this day something *is* wrong.
    """

    number: int
    jitter: str = ""
    login: str = KUBECONFIG
    defect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one scenario ended, check by check; `message` is for people and is not compared."""

    status: str
    checks: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    def differs(self, other: "Verdict") -> str:
        """What of it is another verdict; empty when nothing is."""
        names = sorted(self.checks.keys() | other.checks.keys())
        changed = [name for name in names if self.checks.get(name) != other.checks.get(name)]
        return ", ".join([*(["the scenario"] if self.status != other.status else []), *changed])


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where days are spent: a folder for all they write, speed of the labs, tags and settings of the runs."""

    folder: Path
    lab_speed: str
    tags: tuple[str, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A day and its verdicts, by the full name of the scenario."""

    day: Day
    verdicts: Mapping[str, Verdict]


def days_of(number: int, jitter: str) -> tuple[list[Day], list[Day]]:
    """Silent days, one for each way to log in that is used, and the noisy ones with a seed each."""
    found = re.search(r"(?:^|,)seed=(\d+)", jitter)
    first = int(found.group(1)) if found else 1
    ways = (KUBECONFIG, PASSWORD)
    noisy = [
        Day(number=index + 1, jitter=f"{jitter},seed={first + index}", login=ways[index % len(ways)])
        for index in range(number)
    ]
    used = dict.fromkeys(day.login for day in noisy)
    return [Day(number=-index, login=login) for index, login in enumerate(used)], noisy


def spend_all(days: Sequence[Day], place: Place, jobs: int) -> Iterator[Spent]:
    """In the order of the days, as they become known; `jobs` labs at a time."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda day: spend(day, place), days)


def spend(day: Day, place: Place) -> Spent:
    """Run the suite; whatever happens is a verdict."""
    folder = folder_of(day, place)
    lab, reports = folder / "lab", folder / "reports"
    options = {"--speed": place.lab_speed, "--jitter": day.jitter, "--defect": day.defect}
    with lab_up(lab, *(text for name, value in options.items() if value for text in (name, value))) as started:
        if not started:
            return Spent(day=day, verdicts={THE_LAB: Verdict(status="broken", message="the lab did not start")})
        reached, secrets = _logged_in(lab) if day.login == PASSWORD else ({"lab": str(lab)}, {})
        defines = {**_LABS_CHOICE, **place.defines, **reached, "reports_dir": str(reports)}
        ended = behave([f"--tags={tag}" for tag in place.tags], defines, _LONGEST_SECONDS, secrets)
        left = difference_of_lab(lab)
    return Spent(day=day, verdicts={**_judged(reports), **_overall(ended.code, ended.said, left)})


def folder_of(day: Day, place: Place) -> Path:
    folder = place.folder / f"day{day.number}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _logged_in(lab: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The lab as a cluster of which one knows user and password."""
    found = json.loads((lab / "endpoints.json").read_text())
    defines = {
        "target": "cluster",
        "cluster_host": found["cluster"],
        "cluster_username": found["cluster_username"],
        "cluster_ca": str(lab / "ca.crt"),
        "providers_file": str(lab / "providers.json"),
    }
    return defines, {"MTV_CLUSTER_PASSWORD": found["cluster_password"]}


def _judged(reports: Path) -> dict[str, Verdict]:
    return {result["fullName"]: _verdict(result) for result in results_in(reports)}


def _overall(code: int | None, said: str, left: str) -> dict[str, Verdict]:
    run = Verdict(status="passed") if code == 0 else Verdict(status=f"exit code {code}", message=said[-2000:])
    lab = Verdict(status="broken", message=left) if left else Verdict(status="passed")
    return {THE_RUN: run, THE_LAB: lab}


def _verdict(result: Mapping[str, Any]) -> Verdict:
    """The worst that a check said in any of its sentences."""
    checks: dict[str, str] = {}
    messages = [str((result.get("statusDetails") or {}).get("message") or "")]
    for step in (inner for outer in result["steps"] for inner in (outer, *(outer.get("steps") or ()))):
        name, status = step["name"].rpartition(": ")[2], step["status"]
        if name in CHECKS:
            checks[name] = status if checks.get(name, "passed") == "passed" else checks[name]
        if status in ("failed", "broken"):
            messages.append(str((step.get("statusDetails") or {}).get("message") or ""))
    return Verdict(status=result["status"], checks=checks, message="\n".join(filter(None, dict.fromkeys(messages))))
