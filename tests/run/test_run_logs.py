"""The log of a run: for its user only, clean of secrets, and without the noise of libraries."""

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.evidence.redaction import Redactor
from support.run.logs import logging_to

_SECRET = "p@ss word/4711"
_LOG = logging.getLogger("support.test_of_the_log")


@pytest.fixture(autouse=True)
def levels_of_libraries() -> Iterator[None]:
    """Levels are the process's; what the block sets must not reach other tests."""
    names = ("urllib3", "kubernetes", "paramiko", "websocket", "asyncio", "filelock")
    loggers = [*map(logging.getLogger, names), _LOG]
    before = [logger.level for logger in loggers]
    # A library of another test may have set a logger class whose loggers are born with a level of their own.
    _LOG.setLevel(logging.NOTSET)
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
def redactor() -> Redactor:
    made = Redactor()
    made.learn(_SECRET)
    return made


def fail(text: str) -> None:
    raise ValueError(text)


def test_the_file_is_its_users_only(tmp_path: Path, redactor: Redactor) -> None:
    with logging_to(tmp_path / "run.log", "INFO", redactor):
        _LOG.info("the plan is ready")
    assert (tmp_path / "run.log").stat().st_mode & 0o777 == 0o600
    assert "INFO    support.test_of_the_log: the plan is ready" in (tmp_path / "run.log").read_text()


def test_no_secret_gets_into_it_in_any_shape(tmp_path: Path, redactor: Redactor) -> None:
    encoded = base64.b64encode(_SECRET.encode()).decode()
    with logging_to(tmp_path / "run.log", "INFO", redactor):
        _LOG.info("login with %s, in the Secret as %s", _SECRET, encoded)
        _LOG.warning("https://user:p%40ss%20word%2F4711@vcenter")
        try:
            fail(f"refused {_SECRET}")
        except ValueError:
            _LOG.exception("it failed")
    text = (tmp_path / "run.log").read_text()
    assert "ValueError: refused ***" in text
    assert "4711" not in text
    assert encoded not in text


def test_the_level_is_the_settings(tmp_path: Path, redactor: Redactor) -> None:
    with logging_to(tmp_path / "run.log", "WARNING", redactor):
        _LOG.info("quiet")
        _LOG.warning("loud")
    assert [line.rpartition(" ")[2] for line in (tmp_path / "run.log").read_text().splitlines()] == ["loud"]


def test_libraries_are_heard_only_when_they_warn(tmp_path: Path, redactor: Redactor) -> None:
    with logging_to(tmp_path / "run.log", "DEBUG", redactor):
        logging.getLogger("urllib3.connectionpool").debug("GET /apis")
        logging.getLogger("paramiko.transport").warning("bad banner")
        _LOG.debug("ours")
    text = (tmp_path / "run.log").read_text()
    assert "GET /apis" not in text
    assert "bad banner" in text
    assert "ours" in text


def test_afterwards_logging_is_as_before(tmp_path: Path, redactor: Redactor) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    with logging_to(tmp_path / "run.log", "DEBUG", redactor):
        assert len(root.handlers) == len(before[1]) + 1
    assert (root.level, list(root.handlers)) == before
    _LOG.error("too late")
    assert (tmp_path / "run.log").read_text() == ""


def test_a_log_that_is_there_is_continued(tmp_path: Path, redactor: Redactor) -> None:
    for text in ("first", "second"):
        with logging_to(tmp_path / "run.log", "INFO", redactor):
            _LOG.info(text)
    assert [line.rpartition(" ")[2] for line in (tmp_path / "run.log").read_text().splitlines()] == ["first", "second"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_secret_with_quotes_is_known_in_json_and_in_json_in_json(times: int) -> None:
    secret, made = 'a"b\\c: d', Redactor()
    made.learn(secret)
    told = json.dumps({"password": secret})
    for _ in range(times - 1):
        told = json.dumps({"userData": told})
    assert made.clean(told).count("***") == 1
    assert "c: d" not in made.clean(told)
