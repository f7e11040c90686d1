"""A container's tar, as far as `oc rsync` and `kubectl cp` use it to read what is there (GNU tar's words and codes)."""

import io
import posixpath
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence

from lab.kernel.programs import Outcome, Program, unknown

_VERSION = b"tar (GNU tar) 1.34\n"
_FAILED = "tar: Exiting with failure status due to previous errors\n"


def packed(files: Mapping[str, bytes]) -> bytes:
    """Name -> content as an archive; a name that ends in / is a folder."""
    buffer, now = io.BytesIO(), int(time.time())
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), now, 0o644
            if name.endswith("/"):
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def archiver(files: Mapping[str, bytes]) -> Program:
    """The program of a container that has these files, by absolute path, and no other command than tar."""

    def run(words: Sequence[str]) -> Outcome:
        name, *rest = words
        return _tar(files, rest) if posixpath.basename(name) == "tar" else unknown(name)

    return run


def _tar(files: Mapping[str, bytes], words: Sequence[str]) -> Outcome:
    match words:
        case ["--version"]:
            return Outcome(out=_VERSION)
        case ["-C", folder, "-c", *members] if members:
            return _archive(files, folder, members)
        case ["cf", "-", *members] if members:
            return _archive(files, "/", members)
    return Outcome(code=2, err=f"tar: the embedded lab's tar cannot {' '.join(words)}\n".encode())


def _archive(files: Mapping[str, bytes], folder: str, members: Sequence[str]) -> Outcome:
    found: dict[str, bytes] = {}
    problems = ""
    for member in members:
        some = dict(_below(files, folder, member))
        found |= some
        if not some:
            problems += f"tar: {member}: Cannot stat: No such file or directory\n"
    if problems:
        return Outcome(code=2, out=packed(found), err=f"{problems}{_FAILED}".encode())
    return Outcome(out=packed(found))


def _below(files: Mapping[str, bytes], folder: str, member: str) -> Iterator[tuple[str, bytes]]:
    """What a member is or holds, under the name that tar gives it: never absolute."""
    place = posixpath.normpath(posixpath.join(folder, member))
    if place in files:
        yield member.lstrip("/"), files[place]
        return
    for path, content in files.items():
        if path.startswith(f"{place.rstrip('/')}/"):
            yield posixpath.join(member.lstrip("/"), path[len(place.rstrip("/")) + 1 :]), content
