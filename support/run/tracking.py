"""Asks the tracker named in jira.cfg, once per run, about the issues that scenarios of this run are gated by."""

import configparser
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from support.domain.errors import StartError
from support.domain.issue import Issue, IssueId, Standing, TrackerAccess
from support.domain.secret import Secret
from support.evidence.redaction import Redactor

_KEYS = {"url": "the tracker's address, https://...", "token": "a personal access token of the tracker"}
_OPEN_DOORS = tuple(("http", host) for host in ("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class Tracking:
    """What was asked; `url` is empty where there is no tracker."""

    issues: Mapping[IssueId, Issue]
    url: str = ""


def ask_tracker(path: Path, ids: Collection[IssueId], redactor: Redactor) -> Tracking:
    """Standings of the issues, all unknown where there is no tracker. Raises StartError for a file that is no good."""
    if not path.exists():
        why = f"there is no {path}; jira.cfg.example shows what goes into it"
        return Tracking({each: Issue(id=each, standing=Standing.UNKNOWN, told=why) for each in ids})
    access = read_tracker_file(path)
    redactor.learn(access.token.reveal())
    if not ids:
        return Tracking({}, access.url)
    from support.adapters.tracker.jira import Jira  # most runs ask nothing

    return Tracking(Jira(access).look_up(ids), access.url)


def read_tracker_file(path: Path) -> TrackerAccess:
    """The tracker of a jira.cfg as pytest-jira reads it; raises StartError with all that is wrong."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(), str(path))
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise StartError(
            f"{path}: cannot be read ({_trouble(error)}), expected [DEFAULT] with url and token; see jira.cfg.example"
        ) from None
    given = parser.defaults()
    problems = [f"{key}: missing, expected {what}" for key, what in _KEYS.items() if not given.get(key, "").strip()]
    url = given.get("url", "").strip().rstrip("/")
    if url and not _is_safe(url):
        problems.append("url: expected https://..., over which alone a token may travel")
    if problems:
        title = f"{path}, section [DEFAULT], has problems (jira.cfg.example shows what goes into it):"
        raise StartError("\n  - ".join((title, *problems)))
    return TrackerAccess(url=url, token=Secret(given["token"].strip()))


def _trouble(error: Exception) -> str:
    """Never the error's own text: it quotes the line, which may hold the token."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno} stands before any section"
    if isinstance(error, configparser.ParsingError) and error.errors:
        return f"line {error.errors[0][0]} is no 'key = value'"
    if isinstance(error, configparser.DuplicateOptionError | configparser.DuplicateSectionError):
        return f"line {error.lineno} is there twice"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else type(error).__name__


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme, parts.hostname) in _OPEN_DOORS)
    except ValueError:
        return False
