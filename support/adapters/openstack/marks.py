"""What a clone's parts carry, so that a later process can tell whose they are."""

CLONE, NOTES, SERVER = "mtv-acceptance-clone", "mtv-acceptance-notes", "mtv-acceptance-server"
"""Keys of metadata: the clone's name, its notes, and, once there is one, the id of its server.

Nova takes no slash in a key, and no value of more than 255 characters.
"""
_LONGEST = 255
_MTVS = "forklift-migration-vm-"
"""In the name of everything that MTV makes in a cloud, before the id of the server that it copies.

kubev2v/forklift, pkg/controller/plan/adapter/openstack/common.go
"""


def marks(clone: str, notes: str) -> dict[str, str]:
    """Metadata of a clone's server, volumes, snapshots and image."""
    return {CLONE: clone, NOTES: notes[:_LONGEST]}


def made_by_mtv(name: str | None, server_id: str) -> bool:
    """Whether MTV made the thing of this name while it copied that server."""
    return bool(server_id) and f"{_MTVS}{server_id}" in (name or "")
