"""The files that belong to the project: those git tracks."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def tracked(*patterns: str) -> list[Path]:
    """Tracked files that are there, as paths below the project; all without a pattern."""
    listed = git("ls-files", "-z", "--", *patterns)
    assert listed.returncode == 0, listed.stderr
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Every tracked text file with its content."""
    for path in tracked():
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
