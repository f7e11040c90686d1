"""The first page of a folder of evidence: which step failed, why, and where to look in what order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from support.evidence.collecting.case import Case, Collected

INDEX, TIMELINE = "index.md", "timeline.txt"
_SOURCE = "source"
_POPULATOR = "/pods/populate-"


def index(case: Case, collected: Collected) -> str:
    """Markdown; paths are relative to the folder."""
    return "\n".join(
        (
            f"# {case.title}",
            "",
            f"Failed step: **{case.step}**",
            "",
            "```text",
            case.message.replace("```", "'''") or "no message",
            "```",
            "",
            *_answers(collected),
            *(f"* {name}: {value}" for name, value in case.about.items() if value),
            "",
            "## Where to look first",
            "",
            *_first(case, collected.files),
            "",
            f"## All {len(collected.files)} files, collected in {collected.seconds:.1f} s",
            "",
            *(f"* [{path}]({path})" for path in collected.files),
            "",
            "## What is missing",
            "",
            *([f"* {name}: {why}" for name, why in collected.missing.items()] or ["Nothing."]),
            "",
        )
    )


def _answers(collected: Collected) -> Iterator[str]:
    """How the logs of populators end: the array's or the host's own answer, which MTV does not repeat."""
    logs = [path for path in collected.files if _POPULATOR in path and "/logs/" in path]
    for path in logs:
        lines = (collected.folder / path).read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        if last:
            yield from (
                f"The log of {_label(path)} ends with:",
                "",
                "```text",
                last.replace("```", "'''"),
                "```",
                "",
            )


def _first(case: Case, files: Iterable[str]) -> Iterator[str]:
    known = tuple(files)
    yield f"1. [{TIMELINE}]({TIMELINE}): what changed when, from the first step of the scenario on."
    number = 2
    for what, found in _hints(case, known):
        listed = ", ".join(f"[{_label(path)}]({path})" for path in found[:4])
        if found:
            yield f"{number}. {what}: {listed}"
            number += 1


def _label(path: str) -> str:
    """A log's name says nothing, its pod's does."""
    pod = path.partition("/pods/")[2].partition("/")[0]
    return pod if pod and "/logs/" in path else Path(path).name


def _hints(case: Case, files: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    def some(*parts: str) -> list[str]:
        return [path for path in files if any(part in path for part in parts)]

    if case.plan is None:
        yield "There was no plan yet; Providers as MTV saw them", some("/providers/")
        yield "The inventory's log", some("/inventory/logs/")
    else:
        yield "The Plan's conditions and pipeline", some(f"/plans/{case.plan.name}.yaml")
        yield (
            "Conversion, importer and populator logs",
            [path for path in some("/logs/") if f"/{case.mtv_namespace}/" not in path and "virt-launcher" not in path],
        )
        yield "The controller's log", [path for path in some("/pods/forklift-controller") if "/logs/" in path]
        yield "The machine on the target", some("/virtualmachines/", "/virtualmachineinstances/")
    yield "The source before and after", some(f"{_SOURCE}/")
    yield "Events", some("/events.txt")
