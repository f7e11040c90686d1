"""What may be wrong, untold, or harmlessly otherwise about what lies on the disks."""

from support.domain.contents import NOTHING_WRITTEN
from support.domain.machine import GIB, MIB, Bytes
from tests.checks.changes import Change, file_says, on_pair, seen_otherwise

_FIRST, _SECOND = "/mtv-acceptance/{}.txt", "/data1/mtv-acceptance/{}.txt"

BROKEN: dict[str, tuple[str, Change]] = {
    "disk arrived blank": ("data", file_says(_SECOND.format("before"), None)),
    "disk of another machine": ("data", file_says(_FIRST.format("before"), "db disk 1 before 5eed")),
    "last write lost": ("data", file_says(_SECOND.format("last"), None)),
    "last write of an earlier copy": ("data", file_says(_FIRST.format("last"), "web disk 1 last 01d")),
    "disks took each other's place": ("data", seen_otherwise(swapped=True)),
    "disk smaller for the guest": ("data", seen_otherwise(size=Bytes(10 * GIB - MIB))),
    "disk larger than its claim": ("data", seen_otherwise(size=Bytes(12 * GIB))),
    "disk missing in the guest": ("data", seen_otherwise(gone=True)),
}
UNTOLD: dict[str, tuple[str, Change]] = {
    "nothing written": ("data", on_pair(contents=NOTHING_WRITTEN)),
    "nobody looked at the disks": ("data", on_pair(arrived=None)),
    "nobody could log in to look": ("data", on_pair(arrived=None, guest_refused="Permission denied")),
    "guest cannot tell its disks": ("data", on_pair(arrived=None, contents_unread="no lsblk")),
}
BENIGN: dict[str, Change] = {
    "disk rounded up to its block claim in the guest": seen_otherwise(size=Bytes(11 * GIB)),
    "marker with the line ends of Windows": file_says(_FIRST.format("before"), "web disk 1 before 5eed\r\n"),
}
