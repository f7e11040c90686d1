"""What varies next: decisions that depend on seed and count alone, not on who comes first."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from lab.jitter.spec import Jitter

_LONGEST_BURST = 3
"""Requests of one sort in a row; clients that try four times more survive it."""


@dataclass(slots=True)
class Noise:
    """Asked once for each thing that may vary."""

    jitter: Jitter = field(default_factory=Jitter)
    _asked: Counter[str] = field(default_factory=Counter)
    _burst: dict[str, int] = field(default_factory=dict)
    """Sort -> how many more of it are refused before the next is answered."""

    def happens(self, variation: str, sort: str) -> bool:
        """Whether a variation befalls the next thing of a sort."""
        share: float = getattr(self.jitter, variation)
        return share > 0 and self.draw(variation, sort) < share

    def draw(self, *what: str) -> float:
        """The next number in [0, 1) for something; each has a sequence of its own."""
        name = "/".join(what)
        self._asked[name] += 1
        digest = hashlib.sha256(f"{self.jitter.seed:g}/{name}/{self._asked[name]}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48

    def fails(self, sort: str) -> bool:
        """Whether the next request of a sort is refused; refusals come in bursts, and after one comes an answer."""
        if sort in self._burst:
            self._burst[sort] -= 1
            if self._burst[sort] < 0:
                del self._burst[sort]
            return sort in self._burst
        if not self.happens("errors", sort):
            return False
        self._burst[sort] = int(self.draw("burst", sort) * _LONGEST_BURST)
        return True
