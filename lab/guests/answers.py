"""What a command leaves behind, and what a guest's NICs look like from inside."""

from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from lab.virtualization.guest_view import configured, device_name, effective
from lab.world.model import GuestAddress, RunningGuest


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code and both streams of one command."""

    code: int = 0
    out: str = ""
    err: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One NIC as its guest sees it."""

    index: int
    """Interface index; 1 is the loopback."""
    device: str
    mac: str
    address: GuestAddress | None
    """None: no link configuration."""

    @property
    def static(self) -> bool:
        return self.address is not None and self.address.static

    def uuid(self, guest: str) -> str:
        """Of its connection profile; the same after each boot."""
        return str(uuid5(NAMESPACE_OID, f"{guest} {self.mac}"))


def adapters(running: RunningGuest) -> list[Adapter]:
    """All NICs in the order of the machine's interfaces."""
    return [
        Adapter(
            index=number + 2,
            device=device_name(running.guest, number),
            mac=mac,
            address=effective(running.guest, mac, binding) or configured(running.guest, mac),
        )
        for number, (mac, binding) in enumerate(running.nics)
    ]
