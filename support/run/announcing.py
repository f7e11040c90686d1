"""What a run says of itself: when it begins, when a signal comes, and how what it leaves is removed later."""

from collections.abc import Iterator
from pathlib import Path

from support.domain.names import RunId
from support.run.settings import Settings


def announcement(run: RunId, folder: Path, settings: Settings, why_no_analysis: str) -> Iterator[str]:
    """The first lines, of which notes say what differs from what was asked for."""
    yield f"Run {run} on {'the embedded lab' if settings.target == 'lab' else 'a cluster'}"
    yield f"Folder {folder}"
    if settings.lab_defect:
        yield f"note: a rehearsal of the defect {settings.lab_defect}: its verdicts are nobody's last ones"
    for note in settings.notes:
        yield f"note: {note}"
    if why_no_analysis:
        yield f"note: analyze_with_ai: {why_no_analysis}; nothing will be analysed"


def cleanup_command(run: RunId | None, settings: Settings) -> str:
    """For a terminal in the folder of the run."""
    elsewhere = settings.reports_dir.as_posix()
    return f"acceptance cleanup {run or 'RUN'}" + ("" if elsewhere == "reports" else f" -D reports_dir={elsewhere}")


def ending(settings: Settings) -> str:
    """What a first signal leaves to be done."""
    collected = "" if settings.skip_data_collector else "what explains it is collected and "
    removed = "all it made stays (setting skip_teardown)" if settings.skip_teardown else "all it made is removed"
    return f"the run ends: {collected}{removed}. A second signal leaves at once, whatever is undone then."
