"""Ages are written as `kubectl` users know them, boundaries included."""

from datetime import UTC, datetime, timedelta

import pytest

from lab.cluster.printing.ages import age, human

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-2, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (2 * MINUTE + 1, "2m1s"),
        (10 * MINUTE - 1, "9m59s"),
        (10 * MINUTE + 59, "10m"),
        (2 * HOUR + 5 * MINUTE, "125m"),
        (3 * HOUR - 1, "179m"),
        (3 * HOUR, "3h"),
        (7 * HOUR + 59 * MINUTE, "7h59m"),
        (8 * HOUR + 59 * MINUTE, "8h"),
        (2 * DAY - 1, "47h"),
        (2 * DAY, "2d"),
        (7 * DAY + 23 * HOUR, "7d23h"),
        (8 * DAY + 23 * HOUR, "8d"),
        (730 * DAY, "2y"),
        (731 * DAY, "2y1d"),
        (8 * 365 * DAY + 40 * DAY, "8y"),
    ],
)
def test_an_age_has_the_words_of_kubectl(seconds: int, shown: str) -> None:
    assert human(timedelta(seconds=seconds)) == shown


def test_an_age_counts_from_a_stamp_and_is_unknown_without_one() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert age("2026-01-01T11:58:30Z", now) == "90s"
    assert age(None, now) == "<unknown>"
