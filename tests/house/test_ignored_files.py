"""Credentials, local settings and results reach neither a commit nor an image."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import pytest

from tests.house.tracked import ROOT, git, tracked

_PRIVATE = (
    ".providers.json",
    "jira.cfg",
    ".env",
    "my.kubeconfig",
    "reports/allure-results",
    "reports/junit",
    "reports/auto-ab12/run.log",
    "reports/auto-ab12/lab/kubeconfig",
    ".venv/bin/python",
    "__pycache__/environment.cpython-311.pyc",
)
_NESTED = (
    "support/run/__pycache__/runner.cpython-311.pyc",
    "deploy/.providers.json",
    "deploy/jira.cfg",
    "deploy/.env",
    "deploy/my.kubeconfig",
)
_NEEDED = (
    "support/run/runner.py",
    "features/cold_migration.feature",
    "behave.ini",
    "requirements.lock",
    ".providers.json.example",
    "jira.cfg.example",
    "environment.py",
    "reports/README.md",
)


def docker_ignores(name: str, patterns: Iterable[str]) -> bool:
    """Whether a .dockerignore of these lines keeps a file out of the build context.

    As Docker documents it: patterns are anchored at the context's root (unlike git's), `**` spans folders, a pattern
    takes everything below what it matches, and of all lines that match, the last one decides; `!` lets in again.
    """
    path = PurePosixPath(name)
    candidates = [path.as_posix(), *(parent.as_posix() for parent in path.parents if parent.name)]
    ignored = False
    for line in patterns:
        pattern = line.strip()
        if pattern and not pattern.startswith("#"):
            expression = _expression(pattern.removeprefix("!").strip("/"))
            if any(expression.fullmatch(candidate) for candidate in candidates):
                ignored = not pattern.startswith("!")
    return ignored


def _expression(pattern: str) -> re.Pattern[str]:
    """Go's filepath.Match, with `**` for any number of folders."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", pattern)
    meanings = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meanings.get(part, part if part.startswith("[") else re.escape(part)) for part in parts))


@pytest.fixture(scope="module")
def docker_patterns() -> list[str]:
    return (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize("name", [*_PRIVATE, *_NESTED])
def test_git_ignores_what_is_private_or_made(name: str) -> None:
    assert git("check-ignore", "--no-index", "-q", name).returncode == 0


@pytest.mark.parametrize("name", _NEEDED)
def test_git_takes_what_the_project_is_made_of(name: str) -> None:
    assert git("check-ignore", "--no-index", "-q", name).returncode == 1


def test_nothing_private_is_tracked() -> None:
    assert [path for path in tracked() if git("check-ignore", "--no-index", "-q", str(path)).returncode == 0] == []


@pytest.mark.parametrize("name", [*_PRIVATE, *_NESTED])
def test_docker_ignores_what_is_private_or_made(name: str, docker_patterns: list[str]) -> None:
    assert docker_ignores(name, docker_patterns)


@pytest.mark.parametrize("name", _NEEDED)
def test_docker_takes_what_the_project_is_made_of(name: str, docker_patterns: list[str]) -> None:
    assert not docker_ignores(name, docker_patterns)


@pytest.mark.parametrize(
    ("name", "patterns", "ignored"),
    [
        (".env", [".env"], True),
        ("deploy/.env", [".env"], False),
        ("deploy/.env", ["**/.env"], True),
        (".env", ["**/.env"], True),
        ("a/b/c.py", ["a"], True),
        ("a/b/c.py", ["/a/"], True),
        ("ab/c.py", ["a"], False),
        ("a/b/c.py", ["*.py"], False),
        ("c.py", ["*.py", "!c.py"], False),
        ("c.py", ["!c.py", "*.py"], True),
        ("c.py", ["# c.py", ""], False),
        ("x-py", ["x.py"], False),
    ],
)
def test_the_matcher_follows_dockers_rules(name: str, patterns: list[str], ignored: bool) -> None:
    assert docker_ignores(name, patterns) is ignored
