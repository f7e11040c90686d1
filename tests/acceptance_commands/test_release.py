"""`make release`: version, changelog, commit and tag, or nothing at all."""

import subprocess
from pathlib import Path

import pytest

from acceptance.release import CannotRelease, bump, date, release

ROOT = Path(__file__).parents[2]
DAY = "2026-12-01"
PROJECT = '[project]\nname = "x"\nversion = "0.1.0"\n'
CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Added\n\n* A doctor.\n\n## 0.1.0 - 2026-11-01\n\n* All.\n"


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@x.test"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "n")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "e@x.test")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "All")
    return tmp_path


def test_a_release_is_one_commit_and_one_tag(project: Path) -> None:
    assert release(project, "0.2.0", DAY) == "v0.2.0"
    assert 'version = "0.2.0"' in (project / "pyproject.toml").read_text()
    assert git(project, "log", "--format=%s") == "Version 0.2.0\nAll"
    assert git(project, "describe") == "v0.2.0"
    assert git(project, "status", "--porcelain") == ""


def test_what_is_unreleased_gets_version_and_day_and_the_next_begins_empty(project: Path) -> None:
    release(project, "0.2.0", DAY)
    text = (project / "CHANGELOG.md").read_text()
    assert text.startswith(f"# Changelog\n\n## Unreleased\n\n## 0.2.0 - {DAY}\n\n### Added\n\n* A doctor.\n\n## 0.1.0")
    with pytest.raises(CannotRelease, match="says nothing"):
        release(project, "0.3.0", DAY)


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.2", "v0.2.0", "", "0.2.0rc1"])
def test_a_version_that_is_none_or_not_newer_changes_nothing(project: Path, version: str) -> None:
    with pytest.raises(CannotRelease, match="VERSION"):
        release(project, version, DAY)
    assert git(project, "status", "--porcelain") == ""
    assert git(project, "tag") == ""


def test_a_working_tree_with_changes_is_not_released(project: Path) -> None:
    (project / "more").write_text("x")
    with pytest.raises(CannotRelease, match="not committed"):
        release(project, "0.2.0", DAY)


def test_a_tag_that_is_there_is_not_moved(project: Path) -> None:
    git(project, "tag", "v0.2.0")
    with pytest.raises(CannotRelease, match=r"a tag v0\.2\.0 already"):
        release(project, "0.2.0", DAY)
    assert 'version = "0.1.0"' in (project / "pyproject.toml").read_text()


def test_the_project_s_own_files_can_be_released() -> None:
    assert "0.99.0" in bump((ROOT / "pyproject.toml").read_text(), "0.99.0")
    assert f"## 0.99.0 - {DAY}" in date((ROOT / "CHANGELOG.md").read_text(), "0.99.0", DAY)
