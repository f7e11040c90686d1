"""A machine that was to stay where it is, as it was found after a migration that had to move nothing."""

from dataclasses import dataclass

from support.domain.machine import Power
from support.domain.names import ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What was found: the source's power before and after, and what the target has of the machine or its plan.

    Attributes:
        on_target: machines, data volumes and claims that exist all the same.
        where: the object a person looks at.
    """

    machine: str
    power_before: Power
    power_now: Power
    on_target: tuple[ObjectRef, ...]
    where: str = ""
