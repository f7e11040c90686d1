"""PowerShell of a Windows guest: a few cmdlets, pipelines into Select-Object and ConvertTo-Json, and files."""

import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from lab.guests.answers import Answer, text_of
from lab.guests.system import System
from lab.guests.windows_disks import disk_rows
from lab.guests.windows_network import Rows, network_rows
from lab.world.trees import PathError, PathExists

_SCRIPT = re.compile(r"(?:^|\s)-(?:Command|c)\s+(.*)$", re.IGNORECASE | re.DOTALL)
_ENCODED = re.compile(r"(?:^|\s)-(?:EncodedCommand|enc|e)\s+(\S+)\s*$", re.IGNORECASE)
_OPTIONS = re.compile(r"^\s*(?:-(?:NoProfile|NonInteractive|NoLogo|ExecutionPolicy\s+\S+)\s*)*", re.IGNORECASE)
_PREFERENCE = re.compile(r"^\$\w+Preference\s*=", re.IGNORECASE)
_MEMBER = re.compile(r"^\((.+)\)\.(\w+)$", re.DOTALL)
_WORD = re.compile(r"'((?:[^']|'')*)'|\"([^\"]*)\"|([^\s'\"]+)")
_COMMON = frozenset({"erroraction", "force", "compress", "literalpath", "usebasicparsing"})
_SWITCHES = frozenset({"raw", "nonewline", "recurse", "force", "compress"})


