"""What a doctor asks of a cluster; nothing is created, changed or waited for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from support.domain.permission import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorHealth:
    """How an operator tells of itself in its one object; `phase` and `version` are empty while it says nothing."""

    name: str
    phase: str = ""
    version: str = ""
    available: bool = False


class Examines(Protocol):
    """All methods raise ClusterError."""

    @property
    def server(self) -> str:
        """URL of the API."""
        ...

    def connect(self) -> None:
        """Log in; only for a cluster that nobody else logs in to."""
        ...

    def close(self) -> None: ...

    def refused(self, wanted: Sequence[Permission]) -> list[Permission]:
        """Those that this login does not have, by access reviews."""
        ...

    def lends(self, seconds: float) -> bool:
        """Whether the login has a token that MTV can be given for so long, as far as anybody can tell."""
        ...

    def operator(self, kind: str) -> OperatorHealth | None:
        """The operator of KubeVirt or CDI; None where there is none."""
        ...

    def serves(self, kind: str) -> bool:
        """Whether the cluster knows a kind."""
        ...

    def claim_modes(self, storage_class: str) -> tuple[str, ...] | None:
        """Access and volume modes that CDI would choose, such as "ReadWriteMany Block"; None when it knows no such
        class.
        """
        ...
