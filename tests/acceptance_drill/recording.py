"""What drills once brought to light, kept so that the checks can be switched off without running any scenario.

`python -m tests.acceptance_drill.recording NAME...` drills these defects and keeps what they brought to light.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from acceptance.defects import EXPECTATIONS
from acceptance.drill import DrillPlace, check_of, drill_all
from acceptance.processes import results_in

RECORDED = Path(__file__).with_name("recorded.json")
_LONGEST = 200
"""Characters of a message: enough to know it again."""


def recorded() -> dict[str, dict[str, Any]]:
    """Defect -> the result of its scenario, as far as a drill looks at it."""
    found: dict[str, dict[str, Any]] = json.loads(RECORDED.read_text())
    return found


def write(results: Mapping[str, Mapping[str, Any]]) -> None:
    kept = {name: _kept(result) for name, result in sorted(results.items())}
    RECORDED.write_text(json.dumps(kept, indent=1) + "\n")


def _kept(result: Mapping[str, Any]) -> dict[str, Any]:
    steps = [_shown(step) | {"steps": _checks(step)} for step in result["steps"]]
    return {"status": result["status"], "steps": steps}


def _checks(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_shown(each) for each in step.get("steps") or () if check_of(each)]


def _shown(step: Mapping[str, Any]) -> dict[str, Any]:
    message = str((step.get("statusDetails") or {}).get("message") or "")[:_LONGEST]
    return {
        "name": step["name"],
        "status": step["status"],
        **({"statusDetails": {"message": message}} if message else {}),
    }


def record(names: Sequence[str]) -> None:
    """Drill and add to the records; one that went otherwise than the table says is left out and told."""
    with TemporaryDirectory() as folder:
        results = recorded()
        for outcome in drill_all([EXPECTATIONS[name] for name in names], DrillPlace(folder=Path(folder)), jobs=2):
            click.echo(f"{outcome.defect}: {outcome.verdict}")
            if outcome.right:
                (results[outcome.defect],) = results_in(Path(folder) / outcome.defect / "reports")
        write(results)


if __name__ == "__main__":
    record(sys.argv[1:])
