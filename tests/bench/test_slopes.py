"""What grows faster than the machines is named, and nothing else is."""

from collections import Counter

from tests.bench.slopes import Row, per_machine, rising


def _asked(machines: int) -> Row:
    """One list for all, one machine each, and two that nobody should ask for in this way."""
    return machines, Counter(
        {
            "cluster: list pods": 7,
            "cluster: get virtualmachines": 2 + machines,
            "vcenter: machines of machines": machines**2,
            "guests: more and more": machines + max(0, machines - 10),
        }
    )


ROWS = [_asked(number) for number in (1, 10, 50, 100)]


def test_what_grows_faster_than_the_machines_is_named_the_steepest_first() -> None:
    assert [(each.what, each.few, each.many) for each in rising(ROWS)] == [
        ("vcenter: machines of machines", 11, 150),
        ("guests: more and more", 1, 2),
    ]


def test_a_watch_that_is_begun_again_is_no_slope() -> None:
    longer = [(number, asked + Counter({"cluster: watch pods": number // 50})) for number, asked in ROWS]
    assert rising(longer) == rising(ROWS)


def test_a_further_machine_costs_what_was_asked_beyond_the_fewer_of_one_service_or_of_all() -> None:
    assert per_machine(ROWS[0], ROWS[1], "cluster") == 1
    assert per_machine(ROWS[0], ROWS[1]) == 1 + 11 + 1
