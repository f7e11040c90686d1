"""A lab of the tests' own, started once and only when a test asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.lab_process import lab_process


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with lab_process(tmp_path_factory.mktemp("lab")) as folder:
        yield folder
