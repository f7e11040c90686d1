"""cmd.exe of a Windows guest: a closed vocabulary with redirections; anything else is not recognized."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from lab.guests.answers import Answer, bytes_of, text_of
from lab.guests.powershell import PowerShell
from lab.guests.system import System
from lab.guests.windows_network import ipconfig
from lab.world.trees import IsDirectory, NoSuchPath, NotEmpty, PathError, PathExists

_POWERSHELL = re.compile(r"^\"?(?:\S*\\)?powershell(?:\.exe)?\"?(?:\s+|$)(.*)$", re.IGNORECASE | re.DOTALL)
_REDIRECT = re.compile(r'(?:(?<=\s)([12]))?(>>|>&|>|<)\s*("[^"]*"|[^\s"&|<>]+)')
_PROGRAMS = re.compile(r"^[a-z]:\\windows\\(?:system32\\)?(?:windowspowershell\\v1\.0\\)?([\w-]+)\.exe$", re.IGNORECASE)
_BUILT_IN = frozenset({"echo", "type", "md", "mkdir", "del", "erase", "rd", "rmdir", "dir", "ver"})
_WHY = {
    NoSuchPath: "The system cannot find the path specified.",
    IsDirectory: "Access is denied.",
    PathExists: "A subdirectory or file {} already exists.",
    NotEmpty: "The directory is not empty.",
}


@dataclass(frozen=True, slots=True)
class WindowsShell:
    """Runs command lines as the user who logged in; lines end in CR LF."""

    system: System
    user: str

    def run(self, line: str) -> Answer:
        """Commands joined by `&&`, `||` or `&` (and `;`, for those who forget where they are)."""
        out, err, code = "", "", 0
        for joint, command in _commands(line):
            if (joint == "&&" and code != 0) or (joint == "||" and code == 0):
                continue
            answer = self._redirected(command)
            out, err, code = out + answer.out, err + answer.err, answer.code
        return Answer(code, out, err)

    def has(self, program: str) -> bool:
        return _program(program) in {"cmd", "powershell", *self._table()} - _BUILT_IN

    def start(self, program: str, arguments: str) -> Answer:
        """Without a shell, unless the program is one."""
        name = _program(program)
        return self._powershell(arguments) if name == "powershell" else self._one(f"{name} {arguments}")

    def read(self, path: str) -> bytes:
        return self.system.tree.read(path)

    def _redirected(self, command: str) -> Answer:
        """Targets are opened before the command runs."""
        targets, given, plain = {"1": "", "2": ""}, command, ""
        try:
            for found in _outside_quotes(command):
                plain += given[: found.start() - (len(command) - len(given))]
                given = command[found.end() :]
                descriptor, operator, target = found[1] or "1", found[2], found[3].strip('"')
                if operator == "<":
                    continue
                targets[descriptor] = targets.get(target, "") if operator == ">&" else target
                if operator in (">", ">>") and target.lower() != "nul":
                    self.system.tree.write(target, b"", append=operator == ">>")
        except PathError as wrong:
            return Answer(1, err=_why(wrong))
        return self._divert(self._one(plain + given), targets)

    def _divert(self, answer: Answer, targets: dict[str, str]) -> Answer:
        shown = {"1": "", "2": ""}
        for descriptor, text in (("1", answer.out), ("2", answer.err)):
            target = targets[descriptor]
            if not target:
                shown[descriptor] += text
            elif target.lower() != "nul" and text:
                self.system.tree.write(target, bytes_of(text), append=True)
        return Answer(answer.code, shown["1"], shown["2"])

    def _one(self, command: str) -> Answer:
        script = _POWERSHELL.match(command.strip())
        if script:
            return self._powershell(script[1])
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]
        if not words:
            return Answer()
        name = words[0].rpartition("\\")[2].lower().removesuffix(".exe")
        if name == "cmd" and len(words) > 2 and words[1].lower() == "/c":
            inner = command.lstrip().split(None, 2)[2]
            return self.run(inner.rstrip()[1:-1] if inner.startswith('"') and inner.rstrip().endswith('"') else inner)
        if name == "echo":
            return crlf(Answer(out=command.lstrip()[5:] + "\n"))
        if name == "type":
            return self._files("type", words[1:], lambda path: text_of(self.system.tree.read(path)))
        known = self._table().get(name)
        return crlf(known(words[1:]) if known else _unknown(words[0]))

    def _table(self) -> dict[str, Callable[[list[str]], Answer]]:
        guest, tree = self.system.guest, self.system.tree
        return {
            "hostname": lambda _: Answer(out=f"{guest.hostname}\n"),
            "whoami": lambda _: Answer(out=f"{guest.hostname}\\{self.user}".lower() + "\n"),
            "ver": lambda _: Answer(out="\nMicrosoft Windows [Version 10.0.17763.1]\n"),
            "ipconfig": lambda words: Answer(out=ipconfig(self.system, everything="/all" in _lower(words))),
            "reg": self._registry,
            "certutil": self._certutil,
            "mkdir": lambda words: self._files(
                "mkdir", words, _quiet(lambda it: tree.make_directory(it, parents=True))
            ),
            "md": lambda words: self._files("md", words, _quiet(lambda it: tree.make_directory(it, parents=True))),
            "rmdir": self._remove_directories,
            "rd": self._remove_directories,
            "del": lambda words: self._files("del", words, _quiet(tree.remove)),
            "erase": lambda words: self._files("erase", words, _quiet(tree.remove)),
            "dir": self._directory,
        }

    def _powershell(self, arguments: str) -> Answer:
        return PowerShell(self.system, self._one).run(arguments)

    def _files(self, name: str, words: list[str], body: Callable[[str], str]) -> Answer:
        paths = [word for word in words if not word.startswith("/")]
        if not paths:
            return Answer(1, err=f"The syntax of the command is incorrect: {name}.\r\n")
        out, err = "", ""
        for path in paths:
            try:
                out += body(path)
            except PathError as wrong:
                err += _why(wrong)
        return Answer(1 if err else 0, out, err)

    def _remove_directories(self, words: list[str]) -> Answer:
        recursive = "/s" in _lower(words)
        body = _quiet(lambda it: self.system.tree.remove_directory(it, recursive=recursive))
        return self._files("rmdir", words, body)

    def _directory(self, words: list[str]) -> Answer:
        """`dir /b` only."""
        if "/b" not in _lower(words):
            return Answer(1, err="this guest answers dir with /b only\n")
        names = self.system.tree.names
        return self._files("dir", words, lambda path: "".join(f"{name}\n" for name in names(path)))

    def _certutil(self, words: list[str]) -> Answer:
        """`-hashfile FILE SHA256`."""
        if len(words) != 3 or _lower(words)[0] != "-hashfile" or words[2].upper() != "SHA256":
            return Answer(1, err="CertUtil: is not recognized here but with -hashfile FILE SHA256\n")
        try:
            hashed = sha256(self.system.tree.read(words[1])).hexdigest()
        except PathError:
            return Answer(2, err="CertUtil: -hashfile command FAILED: 0x80070002 (WIN32: 2 ERROR_FILE_NOT_FOUND)\n")
        done = "CertUtil: -hashfile command completed successfully."
        return Answer(out=f"SHA256 hash of {words[1]}:\n{hashed}\n{done}\n")

    def _registry(self, words: list[str]) -> Answer:
        key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography"
        asked = " ".join(words).lower().replace("hklm\\", "hkey_local_machine\\")
        if asked.startswith(f"query {key.lower()}") and "machineguid" in asked:
            return Answer(out=f"\n{key}\n    MachineGuid    REG_SZ    {self.system.guest.machine_id}\n\n")
        return Answer(1, err="ERROR: The system was unable to find the specified registry key or value.\n")


def _program(path: str) -> str:
    """The name of a program that Windows comes with, by its path; empty for any other."""
    found = _PROGRAMS.match(path.replace("/", "\\"))
    return found[1].lower() if found else ""


def _commands(line: str) -> list[tuple[str, str]]:
    """(joint before it, command); joints inside double quotes do not count, nor does PowerShell's own `;`."""
    joints = ("&&", "||", "&") if _POWERSHELL.match(line.strip()) else ("&&", "||", "&", ";")
    found, joint, current, quoted = [], "", "", False
    for piece in re.split(r'("|&&|\|\||(?<!>)&|;)', line):
        if piece == '"':
            quoted = not quoted
        if piece in joints and not quoted:
            found.append((joint, current))
            joint, current = piece, ""
        else:
            current += piece
    found.append((joint, current))
    return [(before, command.lstrip()) for before, command in found if command.strip()]


def _outside_quotes(command: str) -> list[re.Match[str]]:
    return [found for found in _REDIRECT.finditer(command) if command[: found.start()].count('"') % 2 == 0]


def crlf(answer: Answer) -> Answer:
    """Windows ends its lines in CR LF."""

    def ends(text: str) -> str:
        return text.replace("\r\n", "\n").replace("\n", "\r\n")

    return Answer(answer.code, ends(answer.out), ends(answer.err))


def _quiet(body: Callable[[str], None]) -> Callable[[str], str]:
    def run(path: str) -> str:
        body(path)
        return ""

    return run


def _why(wrong: PathError) -> str:
    return _WHY.get(type(wrong), "Access is denied.").format(wrong.path) + "\r\n"


def _lower(words: list[str]) -> list[str]:
    return [word.lower() for word in words]


def _unknown(name: str) -> Answer:
    text = f"'{name}' is not recognized as an internal or external command,\noperable program or batch file.\n"
    return Answer(1, err=text)
