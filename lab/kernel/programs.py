"""What can be run inside a container: the few commands that the lab knows of some of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended and what it wrote."""

    code: int = 0
    out: bytes = b""
    err: bytes = b""


Program = Callable[[Sequence[str]], Outcome]
"""The words of a command, its name first -> its outcome."""


def unknown(name: str) -> Outcome:
    """In the words of crun, which runs a node's containers; no shell is there to say anything of its own."""
    return Outcome(
        code=127, err=f"crun: executable file `{name}` not found in $PATH: No such file or directory\n".encode()
    )
