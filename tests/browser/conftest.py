"""One browser for the tests of a module, and a little suite for each that needs one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import NAMES, REQUIRED, Chromium, program
from tests.evidence.conftest import project
from tests.evidence_living.little_suite import Suite, little_suite


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Skips where there is none, unless REQUIRE_BROWSER=1 says that there must be one."""
    found = program()
    if found is None:
        missing = f"no Chromium on PATH ({', '.join(NAMES)})"
        assert not REQUIRED, f"{missing}, and REQUIRE_BROWSER=1 says that there must be"
        pytest.skip(missing)
    with Chromium(found, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    """A little suite, in whose folder the test works."""
    with little_suite(tmp_path) as made:
        yield made


__all__ = ["project"]
"""A fixture of other tests, whose little project runs under the real recorder."""
