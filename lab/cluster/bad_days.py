"""Variations of the API server that are right but inconvenient, as far as the lab's jitter goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from lab.cluster.asked import Asked
from lab.cluster.history import Object
from lab.cluster.refusals import Refused, conflict, expired
from lab.kernel.service import Lab

_LONGEST_DROPPED = 2.0
"""Seconds that a watch lasts at most which ends early."""
_REFUSALS = (
    (429, "TooManyRequests", "the server has received too many requests and has asked us to try again later"),
    (500, "InternalError", "etcdserver: leader changed"),
    (503, "ServiceUnavailable", "the server is currently unable to handle the request"),
)


@dataclass(slots=True)
class BadDays:
    """Asked once per request for a resource."""

    lab: Lab

    def begin(self, asked: Asked) -> None:
        """Raise Refused (429, 500, 503, or 409 for a change) before anything was done."""
        noise = self.lab.noise
        if noise.fails(asked.what):
            code, reason, message = _REFUSALS[int(noise.draw("refusal", asked.what) * len(_REFUSALS))]
            raise Refused(code, reason, message)
        if asked.verb in ("update", "patch") and noise.happens("conflicts", asked.what):
            raise conflict(asked.kind, asked.name)

    def resume(self, asked: Asked) -> None:
        """Raise Refused (410) for a watch that goes on from a version."""
        if asked.number("resourceVersion") > 0 and self.lab.noise.happens("expiries", asked.what):
            raise expired(asked.number("resourceVersion"), self.lab.store.version)

    def ordered(self, asked: Asked, objects: Sequence[Object]) -> list[Object]:
        """Items of a list that is told in one piece, in the order in which they are told."""
        return list(reversed(objects)) if self.lab.noise.happens("reorder", asked.what) else list(objects)

    def longest_watch(self, asked: Asked) -> float | None:
        """Seconds after which a watch ends whatever its client asked for; None when it does not."""
        noise = self.lab.noise
        if not noise.happens("drops", asked.what):
            return None
        return noise.draw("dropped", asked.what) * _LONGEST_DROPPED
