"""An NFS share of appliances behind the source port: only MTV reads it, and its inventory tells what is there."""

import difflib

from support.adapters.inventory.ova import OvaInventory
from support.adapters.ova.describing import machine_from
from support.domain.access import SourceAccess
from support.domain.errors import MachineNotFound, SourceError
from support.domain.names import MachineName
from support.domain.source import SourceMachine

_NEAR = 5


class Ova:
    """SourcePlatform and nothing else: a file is not cloned, switched, or asked for its guest.

    Args:
        inventory: of the Provider that the run makes for the share; asked only once that is Ready.
        patience: seconds in which an inventory that is loading again must answer.
    """

    def __init__(self, access: SourceAccess, inventory: OvaInventory, patience: float) -> None:
        self._access = access
        self._inventory = inventory
        self._patience = patience

    def connect(self) -> None:
        """There is nobody to log in to; whether MTV reaches the share is told by its Provider."""

    def close(self) -> None: ...

    def instance_id(self) -> str:
        """The address of the share."""
        return self._access.url

    def ca_pem(self) -> None:
        """A share is mounted, without any certificate."""

    def find(self, name: MachineName) -> str:
        named = self._inventory.names(self._patience)
        same = sorted(identity for identity, each in named.items() if each == name)
        if len(same) > 1:
            raise SourceError(f"appliance '{name}': expected one of that name on {self._share}, found {len(same)}")
        if not same:
            raise MachineNotFound(f"appliance '{name}': not on {self._share}; {_near(name, set(named.values()))}")
        return same[0]

    def describe(self, machine_id: str) -> SourceMachine:
        found = self._inventory.machine(machine_id, self._patience)
        if found is None:
            raise MachineNotFound(f"appliance {machine_id}: no longer on {self._share}")
        return machine_from(found)

    @property
    def _share(self) -> str:
        return f"the share {self._access.url}, as MTV's inventory has it"


def _near(name: str, visible: set[str]) -> str:
    """Names alike, else some of those there are: a share rarely holds many."""
    folded = {each.lower(): each for each in sorted(visible)}
    near = difflib.get_close_matches(name.lower(), folded, n=_NEAR, cutoff=0.5)
    if near:
        return f"near names: {', '.join(folded[each] for each in near)}"
    more = ", ..." if len(visible) > _NEAR else ""
    return f"there are: {', '.join(sorted(visible)[:_NEAR]) or 'none'}{more}"
