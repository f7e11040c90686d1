"""Asks many questions side by side until a budget is over; what is late or fails is named, never raised."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from support.domain.evidence import Exhibit

_AT_ONCE = 8

Question = Callable[[], Iterable[Exhibit]]


class Gathering:
    """A pool of questions with one deadline; answers come as they are ready, on the caller's thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self.missing: dict[str, str] = {}

    @property
    def left(self) -> float:
        """Seconds until the budget is over."""
        return max(0.0, self._deadline - time.monotonic())

    def ask(self, questions: Mapping[str, Question]) -> Iterator[Exhibit]:
        """All answers that come in time; afterwards `missing` says which did not, and why."""
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="evidence")
        asked = {pool.submit(_answered, question): name for name, question in questions.items()}
        try:
            done, late = wait(asked, timeout=self.left)
            self.missing |= {
                asked[each]: f"no answer within {self._seconds:g} s (setting wait_evidence)" for each in late
            }
            for each in done:
                yield from self._taken(asked[each], each)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _taken(self, name: str, answer: "Future[list[Exhibit]]") -> list[Exhibit]:
        error = answer.exception()
        if error is None:
            return answer.result()
        self.missing[name] = f"{type(error).__name__}: {error}"
        return []


def _answered(question: Question) -> list[Exhibit]:
    return list(question())
