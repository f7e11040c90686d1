"""Doing independent things at the same time, so that the slowest alone decides how long they take."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

_MOST = 8


def side_by_side(deed: Callable[[Value], Result], values: Sequence[Value]) -> list[Result]:
    """Results in the order of the values; when a deed fails, the others come to their end before its error is raised.

    The deed must not tell steps: a report's steps belong to the thread they began in.
    """
    if len(values) < 2:
        return [deed(value) for value in values]
    with ThreadPoolExecutor(_MOST, thread_name_prefix="side-by-side") as pool:
        return list(pool.map(deed, values))
