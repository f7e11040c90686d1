"""What the first page of a folder of evidence says, free of its format: which step failed, why, where to look first."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from support.evidence.collecting.case import Case, Collected

TIMELINE = "timeline.txt"
_SOURCE = "source"
_POPULATOR = "/pods/populate-"
_AT_MOST = 4
"""Files that a hint leads to; all of them are listed below."""

Clean = Callable[[str], str]
"""Takes secrets out of a text. Before anything is escaped: an escaped secret is none that anybody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A file of the folder; `path` is relative to it."""

    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Where to look, and what for."""

    what: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPage:
    """All that the page says, without secrets.

    Attributes:
        answers: what introduces the last line of a log, and that line.
        files: paths relative to the folder.
        missing: what could not be had, and why.
    """

    title: str
    step: str
    message: str
    answers: tuple[tuple[str, str], ...]
    about: Mapping[str, str]
    hints: tuple[Hint, ...]
    files: tuple[str, ...]
    collected: str
    missing: Mapping[str, str]


def first_page(case: Case, collected: Collected, clean: Clean) -> FirstPage:
    """Of a folder whose files are all written."""
    files = tuple(clean(path) for path in collected.files)
    return FirstPage(
        title=clean(case.title),
        step=clean(case.step),
        message=clean(case.message) or "no message",
        answers=tuple((clean(who), clean(last)) for who, last in _answers(collected)),
        about={clean(name): clean(value) for name, value in case.about.items() if value},
        hints=tuple(_hints(case, files)),
        files=files,
        collected=f"All {len(files)} files, collected in {collected.seconds:.1f} s",
        missing={clean(name): clean(why) for name, why in collected.missing.items()},
    )


def _answers(collected: Collected) -> Iterator[tuple[str, str]]:
    """How the logs of populators end: the array's or the host's own answer, which MTV does not repeat."""
    logs = [path for path in collected.files if _POPULATOR in path and "/logs/" in path]
    for path in logs:
        lines = (collected.folder / path).read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        if last:
            yield f"The log of {_label(path)} ends with:", last


def _hints(case: Case, files: Iterable[str]) -> Iterator[Hint]:
    known = ("What changed when, from the scenario's first step on", [TIMELINE])
    for what, found in (known, *_places(case, tuple(files))):
        links = tuple(_links(found[:_AT_MOST]))
        if links:
            yield Hint(what=what, links=links)


def _links(paths: list[str]) -> Iterator[Link]:
    short = [_label(path) for path in paths]
    for label, path in zip(short, paths, strict=True):
        yield Link(label=label if short.count(label) == 1 else _longer(path), path=path)


def _longer(path: str) -> str:
    """Of two logs of one pod, or two files of one name."""
    log = path.partition("/pods/")[2].replace("/logs/", "/")
    return log or "/".join(Path(path).parts[-2:])


def _label(path: str) -> str:
    """A log's name says nothing, its pod's does."""
    pod = path.partition("/pods/")[2].partition("/")[0]
    return pod if pod and "/logs/" in path else Path(path).name


def _places(case: Case, files: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
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
