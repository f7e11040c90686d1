"""busybox ash as an ESXi host has it: files, and no program beside (facts/sources.md 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lab.guests.answers import Answer
from lab.guests.linux_files import COMMANDS, Command, Invocation
from lab.guests.posix import Known, PosixShell
from lab.guests.words import Unreadable, parse
from lab.world.consoles import Console
from lab.world.trees import PathError, Tree

_READERS = ("cat", "tee", "md5sum", "sha256sum", "wc", "sh")
"""Without a path they read standard input."""


def _moved(call: Invocation, *, keep: bool) -> Answer:
    """One file over another or to a new name; a folder as target is not served."""
    name = "cp" if keep else "mv"
    if len(call.paths) != 2:
        return Answer(1, err=f"{name}: command not found: this guest takes one source and one target\n")
    source, target = call.paths
    try:
        call.tree.write(target, call.tree.read(source))
        if not keep:
            call.tree.remove(source)
    except PathError as wrong:
        return Answer(1, err=f"{name}: can't rename '{wrong.path}': No such file or directory\n")
    return Answer()


def _chmod(call: Invocation) -> Answer:
    """Modes are not kept; what has one must be there."""
    missing = [path for path in call.paths[1:] if not call.tree.is_file(path) and not call.tree.is_directory(path)]
    return Answer(int(bool(missing)), err="".join(f"chmod: {path}: No such file or directory\n" for path in missing))


@dataclass(frozen=True)
class EsxiShell(PosixShell):
    """Of root; there is nobody else."""

    console: Console

    NAME: ClassVar[str] = "sh"
    FILE_COMMANDS: ClassVar[Mapping[str, Command]] = {
        **COMMANDS,
        "mv": lambda call: _moved(call, keep=False),
        "cp": lambda call: _moved(call, keep=True),
        "chmod": _chmod,
    }

    @property
    def tree(self) -> Tree:
        return self.console.tree

    def commands(self) -> Mapping[str, Known]:
        return {
            "true": lambda _: Answer(),
            "false": lambda _: Answer(1),
            "umask": lambda _: Answer(),
            "hostname": lambda _: Answer(out=self.console.name + "\n"),
            "whoami": lambda _: Answer(out="root\n"),
            "uname": lambda _: Answer(out="VMkernel\n"),
        }


def reads_input(line: str) -> bool:
    """Whether a command line waits for standard input; a server that always did would wait for ever for some."""
    try:
        pipelines = parse(line)
    except Unreadable:
        return False
    first = [pipeline.commands[0] for pipeline in pipelines]
    return any(
        each.words
        and each.words[0].rpartition("/")[2] in _READERS
        and not [word for word in each.words[1:] if not word.startswith("-")]
        and not any(operator == "<" for _, operator, _ in each.redirects)
        for each in first
    )
