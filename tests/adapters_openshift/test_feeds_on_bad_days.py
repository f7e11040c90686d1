"""Feeds stay right when streams end, go silent, forget their version or are refused."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.refusals import Refused
from support.adapters.openshift.watching import Pace
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef
from support.ports.cluster import Feed
from tests.adapters_openshift.scripted import Asked, Reply, Server, status
from tests.adapters_openshift.test_api_on_bad_days import after_login, connected

QUICK = Pace(stream=1, silence=0.3, attempts=4, first_pause=0.01, longest_pause=0.02)
REF = ObjectRef("ConfigMap", "c", "n")


def config_map(value: int) -> dict[str, Any]:
    meta = {"name": "c", "namespace": "n", "uid": "u", "resourceVersion": str(value)}
    return {"kind": "ConfigMap", "metadata": meta, "data": {"v": value}}


def line(change: str, obj: dict[str, Any]) -> bytes:
    return json.dumps({"type": change, "object": obj}).encode() + b"\n"


class Story:
    """Lists answer with the current value; each watch is told by the next of the chapters, the last one for ever."""

    def __init__(self, *chapters: Callable[[Asked, "Story"], Reply | None]) -> None:
        self.value = 1
        self.lists = 0
        self._chapters = list(chapters)

    def __call__(self, asked: Asked) -> Reply | None:
        if "watch" not in asked.query:
            self.lists += 1
            items = [config_map(self.value)] if self.value else []
            return Reply(body={"kind": "ConfigMapList", "metadata": {"resourceVersion": "1"}, "items": items})
        chapter = self._chapters.pop(0) if len(self._chapters) > 1 else self._chapters[0]
        return chapter(asked, self)


def quiet(asked: Asked, _story: Story) -> None:
    """A stream that says nothing for as long as a reader may stay."""
    asked.write(line("BOOKMARK", config_map(1)))
    threading.Event().wait(5)


@contextmanager
def following(story: Story, pace: Pace = QUICK) -> Iterator[Feed[int]]:
    with Server(after_login(story)) as server:
        feeds = Feeds(connected(server), pace)
        try:
            yield feeds.follow_one(REF, lambda found: int(found["data"]["v"]))
        finally:
            feeds.close()


def seen_within(feed: Feed[int], wanted: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        version = feed.version()
        if feed.latest() == wanted:
            return True
        feed.await_change(version, deadline - time.monotonic())
    return False


def test_an_event_in_two_pieces_is_one_event() -> None:
    def torn(asked: Asked, story: Story) -> None:
        text = line("MODIFIED", config_map(2))
        asked.write(text[:20])
        asked.write(text[20:])
        quiet(asked, story)

    with following(Story(torn)) as feed:
        assert seen_within(feed, 2)


def ends(_asked: Asked, story: Story) -> None:
    story.value = 2
    _asked.write(line("BOOKMARK", config_map(1)))


def refuses_as_expired(_asked: Asked, story: Story) -> Reply:
    story.value = 2
    return status(410, "Expired", "too old resource version")


def expires(asked: Asked, story: Story) -> None:
    story.value = 2
    expired = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}
    asked.write(line("ERROR", expired))


def falls_silent(asked: Asked, story: Story) -> None:
    story.value = 2
    quiet(asked, story)


def hiccups(_asked: Asked, story: Story) -> Reply:
    story.value = 2
    return status(500, "InternalError", "etcdserver: leader changed")


@pytest.mark.parametrize("chapter", [ends, refuses_as_expired, expires, falls_silent, hiccups])
def test_what_a_stream_did_not_tell_is_listed(chapter: Callable[[Asked, Story], Reply | None]) -> None:
    story = Story(chapter, quiet)
    with following(story) as feed:
        assert seen_within(feed, 2)
        assert story.lists > 1


def test_a_refusal_that_will_stay_comes_out_of_latest() -> None:
    story = Story(lambda _asked, _story: status(403, "Forbidden", "cannot watch"))
    with following(story) as feed, pytest.raises(Refused, match="cannot watch"):
        seen_within(feed, 99)


def test_an_api_that_fails_all_the_time_is_given_up_by_count() -> None:
    """An error that no request repeats by itself, so that the count is the loop's own."""
    story = Story(lambda _asked, _story: status(507, "InsufficientStorage", "down"))
    with following(story) as feed, pytest.raises(Refused, match="down"):
        seen_within(feed, 99)


def test_feeds_of_one_place_share_one_loop_and_only_their_own_change_is_news() -> None:
    story = Story(quiet)
    with Server(after_login(story)) as server:
        feeds = Feeds(connected(server), Pace(silence=5))
        first = feeds.follow_one(REF, lambda found: int(found["data"]["v"]))
        second = feeds.follow("ConfigMap", "n", lambda _objects: "always the same")
        assert seen_within(first, 1)
        assert second.latest() == "always the same"
        assert story.lists == 1
        feeds.close()


def test_a_first_list_without_the_object_is_news_to_whoever_waits_for_its_absence() -> None:
    """It may go between the question whether it is there and the list; no event will ever tell of it."""
    story = Story(quiet)
    story.value = 0
    with following(story, Pace(silence=5)) as feed:
        assert feed.await_change(0, 5) == 1
        assert feed.latest() is None


def test_close_is_prompt_although_a_stream_is_silent_and_wakes_whoever_waits() -> None:
    with Server(after_login(Story(quiet))) as server:
        feeds = Feeds(connected(server), Pace(silence=30))
        feed = feeds.follow_one(REF, lambda found: int(found["data"]["v"]))
        assert seen_within(feed, 1)
        woken: list[float] = []
        waiter = threading.Thread(target=lambda: woken.append(feed.await_change(feed.version(), 20)))
        waiter.start()
        started = time.monotonic()
        feeds.close()
        waiter.join(3)
        assert time.monotonic() - started < 1.5
        assert woken
        with pytest.raises(ClusterError, match="closed"):
            feed.latest()
