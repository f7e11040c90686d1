"""Where the first page of a scenario's evidence lies by now, and the form of it that a browser shows."""

from pathlib import Path

_FOLDER = "evidence"
"""Of a run; its folder may be elsewhere than when the page was told."""


def evidence_in(run: Path, told: str) -> Path | None:
    """The page in the folder of a run, or where it was told to be; None when it is in neither."""
    if not told:
        return None
    parts = Path(told).parts
    here = (run.joinpath(*parts[parts.index(_FOLDER) :]),) if _FOLDER in parts else ()
    return next((path for path in (*here, Path(told)) if path.is_file()), None)


def to_open(page: Path) -> Path:
    """Its HTML where there is one, which older runs did not write."""
    html = page.with_suffix(".html")
    return html if html.is_file() else page
