"""What a command leaves behind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code and both streams of one command; bytes that are no UTF-8 travel as surrogates."""

    code: int = 0
    out: str = ""
    err: str = ""

    @property
    def not_understood(self) -> bool:
        """Whether a command was beyond what guests of the lab know."""
        return "command not found" in self.err or "is not recognized" in self.err or "this guest" in self.err


def text_of(content: bytes) -> str:
    """Bytes as a stream carries them."""
    return content.decode(errors="surrogateescape")


def bytes_of(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
