"""MTV's view of the source: the ids, networks and stores that maps and plans are made of."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from support.domain.names import MachineName
from support.domain.source import Place


class Inventory(Protocol):
    """Inventory of one source Provider."""

    def open(self, provider_uid: str, seconds: float) -> None:
        """Wait until the provider's inventory answers; 206 (loading) and 404 are waited for."""
        ...

    def await_machine(self, name: MachineName, seconds: float) -> str:
        """Wait until MTV sees the machine with its disks and NICs; returns the inventory id. Raises WaitTimeout."""
        ...

    def await_disks(self, machine_id: str, count: int, seconds: float) -> None:
        """Wait until MTV knows all disks of a machine that was given more of them. Raises WaitTimeout."""
        ...

    def await_addresses(self, machine_id: str, addresses: Collection[str], seconds: float) -> None:
        """Wait until MTV knows that the machine's guest has these addresses. Raises WaitTimeout."""
        ...

    def await_concerns(self, machine_id: str, seconds: float) -> Mapping[str, str]:
        """Wait until MTV has judged the machine as it knows it now; category by id. Raises WaitTimeout."""
        ...

    def networks_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """Networks in NIC order of the first machine, then what the others add; no duplicates."""
        ...

    def stores_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """Stores of all disks, no duplicates."""
        ...
