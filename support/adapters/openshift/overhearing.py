"""What populators say while they copy: MTV 2.11.7 deletes the pod of one that failed, and its log, at once."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.populators import CONTAINER, TAIL, about, log_path, pods_of
from support.adapters.openshift.readings import uid_of
from support.adapters.openshift.transport import hang_up, wake
from support.domain.errors import ClusterError
from support.domain.populating import FailedPopulator
from support.ports.cluster import Feed

_LOG = logging.getLogger(__name__)
_SILENCE = 60.0
"""Seconds without a word after which a log is asked for anew: a half-open connection says nothing either."""
_TURN = 1.0
"""Longest blocking wait in seconds before a listener looks whether it is still wanted."""
_LAST_WORDS = 2.0
"""Seconds that the end of a log may take to arrive once its pod has come to its own."""


@dataclass(frozen=True, slots=True)
class Talker:
    """A pod whose container has begun: one that is made anew has its name, and another uid."""

    uid: str
    phase: str
    about: FailedPopulator


Talkers = frozenset[Talker]


def talkers(pods: Mapping[str, Object], migration_uid: str) -> Talkers:
    """Of the populators of a migration; before it runs, the API refuses a pod's log."""
    mine = pods_of(pods, migration_uid)
    phases = ((pod, str((pod.get("status") or {}).get("phase") or "Pending")) for pod in mine)
    return frozenset(Talker(uid_of(pod), phase, about(pod)) for pod, phase in phases if phase != "Pending")


class Overhearing:
    """The port Overhears: one thread waits for pods that talk, and another follows the log of each to its end."""

    def __init__(self, api: Api, namespace: str, feed: Feed[Talkers]) -> None:
        self._api = api
        self._namespace = namespace
        self._feed = feed
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._known: dict[str, Talker] = {}
        self._there: frozenset[str] = frozenset()
        self._threads: dict[str, threading.Thread] = {}
        self._words: dict[str, str] = {}
        self._streams: dict[str, urllib3.BaseHTTPResponse] = {}

    def start(self) -> None:
        threading.Thread(target=self._attend, name=f"populators in {self._namespace}", daemon=True).start()

    def failed(self) -> Sequence[FailedPopulator]:
        """Also those whose pod has gone, unless it was seen to succeed; of a pod that was made anew, the last one."""
        self._look()
        with self._lock:
            lost = [each for each in self._known.values() if self._lost(each)]
            threads = [self._threads[each.uid] for each in lost]
        for thread in threads:
            thread.join(_LAST_WORDS)
        with self._lock:
            told = {each.about.pod: replace(each.about, last_words=self._words.get(each.uid, "")) for each in lost}
        return list(told.values())

    def close(self) -> None:
        self._closing.set()
        with self._lock:
            streams = list(self._streams.values())
        for stream in streams:
            wake(stream)

    def _lost(self, talker: Talker) -> bool:
        return talker.phase == "Failed" or (talker.phase != "Succeeded" and talker.uid not in self._there)

    def _attend(self) -> None:
        while not self._closing.is_set():
            seen = self._feed.version()
            if not self._look():
                return
            self._feed.await_change(seen, _TURN)

    def _look(self) -> bool:
        """False when nothing will be seen any more: a verdict does not depend on what is heard here."""
        try:
            there = self._feed.latest()
        except ClusterError as error:
            _LOG.info("populators in %s are no longer listened to: %s", self._namespace, error)
            return False
        with self._lock:
            for talker in there or ():
                self._known[talker.uid] = talker
                if talker.uid not in self._threads:
                    thread = threading.Thread(target=self._listen, args=(talker,), daemon=True)
                    self._threads[talker.uid] = thread
                    thread.start()
            self._there = frozenset(talker.uid for talker in there or ())
        return True

    def _listen(self, talker: Talker) -> None:
        while not self._closing.is_set():
            try:
                self._follow(talker)
                return
            except ReadTimeoutError:
                continue
            except (ClusterError, HTTPError, OSError, ValueError) as error:
                _LOG.info("the log of pod %s/%s cannot be followed: %s", self._namespace, talker.about.pod, error)
                return

    def _follow(self, talker: Talker) -> None:
        query = {"container": CONTAINER, "follow": "true", "tailLines": TAIL}
        stream = self._api.stream(log_path(self._api, self._namespace, talker.about.pod), query, _SILENCE)
        with self._lock:
            self._streams[talker.uid] = stream
        try:
            if self._closing.is_set():
                return
            for line in _lines(stream):
                with self._lock:
                    self._words[talker.uid] = line
        finally:
            with self._lock:
                self._streams.pop(talker.uid, None)
            hang_up(stream)


def _lines(stream: urllib3.BaseHTTPResponse) -> Iterator[str]:
    """Those that say something; the last one may lack its end."""
    rest = b""
    for piece in stream.stream(decode_content=True):
        *lines, rest = (rest + piece).split(b"\n")
        yield from (text for text in map(_text, lines) if text)
    if _text(rest):
        yield _text(rest)


def _text(line: bytes) -> str:
    return line.decode(errors="replace").strip()
