"""Commands of a Linux guest that read and write files."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import Any

from lab.guests.answers import Answer, bytes_of, text_of
from lab.world.trees import IsDirectory, NoSuchPath, NotEmpty, PathError, PathExists, Tree

_WHY = {
    NoSuchPath: "No such file or directory",
    IsDirectory: "Is a directory",
    PathExists: "File exists",
    NotEmpty: "Directory not empty",
}
_ESCAPE = re.compile(r"\\(n|t|r|\\|a|e|0?[0-7]{1,3}|x[0-9a-fA-F]{1,2})")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "e": "\x1b"}
_FORMAT = re.compile(r"%([%sbd])")


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command's world: paths, a reader that knows standing files too, arguments and standard input."""

    tree: Tree
    read: Callable[[str], bytes]
    words: list[str]
    given: str

    @property
    def flags(self) -> str:
        """Letters of all options."""
        return "".join(word[1:] for word in self.words if word.startswith("-") and word != "-")

    @property
    def paths(self) -> list[str]:
        return [word for word in self.words if not word.startswith("-")]


Command = Callable[[Invocation], Answer]


def _each(name: str, paths: list[str], body: Callable[[str], str]) -> Answer:
    """Output for each path in turn; a bad one is told and the others go on."""
    if not paths:
        return Answer(1, err=f"{name}: missing operand\n")
    out, err = "", ""
    for path in paths:
        try:
            out += body(path)
        except PathError as wrong:
            err += f"{name}: {wrong.path}: {_WHY.get(type(wrong), 'Permission denied')}\n"
    return Answer(1 if err else 0, out, err)


def _quiet(body: Callable[[str], None]) -> Callable[[str], str]:
    def run(path: str) -> str:
        body(path)
        return ""

    return run


def _cat(call: Invocation) -> Answer:
    if not call.words or call.words == ["-"]:
        return Answer(out=call.given)
    return _each("cat", call.paths, lambda path: text_of(call.read(path)))


def _echo(call: Invocation) -> Answer:
    words, end, escapes = list(call.words), "\n", False
    while words and re.fullmatch("-[neE]+", words[0]):
        flags = words.pop(0)
        end = "" if "n" in flags else end
        escapes = "e" in flags or (escapes and "E" not in flags)
    text = " ".join(words)
    return Answer(out=(_unescape(text) if escapes else text) + end)


def _printf(call: Invocation) -> Answer:
    """The format is used again while arguments are left."""
    words = call.words[1:] if call.words[:1] == ["--"] else call.words
    if not words:
        return Answer(2, err="bash: printf: usage: printf format [arguments]\n")
    form, arguments = words[0], words[1:]
    out, takes = "", bool(re.search(r"%[sbd]", form))
    while True:
        out += _filled(form, arguments)
        if not arguments or not takes:
            return Answer(out=out)


def _filled(form: str, arguments: list[str]) -> str:
    """Takes what it uses from the arguments."""

    def fill(found: re.Match[str]) -> str:
        if found[1] == "%":
            return "%"
        value = arguments.pop(0) if arguments else ("0" if found[1] == "d" else "")
        return _unescape(value) if found[1] == "b" else value

    pieces = _FORMAT.split(form)
    text = ""
    for number, piece in enumerate(pieces):
        text += _unescape(piece) if number % 2 == 0 else _FORMAT.sub(fill, f"%{piece}")
    return text


def _unescape(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1]
        if code in _ESCAPES:
            return _ESCAPES[code]
        return text_of(bytes([int(code[1:], 16) if code.startswith("x") else int(code, 8) & 0xFF]))

    return _ESCAPE.sub(one, text)


def _sync(call: Invocation) -> Answer:
    """Everything without a path; with one the file, which in this guest is its whole filesystem."""
    if not call.paths:
        call.tree.sync()
        return Answer()
    return _each("sync: error opening", call.paths, _quiet(call.tree.sync))


def _tee(call: Invocation) -> Answer:
    def write(path: str) -> str:
        call.tree.write(path, bytes_of(call.given), append="a" in call.flags)
        return ""

    told = _each("tee", call.paths, write)
    return Answer(told.code, call.given, told.err)


def _touch(call: Invocation) -> Answer:
    return _each("touch", call.paths, _quiet(lambda path: call.tree.write(path, b"", append=True)))