@dataclass(slots=True)
class Command:
    """One stage of a pipeline: its name in lower case, parameters in lower case, and what stands without one."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)
    plain: list[str] = field(default_factory=list)

    def value(self, name: str, position: int = 0) -> str:
        """A parameter by name, else the argument at its place, else nothing."""
        if name in self.parameters:
            return self.parameters[name]
        return self.plain[position] if position < len(self.plain) else ""

    @property
    def path(self) -> str:
        return self.parameters.get("literalpath") or self.parameters.get("filepath") or self.value("path")


@dataclass(frozen=True, slots=True)
class PowerShell:
    """Runs the arguments of powershell.exe; `outside` runs programs that are no cmdlets."""

    system: System
    outside: Callable[[str], Answer]

    def run(self, arguments: str) -> Answer:
        """Statements go on after an error, as they do unless told otherwise; the last one is the exit code."""
        out, err, code = "", "", 0
        for statement in _split(_script(arguments), ";\n"):
            if statement.lower().startswith("exit"):
                return Answer(int(statement[4:].strip() or code), out, err)
            answer = self._statement(statement)
            out, err, code = out + answer.out, err + answer.err, answer.code
        return Answer(code, out, err)

    def _statement(self, statement: str) -> Answer:
        if _PREFERENCE.match(statement):
            return Answer()
        member = _MEMBER.match(statement)
        first, *rest = [_command(stage) for stage in _split(member[1] if member else statement, "|")]
        try:
            if member:
                rows = self._rows(first)
                return (
                    _lines([str(_pick(row, member[2])) for row in rows or []]) if rows is not None else _unknown(first)
                )
            rows = self._rows(first)
            return self._shown(rows, rest) if rows is not None else self._plain(first, rest)
        except PathError as wrong:
            return Answer(1, err=f"{first.name} : Cannot find path '{wrong.path}' because it does not exist.\r\n")

    def _rows(self, command: Command) -> Rows | None:
        """Objects of a cmdlet that yields some, by the parameters that are their properties."""
        if command.name == "get-filehash":
            content = self.system.tree.read(command.path)
            return [{"Algorithm": "SHA256", "Hash": sha256(content).hexdigest().upper(), "Path": command.path}]
        family = command.parameters.get("addressfamily", "").lower()
        known = network_rows(self.system, loopback=family == "ipv4") | disk_rows(self.system)
        rows = known.get(command.name)
        if rows is None:
            return None
        wanted = {name: text.lower().split(",") for name, text in command.parameters.items()}
        return [row for row in rows if all(_fits(row, name, texts) for name, texts in wanted.items())]

    def _shown(self, rows: Rows, rest: list[Command]) -> Answer:
        if not rest or rest[-1].name != "convertto-json":
            return Answer(1, err="this guest answers with ConvertTo-Json only\r\n")
        for stage in rest[:-1]:
            if stage.name not in ("select", "select-object"):
                return _unknown(stage)
            names = [name.strip() for name in ",".join([*stage.parameters.values(), *stage.plain]).split(",")]
            rows = [{name: _pick(row, name) for name in names if name} for row in rows]
        # one result is an object, not a list; no result is no output at all
        shown: object = rows[0] if len(rows) == 1 else rows
        return Answer(out=json.dumps(shown) + "\r\n" if rows else "")

    def _plain(self, command: Command, rest: list[Command]) -> Answer:
        done = self._texts().get(command.name)
        if done is None:
            name = "hostname" if command.name == "$env:computername" else command.name
            return self.outside(name) if name in ("hostname", "whoami") else _unknown(command)
        if rest and (len(rest) > 1 or rest[0].name != "out-null"):
            return self._into(done(command), rest[0])
        return done(command) if not rest else Answer()

    def _into(self, given: Answer, target: Command) -> Answer:
        """`| Set-Content -Path FILE` and `| Out-File FILE`."""
        if target.name not in ("set-content", "out-file"):
            return _unknown(target)
        target.parameters["value"] = given.out.removesuffix("\r\n")
        return self._set_content(target)

    def _texts(self) -> dict[str, Callable[[Command], Answer]]:
        return {
            "get-content": self._get_content,
            "set-content": self._set_content,
            "add-content": self._set_content,
            "new-item": self._new_item,
            "remove-item": self._remove_item,
            "test-path": self._test_path,
            "write-volumecache": self._flush,
            "write-output": lambda it: _lines(it.plain),
            "echo": lambda it: _lines(it.plain),
        }

    def _get_content(self, command: Command) -> Answer:
        text = text_of(self.system.tree.read(command.path))
        return Answer(out=f"{text}\r\n") if "raw" in command.parameters else _lines(text.splitlines())

    def _set_content(self, command: Command) -> Answer:
        """Out-File writes UTF-16 unless told otherwise, and UTF8 has a mark, as in Windows PowerShell 5.1."""
        text = command.value("value", 1) + ("" if "nonewline" in command.parameters else "\r\n")
        wanted = command.parameters.get("encoding", "unicode" if command.name == "out-file" else "ascii").lower()
        coding = {"unicode": "utf-16", "utf8": "utf-8-sig"}.get(wanted, "utf-8")
        self.system.tree.write(command.path, text.encode(coding), append=command.name == "add-content")
        return Answer()

    def _new_item(self, command: Command) -> Answer:
        tree, path = self.system.tree, command.path
        if command.parameters.get("itemtype", "").lower() != "directory":
            tree.write(path, command.parameters.get("value", "").encode())
            return Answer()
        try:
            tree.make_directory(path, parents="force" in command.parameters or not tree.is_directory(path))
        except PathExists:
            return Answer(1, err=f"New-Item : An item with the specified name {path} already exists.\r\n")
        return Answer()

    def _remove_item(self, command: Command) -> Answer:
        tree, path = self.system.tree, command.path
        if tree.is_directory(path):
            tree.remove_directory(path, recursive="recurse" in command.parameters)
        else:
            tree.remove(path)
        return Answer()

    def _test_path(self, command: Command) -> Answer:
        tree = self.system.tree
        return _lines([str(tree.is_file(command.path) or tree.is_directory(command.path))])

    def _flush(self, command: Command) -> Answer:
        """Write-VolumeCache: what was written is on the disk."""
        letters = [letter.strip() for letter in command.value("driveletter").split(",") if letter.strip()]
        for letter in letters:
            self.system.tree.sync(f"{letter.upper().removesuffix(':')}:\\")
        return Answer() if letters else Answer(1, err="Write-VolumeCache : a drive letter is needed.\r\n")


def _script(arguments: str) -> str:
    encoded = _ENCODED.search(arguments)
    if encoded:
        try:
            return b64decode(encoded[1], validate=True).decode("utf-16-le")
        except (NotBase64, UnicodeDecodeError):
            return "-EncodedCommand"
    plain = _SCRIPT.search(arguments)
    text = (plain[1] if plain else _OPTIONS.sub("", arguments)).strip()
    if text.startswith('"') and text.endswith('"'):
        text = text[1:-1].replace('\\"', '"')
    return text.removeprefix("& {").removesuffix("}").strip() if text.startswith("& {") else text


def _split(text: str, joints: str) -> list[str]:
    """At joints outside of quotes and parentheses; empty pieces do not count."""
    found, quote, depth, current = [], "", 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "(){}":
            depth += 1 if letter in "({" else -1
        if letter in joints and not quote and depth == 0:
            found.append(current.strip())
            current = ""
        else:
            current += letter
    return [piece for piece in [*found, current.strip()] if piece]


def _command(stage: str) -> Command:
    words = [_unquoted(found) for found in _WORD.finditer(re.sub(r"\s*,\s*", ",", stage))]
    (name, _), *arguments = words
    command, pending = Command(name.lower()), ""
    for word, quoted in arguments:
        if word.startswith("-") and not quoted:
            pending = word[1:].lower()
            command.parameters[pending] = ""
            pending = "" if pending in _SWITCHES else pending
        elif pending:
            command.parameters[pending], pending = word, ""
        else:
            command.plain.append(word)
    return command


def _unquoted(found: re.Match[str]) -> tuple[str, bool]:
    if found[1] is not None:
        return found[1].replace("''", "'"), True
    return (found[2], True) if found[2] is not None else (found[3], False)


def _pick(row: dict[str, object], name: str) -> object:
    return next((value for key, value in row.items() if key.lower() == name.lower()), None)


def _fits(row: dict[str, object], name: str, texts: list[str]) -> bool:
    """A parameter that is no property of the objects says how, not which."""
    if name in _COMMON or name not in {key.lower() for key in row}:
        return True
    return str(_pick(row, name)).lower() in texts


def _lines(texts: list[str]) -> Answer:
    return Answer(out="".join(f"{text}\r\n" for text in texts))


def _unknown(command: Command) -> Answer:
    text = (
        f"{command.name} : The term '{command.name}' is not recognized as the name of a cmdlet, function, script file"
    )
    return Answer(1, err=f"{text}, or operable program.\r\n")
