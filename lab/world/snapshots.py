"""Snapshots: each freezes the layer that disks were writing to and starts a new one (facts/sources.md 1.7, 1.10).

What a running guest has not synced is on no disk yet, and so in no snapshot.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime

from lab.world.model import Disk, Layer, Machine, Snapshot
from lab.world.world import World

_NUMBER = re.compile(r"-(\d{6})\.vmdk$")


def take(world: World, machine: Machine, name: str, description: str = "", *, memory: bool = False) -> Snapshot:
    """Freeze all disks but independent ones and physical mappings; `power` is on only with memory."""
    snapshot = Snapshot(
        id=max((item.id for item in machine.snapshots), default=0) + 1,
        moref=f"snapshot-{world.next_serial()}",
        name=name,
        description=description,
        created=datetime.now(UTC).isoformat(),
        power="on" if memory else "off",
        parent=machine.current_snapshot,
    )
    number = _next_number(machine)
    for disk in filter(covered, machine.disks):
        snapshot.layers[disk.key] = Layer(file=disk.file, parents=disk.parents, digest=disk.digest, files=disk.files)
        _branch(disk, snapshot.layers[disk.key], number)
    machine.snapshots.append(snapshot)
    machine.current_snapshot = snapshot.id
    world.touch(machine)
    return snapshot


def covered(disk: Disk) -> bool:
    """Whether snapshots freeze this disk."""
    return not disk.mode.startswith("independent") and disk.lun_mode != "physicalMode"


def revert(world: World, machine: Machine, snapshot: Snapshot) -> None:
    """Go back to a snapshot's content, on new layers; power is the caller's."""
    number = _next_number(machine)
    for disk in machine.disks:
        layer = snapshot.layers.get(disk.key)
        if layer is not None:
            disk.digest, disk.files, disk.unsynced = layer.digest, layer.files, None
            _branch(disk, layer, number)
    machine.current_snapshot = snapshot.id
    world.touch(machine)


def remove(world: World, machine: Machine, snapshot: Snapshot, *, children: bool = False) -> None:
    """Remove a snapshot, with all below it or handing them to its parent; layers nobody needs are merged."""
    for child in [item for item in machine.snapshots if item.parent == snapshot.id]:
        if children:
            remove(world, machine, child, children=True)
        else:
            child.parent = snapshot.parent
    machine.snapshots.remove(snapshot)
    if machine.current_snapshot == snapshot.id:
        machine.current_snapshot = snapshot.parent
    for disk in machine.disks:
        layer = snapshot.layers.get(disk.key)
        if layer is not None:
            _merge(machine, disk, layer.file)
    world.touch(machine)


def remove_all(world: World, machine: Machine) -> None:
    """Remove every snapshot; disks are back to their base files."""
    while machine.snapshots:
        remove(world, machine, machine.snapshots[-1])


def _next_number(machine: Machine) -> int:
    """One above every layer number that the machine has, so that no file is ever written twice."""
    layers = [layer for item in machine.snapshots for layer in item.layers.values()]
    files = [disk.file for disk in machine.disks] + [layer.file for layer in layers]
    return max((int(match[1]) for file in files if (match := _NUMBER.search(file))), default=0) + 1


def _branch(disk: Disk, layer: Layer, number: int) -> None:
    base = (*layer.parents, layer.file)[0]
    disk.parents = (*layer.parents, layer.file)
    disk.file = f"{base.removesuffix('.vmdk')}-{number:06d}.vmdk"


def _merge(machine: Machine, disk: Disk, frozen: str) -> None:
    """The layer above `frozen` is written into it, unless several layers stand on it."""
    chains = {(*disk.parents, disk.file)}
    chains |= {
        (*layer.parents, layer.file) for item in machine.snapshots if (layer := item.layers.get(disk.key)) is not None
    }
    above = {chain[chain.index(frozen) + 1] for chain in chains if frozen in chain[:-1]}
    still_needed = any(chain[-1] == frozen for chain in chains)
    if len(above) != 1 or still_needed:
        return
    (gone,) = above
    disk.parents, disk.file = _without(disk.parents, disk.file, gone)
    for item in machine.snapshots:
        layer = item.layers.get(disk.key)
        if layer is not None:
            parents, file = _without(layer.parents, layer.file, gone)
            item.layers[disk.key] = replace(layer, file=file, parents=parents)


def _without(parents: tuple[str, ...], file: str, gone: str) -> tuple[tuple[str, ...], str]:
    """A chain in which `gone` was merged into the layer below it."""
    chain = [name for name in (*parents, file) if name != gone]
    return tuple(chain[:-1]), chain[-1]
