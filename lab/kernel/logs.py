"""What containers print, kept line by line for whoever asks."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"
Line = tuple[str, str]
"""RFC 3339 time, with parts of a second, and text."""


class Logs:
    """Lines by uid of the pod and name of the container."""

    def __init__(self) -> None:
        self._lines: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
        self._news: defaultdict[tuple[str, str], asyncio.Event] = defaultdict(asyncio.Event)

    def append(self, pod_uid: str, container: str, *texts: str) -> None:
        stamp = datetime.now(UTC).strftime(STAMP)
        self._lines[pod_uid, container] += [(stamp, text) for text in texts]
        self._news.pop((pod_uid, container), asyncio.Event()).set()

    def lines(self, pod_uid: str, container: str) -> Sequence[Line]:
        """All that was printed so far."""
        return tuple(self._lines.get((pod_uid, container), ()))

    def news(self, pod_uid: str, container: str) -> asyncio.Event:
        """Set when this container prints again."""
        return self._news[pod_uid, container]
