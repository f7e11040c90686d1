"""`make release VERSION=X.Y.Z`: version, changelog, commit and tag in one step; nothing is pushed."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

_VERSION = re.compile(r'^version = "(\d+\.\d+\.\d+)"$', re.MULTILINE)
_UNRELEASED = "## Unreleased\n"


class CannotRelease(Exception):
    """Nothing was changed; the message says why."""


def release(root: Path, version: str, day: str) -> str:
    """Release the working tree in `root`; returns the tag. Raises CannotRelease before anything is changed."""
    if _git(root, "status", "--porcelain"):
        raise CannotRelease("the working tree has changes that are not committed")
    project, changelog = root / "pyproject.toml", root / "CHANGELOG.md"
    bumped = bump(project.read_text(), version)
    dated = date(changelog.read_text(), version, day)
    tag = f"v{version}"
    if _git(root, "tag", "--list", tag):
        raise CannotRelease(f"there is a tag {tag} already")
    project.write_text(bumped)
    changelog.write_text(dated)
    _git(root, "commit", "-q", "-m", f"Version {version}", "--", project.name, changelog.name)
    _git(root, "tag", "-a", tag, "-m", f"Version {version}")
    return tag


def bump(project: str, version: str) -> str:
    """The text of pyproject.toml with a newer version."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise CannotRelease(f"VERSION: expected three numbers such as 0.2.0, found {version!r}")
    found = _VERSION.search(project)
    if found is None:
        raise CannotRelease("pyproject.toml has no version of three numbers")
    if _numbers(version) <= _numbers(found[1]):
        raise CannotRelease(f"VERSION: {version} is not newer than {found[1]}")
    return _VERSION.sub(f'version = "{version}"', project, count=1)


def date(changelog: str, version: str, day: str) -> str:
    """The changelog with what is unreleased below the version and its day."""
    before, title, rest = changelog.partition(_UNRELEASED)
    news = rest.partition("\n## ")[0].strip()
    if not title or not news:
        raise CannotRelease('CHANGELOG.md says nothing below "Unreleased"')
    return f"{before}{_UNRELEASED}\n## {version} - {day}\n{rest}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603, S607 - fixed words
    if done.returncode != 0:
        raise CannotRelease(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def main() -> None:
    version = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        tag = release(Path.cwd(), version, datetime.now(UTC).date().isoformat())
    except CannotRelease as why:
        sys.exit(f"release: {why}")
    sys.stdout.write(f"{tag} is made here; to publish it: git push --follow-tags\n")


if __name__ == "__main__":
    main()
