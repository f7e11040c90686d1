"""What a run says that a first signal leaves to be done."""

import pytest

from support.run.announcing import ending
from support.run.life import RunLife
from tests.run.conftest import configuration


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), "the run ends: what explains it is collected and all it made is removed."),
        (("-Dskip_data_collector=true",), "the run ends: all it made is removed."),
        (("-Dskip_teardown=true",), "and all it made stays (setting skip_teardown)."),
    ],
)
def test_a_first_signal_says_what_is_still_done(given: tuple[str, ...], told: str) -> None:
    assert told in ending(RunLife(configuration(*given), []).settings)
