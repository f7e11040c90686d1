"""A project with a feature of a drill's own, on the suite's sentences, hooks and settings."""

from pathlib import Path

from tests.drills.running_lab import ROOT

FEATURE = "features/drill.feature"


def project_with(folder: Path, feature: str) -> Path:
    """Where to start Behave for it."""
    for shared in ("behave.ini", "environment.py", "steps"):
        (folder / shared).symlink_to(ROOT / shared)
    (folder / "features").mkdir()
    (folder / FEATURE).write_text(feature)
    return folder
