"""Compiled templates are kept where Python keeps compiled modules, and done without where nothing may be written."""

import os
from pathlib import Path

import pytest

from support.evidence.pages.page import templates


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hello.html").write_text("{{ seconds | duration }}\n")
    return tmp_path


def test_a_template_that_changed_is_compiled_anew(folder: Path) -> None:
    assert templates(folder).get_template("hello.html").render(seconds=65) == "1 min 5 s\n"
    (folder / "hello.html").write_text("in {{ seconds | duration }}\n")
    assert templates(folder).get_template("hello.html").render(seconds=65) == "in 1 min 5 s\n"


def test_pages_are_made_where_nothing_may_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)
    environment = templates(folder)
    assert environment.bytecode_cache is None
    assert environment.get_template("hello.html").render(seconds=5) == "5.0 s\n"
