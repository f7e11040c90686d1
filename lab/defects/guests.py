"""The guest does not arrive as it was, or nobody can reach it."""

from lab.defects.model import Defect, Fault, by_fault
from lab.world.model import Guest


def _no_agent(guest: Guest) -> None:
    guest.agent_installed = False


def _another(guest: Guest) -> None:
    guest.hostname, guest.machine_id = "localhost", "0" * 32


def _other_passwords(guest: Guest) -> None:
    guest.users = dict.fromkeys(guest.users, "reset-by-first-boot")


ENTRIES = (
    Defect(name="agent-silent", tells="the guest agent never connects", guest=_no_agent),
    Defect(name="another-guest", tells="another guest answers", guest=_another),
    Defect(name="login-lost", tells="the guest refuses its own credentials", guest=_other_passwords),
    by_fault("ssh-silent", "nothing listens for SSH", Fault.SSH_SILENT),
)
