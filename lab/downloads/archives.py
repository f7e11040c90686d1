"""Archives with one file at top level: the lab's virtctl."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path


def script() -> bytes:
    """The stub virtctl; a Python script whatever its platform is called."""
    return Path(__file__).with_name("virtctl_stub.py").read_bytes()


def tar_gz(content: bytes, name: str) -> bytes:
    """The same bytes each time."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o755
        archive.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


def zipped(content: bytes, name: str) -> bytes:
    """The same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = 0o755 << 16
        archive.writestr(member, content)
    return packed.getvalue()
