"""What counts as a difference."""

from dataclasses import dataclass, field, replace

from lab.kernel.fingerprint import digest


@dataclass(frozen=True)
class Thing:
    name: str
    parts: tuple[int, ...] = (1, 2)
    _cache: dict[str, int] = field(default_factory=dict)


def test_equal_things_have_equal_hashes() -> None:
    assert digest(Thing("a")) == digest(Thing("a", _cache={"x": 1}))


def test_every_field_counts_and_so_does_the_order_of_a_sequence() -> None:
    thing = Thing("a")
    assert len({digest(thing), digest(replace(thing, name="b")), digest(replace(thing, parts=(2, 1)))}) == 3


def test_the_order_of_keys_and_of_sets_does_not_count() -> None:
    assert digest({"a": 1, "b": {3, 4}}) == digest({"b": {4, 3}, "a": 1})


def test_versions_and_times_of_kubernetes_do_not_count() -> None:
    one = {"metadata": {"name": "a", "resourceVersion": "1", "generation": 1}, "status": {"observedGeneration": 1}}
    other = {"metadata": {"name": "a", "resourceVersion": "9", "generation": 3}, "status": {"observedGeneration": 3}}
    assert digest(one) == digest(other)


def test_an_object_made_anew_is_another_one() -> None:
    assert digest({"metadata": {"uid": "1"}}) != digest({"metadata": {"uid": "2"}})


def test_text_is_not_a_number() -> None:
    assert digest({"a": "1"}) != digest({"a": 1})


def test_all_of_what_somebody_wanted_counts() -> None:
    assert digest({"data": {"generation": "1"}}) != digest({"data": {"generation": "2"}})
    assert digest({"spec": {"generation": 1}}) != digest({"spec": {}})
