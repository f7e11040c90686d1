"""What MTV calls the things that it makes in a cloud, by which alone it finds them again."""

ORIGINAL_VOLUME, ORIGINAL_IMAGE = "forklift_original_volume_id", "forklift_original_image_id"
"""Properties and metadata that say what a copy is of (kubev2v/forklift, .../adapter/openstack/common.go)."""


def of_server(server: str) -> str:
    """The image of a whole server; also the name of a task (facts/forklift.md 2.4)."""
    return f"forklift-migration-vm-{server}"


def snapshot_for(server: str) -> str:
    """As nova names the snapshots that an image of a server on volumes is made of."""
    return f"snapshot for {of_server(server)}"


def volume_for(server: str) -> str:
    return f"volume created from {of_server(server)}"


def of_volume(server: str, volume: str) -> str:
    """The image of one volume; also the name of a task."""
    return f"{of_server(server)}-volume-{volume}"
