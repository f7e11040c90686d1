"""Mounted filesystems as `findmnt` and `df` of a RHEL guest tell them."""

import json
from collections.abc import Callable

from lab.guests.answers import Answer
from lab.guests.linux_disks import NO_TREES, Block, blocks, every, flags_of, value_of
from lab.guests.system import System
from lab.world.trees import NoSuchPath


def findmnt(system: System, words: list[str]) -> Answer:
    """Mounted filesystems of disks: `-J`, `-n`, `-l`, `-o COLUMNS`, and `-T PATH` for the one that a path is on."""
    flags = flags_of(words)
    names = (value_of(words, "o", "--output") or "TARGET,SOURCE,FSTYPE,OPTIONS").upper().split(",")
    unknown = next((name for name in names if name not in _MOUNT_CELLS), None)
    if unknown is not None:
        return Answer(1, err=f"findmnt: unknown column: {unknown.lower()}\n")
    try:
        point = _asked(system, words)
    except NoSuchPath:
        return Answer(1)
    mounted = [block for block in every(blocks(system)) if block.mount and block.system == "xfs"]
    shown = [block for block in mounted if not point or point in (block.mount, block.path)]
    rows = [{name.lower(): _MOUNT_CELLS[name](block) for name in names} for block in shown]
    if not rows:
        return Answer(1)
    if "J" in flags:
        return Answer(out=json.dumps({"filesystems": _nested(rows, flat=bool(point) or "l" in flags)}, indent=3) + "\n")
    if not point and not set(flags) & set("lr"):
        return Answer(1, err=NO_TREES.format("findmnt"))
    lines = ([] if "n" in flags else [" ".join(names)]) + [" ".join(row.values()) for row in rows]
    return Answer(out="".join(f"{line}\n" for line in lines))


def _asked(system: System, words: list[str]) -> str:
    """The mount point or device that is asked for; empty for all. Raises NoSuchPath."""
    target = value_of(words, "T", "--target")
    if not target:
        return value_of(words, "M", "--mountpoint") or next((it for it in words if it.startswith("/")), "")
    point = system.tree.place(target).mount.point
    return "/boot" if point == "/" and f"{target}/".startswith("/boot/") else point


def _nested(rows: list[dict[str, str]], *, flat: bool) -> list[dict[str, object]]:
    """Everything is mounted below the root."""
    first = next((row for row in rows if row.get("target") == "/"), None)
    if flat or first is None:
        return [dict(row) for row in rows]
    others = [row for row in rows if row is not first]
    return [{**first, **({"children": others} if others else {})}]


_MOUNT_CELLS: dict[str, Callable[[Block], str]] = {
    "TARGET": lambda it: it.mount,
    "SOURCE": lambda it: it.path,
    "FSTYPE": lambda it: it.system,
    "OPTIONS": lambda _: "rw,relatime,seclabel,attr2,inode64",
    "SIZE": lambda it: str(it.size),
    "UUID": lambda it: it.uuid,
    "MAJ:MIN": lambda it: it.number,
}


def df(system: System, words: list[str]) -> Answer:
    """POSIX columns; bytes with `-B1`, else KiB; a fifth is used."""
    unit = 1 if {"-B1", "--block-size=1"} & set(words) else 1024
    wanted = [word for word in words if word.startswith("/")]
    try:
        points = {system.tree.place(path).mount.point for path in wanted}
    except NoSuchPath as wrong:
        return Answer(1, err=f"df: {wrong.path}: No such file or directory\n")
    lines = [f"Filesystem {'1' if unit == 1 else '1024'}-blocks Used Available Capacity Mounted on"]
    for block in every(blocks(system)):
        if block.system == "xfs" and (not points or block.mount in points):
            size = block.size // unit
            lines.append(f"{block.path} {size} {size // 5} {size - size // 5} 20% {block.mount}")
    return Answer(out="\n".join(lines) + "\n")
