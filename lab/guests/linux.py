"""The shell of a Linux guest: a closed vocabulary with pipes and redirections; anything else is not found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from lab.guests.answers import Answer
from lab.guests.linux_disks import fstab, lsblk
from lab.guests.linux_files import COMMANDS
from lab.guests.linux_mounts import df, findmnt
from lab.guests.linux_network import PROFILES, ip, network_files, nmcli
from lab.guests.posix import Known, PosixShell
from lab.guests.system import System
from lab.virtualization.guest_view import kernel
from lab.world.model import Guest
from lab.world.trees import PathError, Tree

_PROGRAM_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin")


@dataclass(frozen=True, slots=True)
class LinuxShell(PosixShell):
    """Runs command lines as the user who logged in."""

    system: System
    user: str

    @property
    def tree(self) -> Tree:
        return self.system.tree

    def has(self, program: str) -> bool:
        folder, _, name = program.rpartition("/")
        return folder in _PROGRAM_FOLDERS and name in {"sh", "bash", "sudo", *COMMANDS, *self.commands()}

    def start(self, program: str, arguments: str) -> Answer:
        """Through bash, as VMware Tools do it, so that redirections in the arguments count."""
        return self.run(f"{program} {arguments}")

    def _one(self, words: Sequence[str], given: str) -> Answer:
        if not words or words[0].rpartition("/")[2] != "sudo":
            return PosixShell._one(self, words, given)
        rest = [word for word in words[1:] if word not in ("-n", "--")]
        return LinuxShell(self.system, "root")._one(rest, given) if rest else Answer(1, err="usage: sudo\n")

    def commands(self) -> Mapping[str, Known]:
        system = self.system
        return {
            "true": lambda _: Answer(),
            "false": lambda _: Answer(1),
            "hostname": lambda _: Answer(out=system.guest.hostname + "\n"),
            "whoami": lambda _: Answer(out=self.user + "\n"),
            "uname": partial(_uname, system.guest),
            "ip": partial(ip, system),
            "nmcli": partial(nmcli, system),
            "lsblk": partial(lsblk, system),
            "findmnt": partial(findmnt, system),
            "df": partial(df, system),
        }

    def read(self, path: str) -> bytes:
        """A file that somebody wrote, or one that every guest has."""
        standing = self._standing()
        if path not in standing or self.system.tree.is_file(path):
            return self.system.tree.read(path)
        if path.startswith(PROFILES) and self.user != "root":
            raise PathError(path)
        return standing[path].encode()

    def _standing(self) -> dict[str, str]:
        guest = self.system.guest
        return network_files(self.system) | {
            "/etc/machine-id": guest.machine_id + "\n",
            "/etc/hostname": guest.hostname + "\n",
            "/etc/os-release": _os_release(guest.os_id, guest.version),
            "/etc/fstab": fstab(self.system),
        }


def _os_release(os_id: str, version: str) -> str:
    name = "Red Hat Enterprise Linux" if os_id == "rhel" else os_id
    return f'NAME="{name}"\nVERSION="{version}"\nID="{os_id}"\nVERSION_ID="{version}"\nPRETTY_NAME="{name} {version}"\n'


def _uname(guest: Guest, words: list[str]) -> Answer:
    parts = {"-s": "Linux", "-n": guest.hostname, "-r": kernel(guest), "-m": "x86_64", "-o": "GNU/Linux"}
    if "-a" in words:
        return Answer(out=" ".join(parts.values()) + "\n")
    return Answer(out=" ".join(parts.get(word, "") for word in words or ["-s"]) + "\n")
