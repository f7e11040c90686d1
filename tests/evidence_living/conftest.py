"""A little suite for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence_living.little_suite import Suite, little_suite


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    """A little suite, in whose folder the test works."""
    with little_suite(tmp_path) as made:
        yield made
