"""Disks, partitions and volumes of a Windows guest, as rows of PowerShell."""

from lab.guests.system import System
from lab.guests.windows_network import Rows
from lab.world.trees import Mount

_MIB = 1024**2
_RESERVED = 500 * _MIB
"""The system partition in front of C:."""


def disk_rows(system: System) -> dict[str, Rows]:
    """By cmdlet, in lower case."""
    mounts = system.tree.mounts
    return {
        "get-disk": [_disk(mount, system) for mount in mounts],
        "get-partition": [row for mount in mounts for row in _partitions(mount)],
        "get-volume": [_volume(mount) for mount in mounts if mount.point],
    }


def _disk(mount: Mount, system: System) -> dict[str, object]:
    return {
        "Number": mount.number,
        "DiskNumber": mount.number,
        "FriendlyName": system.hardware.disk_vendor,
        "Size": mount.media.size,
        "PartitionStyle": "GPT" if mount.point else "RAW",
        "OperationalStatus": "Online",
        "IsBoot": mount.point == "C:",
        "IsSystem": mount.point == "C:",
        "IsOffline": False,
    }


def _partitions(mount: Mount) -> Rows:
    if not mount.point:
        return []
    if mount.point != "C:":
        return [_partition(mount, 1, mount.point[0], _MIB, mount.media.size - 2 * _MIB)]
    rest = mount.media.size - _RESERVED - 2 * _MIB
    # PowerShell shows a partition without a letter with the character zero.
    return [
        _partition(mount, 1, "\0", _MIB, _RESERVED),
        _partition(mount, 2, "C", _MIB + _RESERVED, rest),
    ]


def _partition(mount: Mount, number: int, letter: str, offset: int, size: int) -> dict[str, object]:
    return {
        "DiskNumber": mount.number,
        "PartitionNumber": number,
        "DriveLetter": letter,
        "Offset": offset,
        "Size": size,
        "Type": "Basic" if letter != "\0" else "System",
    }


def _volume(mount: Mount) -> dict[str, object]:
    size = mount.media.size - 2 * _MIB - (_RESERVED if mount.point == "C:" else 0)
    return {
        "DriveLetter": mount.point[0],
        "FileSystem": "NTFS",
        "FileSystemLabel": "" if mount.point == "C:" else f"Data{mount.number}",
        "DriveType": "Fixed",
        "HealthStatus": "Healthy",
        "Size": size,
        "SizeRemaining": size - size // 5,
    }
