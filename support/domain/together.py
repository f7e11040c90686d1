"""Plans that run at the same time, and the one sight of them that proves it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """When a plan was seen copying disks: seconds since the plans were started, None where it never was."""

    plan: str
    first: float | None = None
    last: float | None = None

    def __str__(self) -> str:
        if self.first is None or self.last is None:
            return f"{self.plan} was never seen copying"
        return f"{self.plan} was seen copying from second {self.first:.1f} to {self.last:.1f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What was seen of several plans.

    Attributes:
        sight: one state of all of them in which each copied disks, a line per plan; empty when there was none.
    """

    plans: tuple[Copying, ...]
    sight: tuple[str, ...] = ()