def _mkdir(call: Invocation) -> Answer:
    paths = call.paths[1:] if "m" in call.flags else call.paths
    parents = "p" in call.flags or "parents" in call.flags
    return _each("mkdir", paths, _quiet(lambda path: call.tree.make_directory(path, parents=parents)))


def _rmdir(call: Invocation) -> Answer:
    return _each("rmdir", call.paths, _quiet(call.tree.remove_directory))


def _rm(call: Invocation) -> Answer:
    forced, recursive = "f" in call.flags, "r" in call.flags or "R" in call.flags

    def remove(path: str) -> None:
        if recursive and call.tree.is_directory(path):
            call.tree.remove_directory(path, recursive=True)
        elif not forced or call.tree.is_file(path):
            call.tree.remove(path)

    return _each("rm", call.paths, _quiet(remove))


def _ls(call: Invocation) -> Answer:
    def show(path: str) -> str:
        if call.tree.is_file(path):
            return f"{path}\n"
        return "".join(f"{name}\n" for name in call.tree.names(path))

    return _each("ls", call.paths or ["/root"], show)


def _stat(call: Invocation) -> Answer:
    """With `-c` and the fields `%s` and `%n` only."""
    if call.words[:1] != ["-c"] or len(call.words) < 3:
        return Answer(1, err="stat: this guest answers with -c FORMAT only\n")
    form = call.words[1]
    return _each(
        "stat", call.words[2:], lambda it: form.replace("%s", str(len(call.read(it)))).replace("%n", it) + "\n"
    )


def _hashed(name: str, kind: Callable[..., Any]) -> Command:
    def run(call: Invocation) -> Answer:
        if not call.paths:
            return Answer(out=f"{kind(bytes_of(call.given)).hexdigest()}  -\n")
        return _each(name, call.paths, lambda path: f"{kind(call.read(path)).hexdigest()}  {path}\n")

    return run


def _base64(call: Invocation) -> Answer:
    words = [word for word in call.words if word not in ("-d", "--decode", "-w", "-w0", "0", "--wrap=0")]
    try:
        content = call.read(words[0]) if words and words[0] != "-" else bytes_of(call.given)
    except PathError as wrong:
        return Answer(1, err=f"base64: {wrong.path}: {_WHY.get(type(wrong), 'Permission denied')}\n")
    if not {"-d", "--decode"} & set(call.words):
        wrapped = "" if {"-w0", "--wrap=0", "-w"} & set(call.words) else "\n"
        return Answer(out=b64encode(content).decode() + wrapped)
    try:
        return Answer(out=text_of(b64decode(b"".join(content.split()), validate=True)))
    except NotBase64:
        return Answer(1, err="base64: invalid input\n")


def _wc(call: Invocation) -> Answer:
    """Bytes (`-c`) or lines (`-l`)."""

    def count(content: bytes) -> int:
        return content.count(b"\n") if "l" in call.flags else len(content)

    if not call.paths:
        return Answer(out=f"{count(bytes_of(call.given))}\n")
    return _each("wc", call.paths, lambda path: f"{count(call.read(path))} {path}\n")


def _test(call: Invocation) -> Answer:
    words = call.words[:-1] if call.words[-1:] == ["]"] else list(call.words)
    negated = words[:1] == ["!"]
    words = words[1:] if negated else words
    if len(words) != 2 or words[0] not in _PROBES:
        return Answer(2, err="test: command not found: this guest knows -e, -f, -d and -s\n")
    return Answer(int(_PROBES[words[0]](call.tree, words[1]) == negated))


_PROBES: dict[str, Callable[[Tree, str], bool]] = {
    "-e": lambda tree, path: tree.is_file(path) or tree.is_directory(path),
    "-f": lambda tree, path: tree.is_file(path),
    "-d": lambda tree, path: tree.is_directory(path),
    "-s": lambda tree, path: tree.is_file(path) and bool(tree.read(path)),
}

COMMANDS: dict[str, Command] = {
    "base64": _base64,
    "cat": _cat,
    "echo": _echo,
    "ls": _ls,
    "md5sum": _hashed("md5sum", lambda content: md5(content, usedforsecurity=False)),
    "mkdir": _mkdir,
    "printf": _printf,
    "rm": _rm,
    "rmdir": _rmdir,
    "sha256sum": _hashed("sha256sum", sha256),
    "stat": _stat,
    "sync": _sync,
    "tee": _tee,
    "test": _test,
    "[": _test,
    "touch": _touch,
    "wc": _wc,
}
