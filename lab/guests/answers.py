"""What a command leaves behind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code and both streams of one command; bytes that are no UTF-8 travel as surrogates."""

    code: int = 0
    out: str = ""
    err: str = ""


def text_of(content: bytes) -> str:
    """Bytes as a stream carries them."""
    return content.decode(errors="surrogateescape")


def bytes_of(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
