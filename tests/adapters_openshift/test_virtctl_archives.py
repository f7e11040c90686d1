"""A download is executed later, so only the one expected file ever comes out of it."""

import io
import tarfile
import zipfile

import pytest

from support.adapters.virtctl.platform import Platform
from support.adapters.virtctl.unpacking import binary_in
from support.domain.errors import StartError


def tarred(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.type, member.size, member.linkname = kind, 4 if kind == tarfile.REGTYPE else 0, "/etc/passwd"
        tar.addfile(member, io.BytesIO(b"tool") if kind == tarfile.REGTYPE else None)
    return buffer.getvalue()


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr(name, b"tool")
    return buffer.getvalue()


@pytest.mark.parametrize("archive", [tarred("virtctl"), tarred("./virtctl"), zipped("virtctl")])
def test_the_program_at_the_top_level_is_taken(archive: bytes) -> None:
    assert binary_in(archive, "virtctl", "test") == b"tool"


@pytest.mark.parametrize(
    "archive",
    [tarred("../virtctl"), tarred("/virtctl"), tarred("virtctl", tarfile.SYMTYPE), zipped("../virtctl"), b"<html>"],
)
def test_paths_out_of_the_archive_links_and_other_things_are_refused(archive: bytes) -> None:
    with pytest.raises(StartError, match="virtctl: test"):
        binary_in(archive, "virtctl", "test")


def test_the_link_of_this_platform_is_chosen_by_its_path() -> None:
    links = ["https://h/amd64/linux/virtctl.tar.gz", "https://h/arm64/mac/virtctl.zip"]
    assert Platform("mac", "arm64").link(links) == links[1]
    with pytest.raises(StartError, match="linux/s390x"):
        Platform("linux", "s390x").link(links)
