"""One of several runs that share the scenarios of a selection between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Shard:
    """`index` counts from 0, as an Indexed Job does."""

    index: int
    count: int

    def share(self, items: Sequence[Item]) -> list[Item]:
        """Every item is in the share of exactly one shard; neighbours, which are alike, in different ones."""
        return list(items[self.index :: self.count])

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"
