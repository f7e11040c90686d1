"""Disks as `lsblk` and the fstab of a RHEL guest tell them.

The boot disk has /boot and a volume group, other disks one partition each with the filesystem on it.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from uuid import NAMESPACE_OID, uuid5

from lab.guests.answers import Answer
from lab.guests.system import System
from lab.world.model import GIB
from lab.world.trees import Mount

_MIB = 1024**2
_NUMERIC_SINCE = 9
"""RHEL's release from which on lsblk writes numbers and booleans in JSON, where it wrote strings before."""
_COLUMNS = "NAME,MAJ:MIN,RM,SIZE,RO,TYPE,MOUNTPOINT"
_UNITS = "BKMGT"
_LONG = {"--json": "J", "--bytes": "b", "--nodeps": "d", "--noheadings": "n", "--list": "l", "--raw": "r"}
NO_TREES = "{}: this guest draws no trees; ask with -J, -l or -r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A disk, partition or logical volume."""

    name: str
    size: int
    type: str
    number: str
    mount: str = ""
    system: str = ""
    """Filesystem type."""
    uuid: str = ""
    address: str = ""
    """Host, channel, target and unit of a SCSI disk."""
    serial: str = ""
    model: str = ""
    parent: str = ""
    children: tuple["Block", ...] = field(default=())

    @property
    def path(self) -> str:
        return f"/dev/mapper/{self.name}" if self.type == "lvm" else f"/dev/{self.name}"


def blocks(system: System) -> list[Block]:
    """Disks in their order, with what is on them."""
    return [_disk(system, mount) for mount in system.tree.mounts]


def _disk(system: System, mount: Mount) -> Block:
    name = f"{system.hardware.disk_prefix}{chr(ord('a') + mount.number)}"
    virtio = system.hardware.disk_prefix == "vd"
    disk = Block(
        name=name,
        size=mount.media.size,
        type="disk",
        number=f"{252 if virtio else 8}:{mount.number * 16}",
        # A virtio disk names no model; libvirt gives it a serial only when the machine has one.
        address="" if virtio else f"0:0:{mount.number}:0",
        model="" if virtio else system.hardware.disk_vendor,
    )
    if mount.point == "/":
        return _boot_disk(disk, system)
    if not mount.point:
        return disk
    whole = replace(disk, type="part", name=f"{name}1", size=disk.size - 2 * _MIB, parent=name, model="", address="")
    return replace(disk, children=(_formatted(whole, mount.point, system),))


def _boot_disk(disk: Block, system: System) -> Block:
    first = replace(disk, type="part", name=f"{disk.name}1", size=GIB, parent=disk.name, model="", address="")
    group = replace(first, name=f"{disk.name}2", size=disk.size - GIB - 2 * _MIB, system="LVM2_member")
    swap = replace(group, name="rhel-swap", type="lvm", size=2 * GIB, parent=group.name, mount="[SWAP]", system="swap")
    root = replace(swap, name="rhel-root", size=group.size - swap.size)
    volumes = (_formatted(root, "/", system), replace(swap, number="253:1"))
    return replace(disk, children=(_formatted(first, "/boot", system), replace(group, children=volumes)))


def _formatted(block: Block, point: str, system: System) -> Block:
    """The identity of a filesystem comes with what is on the disk, so it is the same after the move."""
    uuid = str(uuid5(NAMESPACE_OID, f"{system.guest.machine_id} {point}"))
    number = "253:0" if block.type == "lvm" else block.number
    return replace(block, mount=point, system="xfs", uuid=uuid, number=number)


def every(found: list[Block]) -> Iterator[Block]:
    """Blocks and all that is on them."""
    for block in found:
        yield block
        yield from every(list(block.children))


def fstab(system: System) -> str:
    """Data disks by device, which a conversion renames for the new hardware; they may be missing at boot."""
    mounted = [block for block in every(blocks(system)) if block.mount]
    lines = [
        f"{block.path} {block.mount} {block.system} defaults{'' if block.type == 'lvm' else ',nofail'} 0 0"
        for block in mounted
        if block.mount != "[SWAP]"
    ]
    return "\n".join(lines) + "\n"


