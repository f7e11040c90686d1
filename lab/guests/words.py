"""A command line of a POSIX shell, taken apart: lists, pipelines, words and redirections.

Variables, substitutions, here-documents and loops are no part of what a lab guest understands; it says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_OPERATOR = re.compile(r"(\d*)(>>|>&|&>|>|<)|(&&|\|\||[;&|\n])")
_PLAIN = re.compile(r"[^\s'\"\\;&|<>$`\n]+")
_BLANK = re.compile(r"[ \t]+")
_DOUBLE = re.compile(r'"((?:[^"\\$`]|\\.)*)"', re.DOTALL)


class Unreadable(Exception):
    """A line that a shell would refuse, or that needs more of a shell than a lab guest has."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Simple:
    """One command; a redirection is (descriptor, operator, target)."""

    words: list[str] = field(default_factory=list)
    redirects: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Pipeline:
    """Commands joined by `|`; `joint` is what stands before it: `;`, `&&` or `||`."""

    joint: str
    commands: list[Simple]


def parse(line: str) -> list[Pipeline]:
    """Raises Unreadable."""
    found = [Pipeline(";", [Simple()])]
    pending: tuple[int, str] | None = None
    for operator, text in _tokens(line):
        last = found[-1].commands[-1]
        if pending is not None and operator:
            raise Unreadable(f"syntax error near unexpected token `{text}'")
        if pending is not None:
            last.redirects.append((*pending, text))
            pending = None
        elif not operator:
            last.words.append(text)
        elif operator == "redirect":
            pending = _redirect(text)
        elif text == "|":
            found[-1].commands.append(Simple())
        else:
            found.append(Pipeline(";" if text in ("&", "\n") else text, [Simple()]))
    if pending is not None:
        raise Unreadable("syntax error near unexpected token `newline'")
    return [pipeline for pipeline in found if any(it.words or it.redirects for it in pipeline.commands)]


def _redirect(text: str) -> tuple[int, str]:
    operator = text.lstrip("0123456789")
    digits = text.removesuffix(operator)
    return (int(digits) if digits else 0 if operator == "<" else 1), operator


def _tokens(line: str) -> Iterator[tuple[str, str]]:
    """("", word), ("redirect", `2>`) or ("control", `&&`)."""
    position = 0
    while position < len(line):
        blank = _BLANK.match(line, position)
        if blank is not None:
            position = blank.end()
            continue
        operator = _OPERATOR.match(line, position)
        if operator is not None:
            if line.startswith("<<", position):
                raise Unreadable("<<: command not found: this guest has no here-documents", 127)
            yield ("redirect" if operator[2] else "control"), operator[0]
            position = operator.end()
            continue
        word, position = _word(line, position)
        yield "", word


def _word(line: str, position: int) -> tuple[str, int]:
    text = ""
    while position < len(line) and line[position] not in " \t\n;&|<>":
        part, position = _part(line, position)
        text += part
    return text, position


def _part(line: str, position: int) -> tuple[str, int]:
    """One quoted or plain stretch of a word, and where it ends."""
    match line[position]:
        case "'":
            end = line.find("'", position + 1)
            if end < 0:
                raise Unreadable("unexpected EOF while looking for matching `''")
            return line[position + 1 : end], end + 1
        case '"':
            quoted = _DOUBLE.match(line, position)
            if quoted is not None:
                return re.sub(r'\\([\\"$`])', r"\1", quoted[1]), quoted.end()
            _refuse_expansion(line, position)
            raise Unreadable("unexpected EOF while looking for matching `\"'")
        case "\\":
            return line[position + 1 : position + 2], position + 2
        case "$" | "`":
            _refuse_expansion(line, position)
    plain = _PLAIN.match(line, position)
    if plain is None:
        raise Unreadable(f"syntax error near unexpected token `{line[position]}'")
    return plain[0], plain.end()


def _refuse_expansion(line: str, position: int) -> None:
    if re.compile(r"[^']*?[$`]").match(line, position):
        raise Unreadable(f"{line[position:]}: command not found: this guest expands nothing", 127)
