"""The file of keys as bytes: one line goes in or out, and nothing else changes (facts, sources 2.3).

A new line goes first: sshd takes the first line with a key, and a file whose last line has no end stays as it is.
"""


def with_line(content: bytes, line: bytes) -> bytes:
    """The file with the line; one that is there already is not added again."""
    return content if line in content.split(b"\n") else line + b"\n" + content


def without_line(content: bytes, blob: bytes, mark: bytes) -> bytes:
    """The file without lines that have both this key and this mark at their end."""
    return b"\n".join(line for line in content.split(b"\n") if not _is(line, blob, mark))


def has_line(content: bytes, blob: bytes, mark: bytes) -> bool:
    return any(_is(line, blob, mark) for line in content.split(b"\n"))


def is_let_in(content: bytes, options_and_key: bytes) -> bool:
    """Whether the first line with the key has these very options, whoever put it there."""
    blob = options_and_key.split()[-1]
    first = next((line for line in content.split(b"\n") if blob in line.split()), b"")
    return first.startswith(options_and_key + b" ") or first == options_and_key


def _is(line: bytes, blob: bytes, mark: bytes) -> bool:
    words = line.split()
    return blob in words and words[-1] == mark
