"""Clones that a contract test makes: named after a run of its own, so that all of them can be found and removed."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from support.domain.names import MachineName, new_run_id
from support.ports.source import ClonesMachines

Platform = TypeVar("Platform", bound=ClonesMachines)


class RunOfClones(ABC, Generic[Platform]):
    """Makes clones of one run and removes all of them; `seconds` is how long one deed may take at that place."""

    def __init__(self, platform: Platform, seconds: float) -> None:
        self.run = new_run_id()
        self.platform = platform
        self.names: list[MachineName] = []
        self._seconds = seconds

    def next_name(self) -> MachineName:
        self.names.append(MachineName(f"{self.run}-contract-{len(self.names) + 1}"))
        return self.names[-1]

    def start(self, source: MachineName, name: MachineName | None = None) -> str:
        return self.platform.start_clone(source, name or self.next_name(), f"{self.run} made by a contract test")

    def make(self, source: MachineName, name: MachineName | None = None) -> str:
        return self.platform.finish_clone(self.start(source, name), self._seconds)

    @abstractmethod
    def existing(self) -> list[str]:
        """Ids of this run's machines."""

    def remove_all(self) -> None:
        for machine_id in self.existing():
            self.platform.delete(machine_id, self._seconds)