def lsblk(system: System, words: list[str]) -> Answer:
    """`-J`, `-b`, `-d`, `-n`, `-l`, `-r`, `-o COLUMNS`, devices; it draws no trees."""
    flags = flags_of(words)
    names = (value_of(words, "o", "--output") or _COLUMNS).upper().split(",")
    unknown = next((name for name in names if name not in _CELLS), None)
    if unknown is not None:
        return Answer(1, err=f"lsblk: unknown column: {unknown.lower()}\n")
    found = blocks(system)
    wanted = {word.rpartition("/")[2] for word in words if word.startswith("/dev/")}
    found = [block for block in every(found) if block.name in wanted] if wanted else found
    if "d" in flags:
        found = [replace(block, children=()) for block in found]
    if "J" in flags:
        rows = [_row(block, names, system, exact="b" in flags) for block in found]
        return Answer(out=json.dumps({"blockdevices": rows}, indent=3) + "\n")
    if not set(flags) & set("dlr"):
        return Answer(1, err=NO_TREES.format("lsblk"))
    lines = [" ".join(_text(block, name, exact="b" in flags) for name in names) for block in every(found)]
    return Answer(out="".join(f"{line}\n" for line in ([] if "n" in flags else [" ".join(names)]) + lines))


def flags_of(words: list[str]) -> str:
    """Letters of all options, long ones by their letter."""
    short = "".join(word[1:] for word in words if re.fullmatch("-[A-Za-z]+", word))
    return short + "".join(letter for word, letter in _LONG.items() if word in words)


def value_of(words: list[str], letter: str, long: str) -> str:
    """`-o X`, `-oX`, `-Jbo X`, `--output X` or `--output=X`."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if word == long or re.fullmatch(f"-[A-Za-z]*{letter}", word):
            return following
        if word.startswith(f"{long}="):
            return word.removeprefix(f"{long}=")
        if re.match(f"-{letter}.", word):
            return word[2:]
    return ""


_CELLS: dict[str, Callable[[Block], str]] = {
    "NAME": lambda it: it.name,
    "KNAME": lambda it: f"dm-{it.number.partition(':')[2]}" if it.type == "lvm" else it.name,
    "PATH": lambda it: it.path,
    "PKNAME": lambda it: it.parent,
    "MAJ:MIN": lambda it: it.number,
    "RM": lambda _: "0",
    "RO": lambda _: "0",
    "SIZE": lambda it: str(it.size),
    "TYPE": lambda it: it.type,
    "MOUNTPOINT": lambda it: it.mount,
    "MOUNTPOINTS": lambda it: it.mount,
    "FSTYPE": lambda it: it.system,
    "UUID": lambda it: it.uuid,
    "HCTL": lambda it: it.address,
    "SERIAL": lambda it: it.serial,
    "MODEL": lambda it: it.model,
}


def _text(block: Block, name: str, *, exact: bool) -> str:
    return _human(block.size) if name == "SIZE" and not exact else _CELLS[name](block)


def _row(block: Block, names: list[str], system: System, *, exact: bool) -> dict[str, object]:
    row: dict[str, object] = {name.lower(): _cell(block, name, system, exact=exact) for name in names}
    if block.children:
        row["children"] = [_row(child, names, system, exact=exact) for child in block.children]
    return row


def _cell(block: Block, name: str, system: System, *, exact: bool) -> object:
    text = _text(block, name, exact=exact)
    if name == "MOUNTPOINTS":
        return [text or None]
    if int(system.guest.version.partition(".")[0]) >= _NUMERIC_SINCE:
        if name in ("RM", "RO"):
            return text == "1"
        if name == "SIZE" and exact:
            return block.size
    return text or None


def _human(size: int) -> str:
    """As lsblk rounds: `16G`, `1.5G`."""
    shown, unit = float(size), 0
    while shown >= 1024 and unit < len(_UNITS) - 1:
        shown, unit = shown / 1024, unit + 1
    return f"{shown:.1f}".removesuffix(".0") + _UNITS[unit]
