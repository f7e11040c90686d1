"""The shell that a guest has."""

from typing import Protocol

from lab.guests.answers import Answer
from lab.guests.linux import LinuxShell
from lab.guests.system import System
from lab.guests.windows import WindowsShell


class Shell(Protocol):
    """Runs commands in a guest."""

    def run(self, line: str) -> Answer: ...

    def start(self, program: str, arguments: str) -> Answer | None:
        """What VMware Tools start: a program by its path; None when there is no such file."""
        ...


def shell_of(system: System, user: str) -> Shell:
    return WindowsShell(system, user) if system.guest.family == "windows" else LinuxShell(system, user)
