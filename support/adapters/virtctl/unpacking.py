"""One file out of a downloaded archive, and nothing else: it will be executed."""

import io
import tarfile
import zipfile
import zlib

from support.domain.errors import StartError

LARGEST = 256 * 1024 * 1024
"""Bytes; real ones are about 60 MiB unpacked."""


def binary_in(archive: bytes, name: str, origin: str) -> bytes:
    """Content of the archive's member `name`. Raises StartError.

    Nothing is written by the archive's own paths, so none can lead anywhere.
    """
    try:
        content = _zipped(archive, name) if zipfile.is_zipfile(io.BytesIO(archive)) else _tarred(archive, name)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise StartError(f"virtctl: {origin} is not a readable archive ({type(error).__name__})") from error
    if content is None:
        raise StartError(f"virtctl: {origin} holds no regular file {name} of at most {LARGEST} bytes at its top level")
    return content


def _tarred(archive: bytes, name: str) -> bytes | None:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as tar:
        for member in tar:
            if member.name in (name, f"./{name}") and member.isreg() and member.size <= LARGEST:
                file = tar.extractfile(member)
                return file.read() if file else None
    return None


def _zipped(archive: bytes, name: str) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        for member in bundle.infolist():
            if member.filename == name and member.file_size <= LARGEST:
                return bundle.read(member)
    return None
