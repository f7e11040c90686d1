"""Ways to change one side of a matching pair."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.checks.comparison import Comparison
from support.domain.contents import GuestFile
from support.domain.disk_concerns import DiskConcern, DiskWarnings
from support.domain.machine import Bytes

Change = Callable[[Comparison], Comparison]


def on_target(**fields: Any) -> Change:
    return lambda pair: replace(pair, target=replace(pair.target, **fields))


def on_source(**fields: Any) -> Change:
    """As the source was; its disks are so after the move, too."""
    kept = {"disks": fields["disks"]} if "disks" in fields else {}
    return lambda pair: replace(
        pair,
        source=replace(pair.source, **fields),
        source_after=replace(pair.source_after, **kept) if pair.source_after is not None else None,
    )


def on_pair(**fields: Any) -> Change:
    return lambda pair: replace(pair, **fields)


def disk(**fields: Any) -> Change:
    def change(pair: Comparison) -> Comparison:
        first, *others = pair.target.disks
        return on_target(disks=(replace(first, **fields), *others))(pair)

    return change


def nic(**fields: Any) -> Change:
    def change(pair: Comparison) -> Comparison:
        first, second = pair.target.nics
        return on_target(nics=(first, replace(second, **fields)))(pair)

    return change


def afterwards(**fields: Any) -> Change:
    def change(pair: Comparison) -> Comparison:
        assert pair.source_after is not None
        return on_pair(source_after=replace(pair.source_after, **fields))(pair)

    return change


def disk_afterwards(**fields: Any) -> Change:
    """The source's second disk as the move left it."""

    def change(pair: Comparison) -> Comparison:
        assert pair.source_after is not None
        first, second = pair.source_after.disks
        return afterwards(disks=(first, replace(second, **fields)))(pair)

    return change


def disks_swapped(pair: Comparison) -> Comparison:
    """Attached in the other order, which the guest sees as well."""
    first, second = pair.target.disks
    attached = on_target(disks=(replace(first, index=1), replace(second, index=0)))(pair)
    return seen_otherwise(swapped=True)(attached)


def unseen(change: Change) -> Change:
    """Something that the target's guest would see as well, if anybody asked it."""
    return lambda pair: on_pair(arrived=None, contents_unread="nobody asked")(change(pair))


def file_says(path: str, text: str | None) -> Change:
    """The file says something else on the target, or is not there."""

    def change(pair: Comparison) -> Comparison:
        assert pair.arrived is not None
        others = tuple(each for each in pair.arrived.files if each.path != path)
        found = others if text is None else (*others, GuestFile(path=path, text=text))
        return on_pair(arrived=replace(pair.arrived, files=found))(pair)

    return change


def seen_otherwise(size: Bytes | None = None, *, swapped: bool = False, gone: bool = False) -> Change:
    """The target's guest sees its second disk otherwise."""

    def change(pair: Comparison) -> Comparison:
        assert pair.arrived is not None
        first, second = pair.arrived.disks
        if swapped:
            first, second = replace(first, filesystems=("/data1",)), replace(second, filesystems=("/",))
        seen = (first,) if gone else (first, replace(second, size=size or second.size))
        return on_pair(arrived=replace(pair.arrived, disks=seen))(pair)

    return change


def warned(*concerns: DiskConcern) -> Change:
    """MTV has these concerns about the source's disks, as releases since 2.12 do."""
    return on_pair(warnings=DiskWarnings(concerns=dict.fromkeys(concerns, "Warning")))
