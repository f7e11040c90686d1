"""A POSIX shell with a closed vocabulary, pipes and redirections; what its system does not know is not found."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from lab.guests.answers import Answer, bytes_of, text_of
from lab.guests.linux_files import COMMANDS, Command, Invocation
from lab.guests.words import Pipeline, Simple, Unreadable, parse
from lab.world.trees import IsDirectory, NoSuchPath, PathError, Tree

_WHY = {NoSuchPath: "No such file or directory", IsDirectory: "Is a directory"}
_NOT_FOUND = 127

Known = Callable[[list[str]], Answer]


class PosixShell(ABC):
    """Runs command lines; a subclass knows the commands of its system and the files that are always there."""

    NAME: ClassVar[str] = "bash"
    """How it calls itself in errors; `sh` is another name of it."""
    FILE_COMMANDS: ClassVar[Mapping[str, Command]] = COMMANDS

    @property
    @abstractmethod
    def tree(self) -> Tree:
        """Files that somebody wrote."""

    @abstractmethod
    def commands(self) -> Mapping[str, Known]:
        """Those that look at more than files."""

    def read(self, path: str) -> bytes:
        """A file, also one that every such system has. Raises PathError."""
        return self.tree.read(path)

    def run(self, line: str, given: str = "") -> Answer:
        """A list of pipelines joined by `;`, `&&`, `||`, each with this standard input; 127 is what is not known."""
        try:
            pipelines = parse(line)
        except Unreadable as broken:
            return Answer(broken.code, err=f"{self.NAME}: -c: {broken}\n")
        out, err, code = "", "", 0
        for pipeline in pipelines:
            if pipeline.joint == ";" or (pipeline.joint == "&&") == (code == 0):
                answer = self._pipe(pipeline, given)
                out, err, code = out + answer.out, err + answer.err, answer.code
        return Answer(code, out, err)

    def _pipe(self, pipeline: Pipeline, given: str) -> Answer:
        passed, err, answer = given, "", Answer()
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
                return Answer(1, err=f"{self.NAME}: {wrong.path}: {_WHY.get(type(wrong), 'Permission denied')}\n")
        return self._divert(self._one(command.words, given), targets)

    def _open(self, descriptor: int, operator: str, target: str, targets: dict[int, str], given: str) -> str:
        if operator == "<":
            return "" if target == "/dev/null" else text_of(self.read(target))
        if target != "/dev/null":
            self.tree.write(target, b"", append=operator == ">>")
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
                self.tree.write(target, bytes_of(text), append=True)
        return Answer(answer.code, shown[1], shown[2])

    def _one(self, words: Sequence[str], given: str) -> Answer:
        if not words:
            return Answer()
        name, arguments = words[0].rpartition("/")[2], list(words[1:])
        if name in ("sh", self.NAME):
            return self._inner(arguments, given)
        if name in self.FILE_COMMANDS:
            return self.FILE_COMMANDS[name](Invocation(self.tree, self.read, arguments, given))
        known = self.commands().get(name)
        return known(arguments) if known else Answer(_NOT_FOUND, err=f"{self.NAME}: {words[0]}: command not found\n")

    def _inner(self, arguments: list[str], given: str) -> Answer:
        """`sh -c LINE`, or commands from standard input."""
        if arguments[:1] in (["-c"], ["-lc"], ["-ec"]) and len(arguments) > 1:
            return self.run(arguments[1], given)
        if not arguments or arguments == ["-s"]:
            return self.run(given)
        wrong = f"{self.NAME}: {arguments[0]}: command not found: this guest runs no scripts\n"
        return Answer(_NOT_FOUND, err=wrong)
