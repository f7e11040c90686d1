"""Ways to change one side of a matching pair."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.checks.comparison import Comparison

Change = Callable[[Comparison], Comparison]


def on_target(**fields: Any) -> Change:
    return lambda pair: replace(pair, target=replace(pair.target, **fields))


def on_source(**fields: Any) -> Change:
    return lambda pair: replace(pair, source=replace(pair.source, **fields))


def on_pair(**fields: Any) -> Change:
    return lambda pair: replace(pair, **fields)


def disk(**fields: Any) -> Change:
    def change(pair: Comparison) -> Comparison:
        first, *others = pair.target.disks
        return on_target(disks=(replace(first, **fields), *others))(pair)

    return change


def nic(**fields: Any) -> Change:
    def change(pair: Comparison) -> Comparison:
        first, second = pair.target.nics
        return on_target(nics=(first, replace(second, **fields)))(pair)

    return change


def afterwards(**fields: Any) -> Change:
    def change(pair: Comparison) -> Comparison:
        assert pair.source_after is not None
        return on_pair(source_after=replace(pair.source_after, **fields))(pair)

    return change


def disks_swapped(pair: Comparison) -> Comparison:
    first, second = pair.target.disks
    return on_target(disks=(replace(first, index=1), replace(second, index=0)))(pair)
