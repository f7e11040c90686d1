"""`lab up`: one lab in the foreground until somebody ends it."""

import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from lab.kernel.folder import LOCK, remove_files
from lab.kernel.service import Options
from lab.process.assembly import Assembly, new_lab


class CannotRun(Exception):
    """No lab can be started here; the message says why."""


def run(folder: Path, options: Options, *, until_eof: bool) -> None:
    """Serve until a signal, `lab down` or, with `until_eof`, the end of standard input; raises CannotRun."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    lock = _occupy(folder)
    try:
        remove_files(folder)  # of a lab that was killed
        asyncio.run(_serve(folder, options, until_eof=until_eof))
    finally:
        remove_files(folder)
        (folder / LOCK).unlink(missing_ok=True)
        lock.release()


def _occupy(folder: Path) -> BaseFileLock:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, mode=0o600)
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotRun(f"a lab is running in {folder}; `acceptance lab down --dir {folder}` ends it") from None
    except OSError as problem:
        raise CannotRun(f"cannot use the folder {folder}: {problem.strerror}") from problem
    return lock


async def _serve(folder: Path, options: Options, *, until_eof: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    if until_eof:
        follow_parent(loop, stopping)
    assembly = Assembly(new_lab(folder, options), stopping)
    try:
        await assembly.start()
        gc.freeze()  # what is there now stays until the end
        gc.enable()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await assembly.start_late()
        await stopping.wait()
    finally:
        await assembly.stop()


def follow_parent(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    """Stop when standard input ends: the kernel closes the parent's end of the pipe however the parent died.

    Raises CannotRun for a standard input whose end cannot be waited for.
    """
    descriptor = sys.stdin.fileno()

    def look() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            stopping.set()

    try:
        loop.add_reader(descriptor, look)
    except OSError:
        raise CannotRun("--until-eof needs a pipe or a terminal as standard input") from None
