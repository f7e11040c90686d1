"""A lab as a process of its own, which ends with the block, and with this process however that ends."""

import selectors
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

READY_SECONDS = 60.0
_PROGRAM = (sys.executable, "-m", "lab")


@contextmanager
def lab_process(folder: Path, *options: str, program: Sequence[str] = _PROGRAM) -> Iterator[Path]:
    """`lab up` in a folder, ready; `program` is what else can start one."""
    command = [*program, "up", "--dir", str(folder), "--until-eof", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            wait_ready(process)
            yield folder
        finally:
            process.stdin.close()


def wait_ready(process: "subprocess.Popen[str]") -> None:
    """Until the lab says that it is; fails when it ends, or says anything else, instead."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(READY_SECONDS), "the lab said nothing"
    line = process.stdout.readline()
    assert line == "ready\n", f"the lab did not start, it said {line!r}"
