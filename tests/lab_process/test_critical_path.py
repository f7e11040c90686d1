"""How emulated work is added up."""

import pytest

from lab.control.paths import busy, paths, within
from lab.kernel.clock import Span


def span(owner: str, start: float, end: float, what: str = "work") -> Span:
    return Span(owner=owner, what=what, start=start, end=end)


def test_no_work_keeps_nobody_waiting() -> None:
    assert busy([]) == 0


def test_work_one_after_the_other_adds_up() -> None:
    assert busy([span("a", 0, 1), span("a", 3, 5)]) == 3


def test_work_at_the_same_time_counts_once() -> None:
    assert busy([span("a", 0, 4), span("b", 1, 2), span("b", 3, 6)]) == 6


def test_the_order_of_notes_does_not_matter() -> None:
    assert busy([span("b", 3, 6), span("a", 0, 4)]) == 6


def test_each_owner_has_a_path_with_its_steps() -> None:
    first, second = paths(
        [span("b", 2, 3), span("a", 0, 1, "copy"), span("a", 0.5, 2, "convert"), span("a", 4, 5, "copy")]
    )
    assert (first.owner, second.owner) == ("a", "b")
    assert (first.seconds, first.start, first.end) == (3, 0, 5)
    assert first.steps == {"copy": 2, "convert": 1.5}


def test_a_window_cuts_what_crosses_its_ends() -> None:
    inside = within([span("a", 0, 2), span("a", 3, 4), span("a", 5, 9)], 1, 6)
    assert busy(inside) == pytest.approx(3)
