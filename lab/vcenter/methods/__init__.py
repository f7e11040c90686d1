"""Method implementations; importing this package registers all of them."""

from lab.vcenter.methods import (
    authorization,
    cloning,
    collecting,
    files,
    guest_files,
    guest_processes,
    lifecycle,
    power,
    searching,
    session,
    snapshots,
    storage,
    viewing,
)

__all__ = [
    "authorization",
    "cloning",
    "collecting",
    "files",
    "guest_files",
    "guest_processes",
    "lifecycle",
    "power",
    "searching",
    "session",
    "snapshots",
    "storage",
    "viewing",
]
