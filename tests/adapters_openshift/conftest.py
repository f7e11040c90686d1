"""A lab of the tests' own, started once and only when a test asks for it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("lab")
    process = subprocess.Popen(
        [sys.executable, "-m", "lab", "up", "--dir", str(folder), "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert "ready" in process.stdout.readline()
        yield folder
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=20)
