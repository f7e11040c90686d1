"""The shell of a Linux guest: a closed vocabulary with pipes and redirections; anything else is not found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from lab.guests.answers import Answer, bytes_of, text_of
from lab.guests.linux_disks import fstab, lsblk
from lab.guests.linux_files import COMMANDS, Invocation
from lab.guests.linux_mounts import df, findmnt
from lab.guests.linux_network import PROFILES, ip, network_files, nmcli
from lab.guests.system import System
from lab.guests.words import Pipeline, Simple, Unreadable, parse
from lab.virtualization.guest_view import kernel
from lab.world.model import Guest
from lab.world.trees import IsDirectory, NoSuchPath, PathError

_WHY = {NoSuchPath: "No such file or directory", IsDirectory: "Is a directory"}
_NOT_FOUND = 127
_PROGRAM_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin")


@dataclass(frozen=True, slots=True)
class LinuxShell:
    """Runs command lines as the user who logged in."""

    system: System
    user: str

    def run(self, line: str) -> Answer:
        """A list of pipelines joined by `;`, `&&`, `||`; anything unknown ends in 127."""
        try:
            pipelines = parse(line)
        except Unreadable as broken:
            return Answer(broken.code, err=f"bash: -c: {broken}\n")
        out, err, code = "", "", 0
        for pipeline in pipelines:
            if pipeline.joint == ";" or (pipeline.joint == "&&") == (code == 0):
                answer = self._pipe(pipeline)
                out, err, code = out + answer.out, err + answer.err, answer.code
        return Answer(code, out, err)

    def has(self, program: str) -> bool:
        folder, _, name = program.rpartition("/")
        return folder in _PROGRAM_FOLDERS and name in {"sh", "bash", "sudo", *COMMANDS, *self._commands()}

    def start(self, program: str, arguments: str) -> Answer:
        """Through bash, as VMware Tools do it, so that redirections in the arguments count."""
        return self.run(f"{program} {arguments}")

    def _pipe(self, pipeline: Pipeline) -> Answer:
        passed, err, answer = "", "", Answer()
        for command in pipeline.commands:
            answer = self._simple(command, passed)
            passed, err = answer.out, err + answer.err
        return Answer(answer.code, answer.out, err)

    def _simple(self, command: Simple, given: str) -> Answer:
        """Targets are opened before the command runs, in their order, as a shell does."""
        targets: dict[int, str] = {1: "", 2: ""}
        for descriptor, operator, target in command.redirects:
            if operator == ">&":
                targets[descriptor] = targets[int(target)] if target in ("1", "2") else target
                continue
            try:
                given = self._open(descriptor, operator, target, targets, given)
            except PathError as wrong:
                return Answer(1, err=f"bash: {wrong.path}: {_WHY.get(type(wrong), 'Permission denied')}\n")
        return self._divert(self._one(command.words, given), targets)

    def _open(self, descriptor: int, operator: str, target: str, targets: dict[int, str], given: str) -> str:
        if operator == "<":
            return "" if target == "/dev/null" else text_of(self.read(target))
        if target != "/dev/null":
            self.system.tree.write(target, b"", append=operator == ">>")
        for one in (1, 2) if operator == "&>" else (descriptor,):
            targets[one] = target
        return given

    def _divert(self, answer: Answer, targets: dict[int, str]) -> Answer:
        shown = {1: "", 2: ""}
        for descriptor, text in ((1, answer.out), (2, answer.err)):
            target = targets[descriptor]
            if not target:
                shown[descriptor] += text
            elif target != "/dev/null" and text:
                self.system.tree.write(target, bytes_of(text), append=True)
        return Answer(answer.code, shown[1], shown[2])

    def _one(self, words: Sequence[str], given: str) -> Answer:
        if not words:
            return Answer()
        name, arguments = words[0].rpartition("/")[2], list(words[1:])
        if name in ("sh", "bash"):
            return self._inner(arguments, given)
        if name == "sudo":
            rest = [word for word in arguments if word not in ("-n", "--")]
            return LinuxShell(self.system, "root")._one(rest, given) if rest else Answer(1, err="usage: sudo\n")
        if name in COMMANDS:
            return COMMANDS[name](Invocation(self.system.tree, self.read, arguments, given))
        known = self._commands().get(name)
        return known(arguments) if known else Answer(127, err=f"bash: {words[0]}: command not found\n")

    def _inner(self, arguments: list[str], given: str) -> Answer:
        """`sh -c LINE`, or commands from standard input."""
        if arguments[:1] in (["-c"], ["-lc"], ["-ec"]) and len(arguments) > 1:
            return self.run(arguments[1])
        if not arguments or arguments == ["-s"]:
            return self.run(given)
        return Answer(_NOT_FOUND, err=f"bash: {arguments[0]}: command not found: this guest runs no scripts\n")

    def _commands(self) -> dict[str, Callable[[list[str]], Answer]]:
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
