"""Which of the cluster's virtctl downloads fits this machine."""

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from support.domain.errors import StartError

_SYSTEMS = {"Linux": "linux", "Darwin": "mac", "Windows": "windows"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "s390x": "s390x"}


@dataclass(frozen=True, slots=True)
class Platform:
    """Operating system and architecture in the words of the download's path."""

    system: str
    machine: str

    @property
    def binary(self) -> str:
        return "virtctl.exe" if self.system == "windows" else "virtctl"

    def link(self, hrefs: Iterable[str]) -> str:
        """The href whose path names this platform; texts are for people. Raises StartError."""
        offered = list(hrefs)
        for href in offered:
            if f"/{self.machine}/{self.system}/" in urlsplit(href).path:
                return href
        known = ", ".join(offered) or "none"
        raise StartError(f"virtctl: the cluster offers none for {self.system}/{self.machine}; there are: {known}")


def this_platform() -> Platform:
    system, machine = platform.system(), platform.machine()
    try:
        return Platform(_SYSTEMS[system], _MACHINES[machine.lower()])
    except KeyError as error:
        raise StartError(f"virtctl: none is made for {system} on {machine}") from error
