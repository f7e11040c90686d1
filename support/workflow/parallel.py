"""Doing independent things at the same time, so that the slowest alone decides how long they take."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

_MOST = 8


def side_by_side(deed: Callable[[Value], Result], values: Sequence[Value]) -> list[Result]:
    """Results in the order of the values; when a deed fails, those begun come to their end before its error is raised.

    Steps that a deed tells lie below the one that runs here. A signal, too, counts when those begun have ended: what
    may take long, and is under way elsewhere anyhow, is better waited for one by one.
    """
    if len(values) < 2:
        return [deed(value) for value in values]
    contexts = [copy_context() for _ in values]  # one cannot be entered twice at the same time
    with ThreadPoolExecutor(_MOST, thread_name_prefix="side-by-side") as pool:
        return list(pool.map(lambda context, value: context.run(deed, value), contexts, values))
