"""The engine's MAC pool."""

from lab.world.world import World


def pool_mac(world: World) -> str:
    """The next address; nothing else in this world has it."""
    serial = world.next_serial()
    return f"56:6f:1a:9f:{serial >> 8 & 0xFF:02x}:{serial & 0xFF:02x}"
