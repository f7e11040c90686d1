"""The shell that a guest has."""

from typing import Protocol

from lab.guests.answers import Answer
from lab.guests.linux import LinuxShell
from lab.guests.system import System
from lab.guests.windows import WindowsShell


class Shell(Protocol):
    """Runs commands in a guest."""

    def run(self, line: str) -> Answer: ...

    def has(self, program: str) -> bool:
        """Whether there is a program at this path."""
        ...

    def start(self, program: str, arguments: str) -> Answer:
        """Run a program that the guest has, as VMware Tools do it."""
        ...

    def read(self, path: str) -> bytes:
        """A file, also one that every guest has. Raises PathError."""
        ...


def shell_of(system: System, user: str) -> Shell:
    return WindowsShell(system, user) if system.guest.family == "windows" else LinuxShell(system, user)
